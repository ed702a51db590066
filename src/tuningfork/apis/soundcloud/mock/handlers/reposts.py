"""Handlers of /reposts, and the users who have reposted an item; no claim covers these operations."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock.errors import HttpError
from tuningfork.mock.state import Association


def repost_track(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle POST /reposts/tracks/{track_id}."""
    return _repost(mock.tracks.reposts, context, mock.tracks.get_or_404(track_id, context).id)


def remove_repost_of_track(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle DELETE /reposts/tracks/{track_id}."""
    return _remove_repost(mock.tracks.reposts, context, mock.tracks.get_or_404(track_id, context).id)


def repost_playlist(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle POST /reposts/playlists/{playlist_id}."""
    return _repost(mock.playlists.reposts, context, mock.playlists.get_or_404(playlist_id, context).id)


def remove_repost_of_playlist(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle DELETE /reposts/playlists/{playlist_id}."""
    return _remove_repost(mock.playlists.reposts, context, mock.playlists.get_or_404(playlist_id, context).id)


def reposters_of_track(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/reposters."""
    return _respond_users(mock, context, mock.tracks.reposts, mock.tracks.get_or_404(track_id, context).id)


def reposters_of_playlist(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle GET /playlists/{playlist_id}/reposters."""
    return _respond_users(
        mock, context, mock.playlists.reposts, mock.playlists.get_or_404(playlist_id, context).id
    )


def _repost(reposts: Association, context: RequestContext, id_: int) -> Response:
    is_new = reposts.add(context.user.id, id_)
    if is_new:
        return json_response({"status": "201 - Created"}, 201)
    return json_response({"status": "200 - OK"})


def _remove_repost(reposts: Association, context: RequestContext, id_: int) -> Response:
    if not reposts.remove(context.user.id, id_):
        raise HttpError(404)
    return json_response({"status": "200 - OK"})


def _respond_users(
    mock: SoundCloudParts, context: RequestContext, reposts: Association, id_: int
) -> Response:
    numbers = reposts.subjects(id_).items()
    users = [(number, user) for user_id, number in numbers if (user := mock.users.find(user_id))]
    page = mock.pagination.by_cursor(context, users, lambda entry: (entry[0],))
    return mock.pagination.respond(
        context, page, [mock.profiles.serialize(user, context) for _, user in page.items], always_linked=True
    )
