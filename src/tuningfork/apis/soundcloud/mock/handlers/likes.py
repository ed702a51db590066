"""Handlers of /likes, and lists of liked tracks and playlists."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.handlers.tracks import ANY_ACCESS
from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock.errors import HttpError


def like_track(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle POST /likes/tracks/{track_id}."""
    return _like_response(mock.tracks.like(context.user, mock.tracks.get_or_404(track_id, context)))


def unlike_track(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle DELETE /likes/tracks/{track_id}."""
    return _unlike_response(mock.tracks.unlike(context.user, mock.tracks.get_or_404(track_id, context)))


def like_playlist(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle POST /likes/playlists/{playlist_id}."""
    return _like_response(mock.playlists.like(context.user, mock.playlists.get_or_404(playlist_id, context)))


def unlike_playlist(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle DELETE /likes/playlists/{playlist_id}."""
    return _unlike_response(
        mock.playlists.unlike(context.user, mock.playlists.get_or_404(playlist_id, context))
    )


def my_tracks(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/likes/tracks."""
    return _respond_tracks(mock, context, context.user, ANY_ACCESS)


def tracks_of_user(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/likes/tracks."""
    return _respond_tracks(mock, context, mock.users.get_or_404(user_id), "playable,preview")


def my_playlists(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/likes/playlists."""
    liked = [
        (number, it)
        for number, it in mock.playlists.liked_by(context.user)
        if mock.authorization.can_see(it, context)
    ]
    page = mock.pagination.by_cursor(context, liked, lambda entry: (entry[0],))
    return mock.pagination.respond(
        context, page, [mock.playlists.serialize(playlist, context) for _, playlist in page.items]
    )


def _respond_tracks(mock: SoundCloudParts, context: RequestContext, user: User, default: str) -> Response:
    liked = mock.tracks.liked_by(user)
    allowed = mock.search.by_access(context, [track for _, track in liked], default)
    allowed_ids = {track.id for track in allowed}
    visible = [
        (number, it)
        for number, it in liked
        if it.id in allowed_ids and mock.authorization.can_see(it, context)
    ]
    page = mock.pagination.by_cursor(context, visible, lambda entry: (entry[0],))
    return mock.pagination.respond(
        context, page, [mock.tracks.serialize(track, context) for _, track in page.items]
    )


def _like_response(is_new: bool) -> Response:
    if is_new:
        return json_response({"status": "201 - Created"}, 201)
    return json_response({"status": "200 - OK"})


def _unlike_response(was_liked: bool) -> Response:
    if not was_liked:
        raise HttpError(404)
    return json_response({"status": "200 - OK"})
