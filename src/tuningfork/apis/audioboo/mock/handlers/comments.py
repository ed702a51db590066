"""/audio_clips/{clip_id}/comments (AB-SOC-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.request_context import RequestContext

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def index(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """GET: the comments of a clip."""
    found = mock.comments.of(mock.clips.need(clip_id))
    return mock.pages.answer(call, "comments", found, mock.comments.show)


def create(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """POST: one more."""
    clip = mock.clips.need(clip_id)
    comment = mock.comments.create(call.user, clip, mock.comments.body(call))
    return reply(call, {"comment": mock.comments.show(comment, call)}, 201)


def delete(mock: AudioBoo, call: RequestContext, clip_id: str, comment_id: str) -> Response:
    """DELETE …/{comment_id}."""
    comment = mock.comments.need(mock.clips.need(clip_id), comment_id)
    mock.rights.need_remover(comment, call)
    mock.comments.delete(comment)
    return reply(call, {"deleted": True})
