"""/audio_clips/{clip_id}/favourites (AB-SOC-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.request_context import RequestContext

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def add(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """POST: 201 where it is new."""
    new = mock.clips.favour(call.user, mock.clips.need(clip_id))
    return reply(call, {"favourite": True}, 201 if new else 200)


def remove(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """DELETE; what is not there is no longer there either."""
    mock.clips.disfavour(call.user, mock.clips.need(clip_id))
    return reply(call, {"favourite": False})
