"""What each operation does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from tuningfork.apis.audiosocket.mock.app import Audiosocket
    from tuningfork.apis.audiosocket.mock.request_context import RequestContext


def index(mock: Audiosocket, call: RequestContext) -> Response:
    """GET /tracks."""
    return mock.answers.ok(mock.tracks.listed(mock.tracks.of(call.account)))


def create(mock: Audiosocket, call: RequestContext) -> Response:
    """POST /tracks; a body is judged before it is compared with others."""
    fields = mock.inputs.read(call.request)
    track = mock.tracks.create(call.account, fields, call.request.get_data())
    location = {"Location": f"{call.base}/tracks/{track.id}"}
    return mock.answers.ok(mock.tracks.show(track), 201, location)


def show(mock: Audiosocket, call: RequestContext, id: str) -> Response:  # noqa: A002 - the contract's name
    """GET /tracks/{id}."""
    return mock.answers.ok(mock.tracks.show(mock.tracks.need(id, call.account)))


def delete(mock: Audiosocket, call: RequestContext, id: str) -> Response:  # noqa: A002 - the contract's name
    """DELETE /tracks/{id}."""
    mock.tracks.delete(mock.tracks.need(id, call.account))
    return mock.answers.nothing()
