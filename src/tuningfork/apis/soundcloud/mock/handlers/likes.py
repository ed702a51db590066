"""/likes, and lists of what is liked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.apis.soundcloud.mock.handlers.tracks import ALL
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def like_track(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """POST /likes/tracks/{track_id}."""
    return _liked(mock.tracks.like(call.user, mock.tracks.need(track_id, call)))


def unlike_track(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """DELETE /likes/tracks/{track_id}."""
    return _unliked(mock.tracks.unlike(call.user, mock.tracks.need(track_id, call)))


def like_playlist(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """POST /likes/playlists/{playlist_id}."""
    return _liked(mock.playlists.like(call.user, mock.playlists.need(playlist_id, call)))


def unlike_playlist(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """DELETE /likes/playlists/{playlist_id}."""
    return _unliked(mock.playlists.unlike(call.user, mock.playlists.need(playlist_id, call)))


def my_tracks(mock: SoundCloud, call: Call) -> Response:
    """GET /me/likes/tracks."""
    return _tracks(mock, call, call.user, ALL)


def tracks_of_user(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/likes/tracks."""
    return _tracks(mock, call, mock.users.need(user_id), "playable,preview")


def my_playlists(mock: SoundCloud, call: Call) -> Response:
    """GET /me/likes/playlists."""
    liked = [(place, it) for place, it in mock.playlists.liked(call.user) if mock.guard.sees(it, call)]
    page = mock.pages.by_cursor(call, liked, lambda placed: (placed[0],))
    return mock.pages.answer(call, page, [mock.playlists.show(playlist, call) for _, playlist in page.items])


def _tracks(mock: SoundCloud, call: Call, user: User, default: str) -> Response:
    liked = mock.tracks.liked(user)
    kept = {track.id for track in mock.search.access(call, [track for _, track in liked], default)}
    listed = [(place, it) for place, it in liked if it.id in kept and mock.guard.sees(it, call)]
    page = mock.pages.by_cursor(call, listed, lambda placed: (placed[0],))
    return mock.pages.answer(call, page, [mock.tracks.show(track, call) for _, track in page.items])


def _liked(new: bool) -> Response:
    return reply({"status": "201 - Created"}, 201) if new else reply({"status": "200 - OK"})


def _unliked(was: bool) -> Response:
    if not was:
        raise Refusal(404)
    return reply({"status": "200 - OK"})
