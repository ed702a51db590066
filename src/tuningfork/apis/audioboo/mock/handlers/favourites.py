"""Handlers of /audio_clips/{clip_id}/favourites (AB-SOC-03)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext


def add(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle POST: return 201 for a new favourite, 200 for an existing one."""
    is_new = mock.clips.add_favourite(context.user, mock.clips.get_or_404(clip_id))
    return mock.envelope.respond({"favourite": True}, 201 if is_new else 200)


def remove(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle DELETE: return 200, also if the clip was not a favourite."""
    mock.clips.remove_favourite(context.user, mock.clips.get_or_404(clip_id))
    return mock.envelope.respond({"favourite": False})
