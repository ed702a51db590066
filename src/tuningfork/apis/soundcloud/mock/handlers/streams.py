"""/tracks/{track_id}/streams and /stream (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.mock import silence
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def links(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/streams."""
    return reply(mock.streams.links(_playable(mock, call, track_id)))


def redirect(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/stream; counted (SC-RATE-06)."""
    track = _playable(mock, call, track_id)
    if call.token is not None:
        mock.limits.play(call.token.app.client_id)
    location = mock.streams.location(track)
    return reply({"status": "302 - Found", "location": location}, 302, {"Location": location})


def media(mock: SoundCloud, call: Call, track_id: str, signature: str, file: str) -> Response:
    """GET /media/…: a second of silence, to which the links lead."""
    track = mock.tracks.find(mock.number(track_id))
    if track is None:
        raise Refusal(404)
    mock.streams.need(track)
    return silence.send(*mock.streams.file(track, signature, file), call.request)


def _playable(mock: SoundCloud, call: Call, track_id: str) -> Track:
    track = mock.tracks.need(track_id, call)
    mock.streams.need(track)
    return track
