"""Handlers of /tracks/{track_id}/streams and /stream (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock import silence
from tuningfork.mock.errors import HttpError


def links(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/streams."""
    return json_response(mock.streams.links(_require_playable(mock, context, track_id)))


def redirect(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/stream; counts as a play (SC-RATE-06)."""
    track = _require_playable(mock, context, track_id)
    if context.token is not None:
        mock.rate_limits.count_play(context.token.app.client_id)
    location = mock.streams.location(track)
    return json_response({"status": "302 - Found", "location": location}, 302, {"Location": location})


def media(
    mock: SoundCloudParts, context: RequestContext, track_id: str, signature: str, file: str
) -> Response:
    """Handle GET /media/{track_id}/{signature}/{file}: a second of silence."""
    track = mock.tracks.find(mock.number(track_id))
    if track is None:
        raise HttpError(404)
    mock.streams.require_not_blocked(track)
    return silence.send(*mock.streams.file(track, signature, file), context.request)


def _require_playable(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Track:
    track = mock.tracks.get_or_404(track_id, context)
    mock.streams.require_not_blocked(track)
    return track
