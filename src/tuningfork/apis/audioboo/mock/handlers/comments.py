"""Handlers of /audio_clips/{clip_id}/comments (AB-SOC-04)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext


def list_by_clip(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle GET /audio_clips/{clip_id}/comments."""
    comments = mock.comments.list_by_clip(mock.clips.get_or_404(clip_id))
    return mock.pagination.respond(context, "comments", comments, mock.comments.serialize)


def create(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle POST /audio_clips/{clip_id}/comments."""
    clip = mock.clips.get_or_404(clip_id)
    comment = mock.comments.create(context.user, clip, mock.comments.read_body(context))
    return mock.envelope.respond({"comment": mock.comments.serialize(comment, context)}, 201)


def delete(mock: Parts, context: RequestContext, clip_id: str, comment_id: str) -> Response:
    """Handle DELETE /audio_clips/{clip_id}/comments/{comment_id}."""
    comment = mock.comments.get_or_404(mock.clips.get_or_404(clip_id), comment_id)
    mock.permissions.require_author_or_clip_owner(comment, context)
    mock.comments.delete(comment)
    return mock.envelope.respond({"deleted": True})
