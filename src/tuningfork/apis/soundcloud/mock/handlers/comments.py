"""Handlers of /tracks/{track_id}/comments."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock.errors import HttpError


def index(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/comments."""
    comments = mock.comments.list_by_track(mock.tracks.get_or_404(track_id, context))
    page = mock.pagination.by_cursor(context, comments, mock.comments.sort_key)
    return mock.pagination.respond(
        context, page, [mock.comments.serialize(comment, context) for comment in page.items]
    )


def create(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle POST /tracks/{track_id}/comments."""
    track = mock.tracks.get_or_404(track_id, context)
    if not mock.comments.are_allowed(track):
        raise HttpError(403, "Comments on this track are not allowed.")
    properties = mock.request_parser.read(context.request, "comment")
    body, timestamp = mock.comments.parse_body(properties), mock.comments.parse_timestamp(properties)
    return json_response(
        mock.comments.serialize(mock.comments.create(context.user, track, body, timestamp), context), 201
    )
