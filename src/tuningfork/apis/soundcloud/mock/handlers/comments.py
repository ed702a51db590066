"""/tracks/{track_id}/comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def index(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/comments."""
    found = mock.comments.of(mock.tracks.need(track_id, call))
    page = mock.pages.by_cursor(call, found, mock.comments.key)
    return mock.pages.answer(call, page, [mock.comments.show(comment, call) for comment in page.items])


def create(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """POST /tracks/{track_id}/comments."""
    track = mock.tracks.need(track_id, call)
    if not mock.comments.allowed(track):
        raise Refusal(403, "This track takes no comments.")
    fields = mock.inputs.read(call.request, "comment")
    body, timestamp = mock.comments.body(fields), mock.comments.timestamp(fields)
    return reply(mock.comments.show(mock.comments.create(call.user, track, body, timestamp), call), 201)
