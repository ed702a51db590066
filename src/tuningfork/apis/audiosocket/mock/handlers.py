"""Request handlers; each serves one operation."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audiosocket.mock.parts import Parts
from tuningfork.apis.audiosocket.mock.request_context import RequestContext


def list_tracks(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /tracks."""
    return mock.responses.success(mock.tracks.serialize_list(mock.tracks.list_by_account(context.account)))


def create_track(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /tracks; the body is validated before it is compared with existing tracks."""
    values = mock.request_parser.parse(context.request)
    track = mock.tracks.create(context.account, values, context.request.get_data())
    location = {"Location": f"{context.base}/tracks/{track.id}"}
    return mock.responses.success(mock.tracks.serialize(track), 201, location)


def show_track(mock: Parts, context: RequestContext, id: str) -> Response:  # noqa: A002 - the contract's name
    """Handle GET /tracks/{id}."""
    return mock.responses.success(mock.tracks.serialize(mock.tracks.get_or_404(id, context.account)))


def delete_track(mock: Parts, context: RequestContext, id: str) -> Response:  # noqa: A002 - the contract's name
    """Handle DELETE /tracks/{id}."""
    mock.tracks.delete(mock.tracks.get_or_404(id, context.account))
    return mock.responses.no_content()
