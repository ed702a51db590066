"""/playlists, and lists of playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import Playlist
from tuningfork.apis.soundcloud.mock.handlers.tracks import ALL, shown
from tuningfork.apis.soundcloud.mock.inputs import PLAYLIST, Fields
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def index(mock: SoundCloud, call: Call) -> Response:
    """GET /playlists."""
    return _newest(mock, call, mock.search.playlists(call, mock.playlists.public()))


def create(mock: SoundCloud, call: Call) -> Response:
    """POST /playlists."""
    fields = _kept(mock, call)
    if "title" not in fields:
        raise Refusal(422, "title can't be blank")
    return reply(mock.playlists.show(mock.playlists.create(call.user, fields), call), 201)


def show(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """GET /playlists/{playlist_id}."""
    return reply(mock.playlists.show(mock.playlists.need(playlist_id, call), call))


def change(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """PUT /playlists/{playlist_id}."""
    playlist = _own(mock, call, playlist_id)
    mock.playlists.change(playlist, _kept(mock, call))
    return reply(mock.playlists.show(playlist, call))


def delete(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """DELETE /playlists/{playlist_id}."""
    mock.playlists.delete(_own(mock, call, playlist_id))
    return reply({"status": "200 - OK"})


def tracks(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """GET /playlists/{playlist_id}/tracks."""
    found = mock.playlists.tracks_of(mock.playlists.need(playlist_id, call), call)
    return shown(mock, call, mock.pages.by_offset(call, mock.search.access(call, found, ALL)))


def of_user(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/playlists."""
    return _newest(mock, call, mock.playlists.public_of(mock.users.need(user_id)))


def mine(mock: SoundCloud, call: Call) -> Response:
    """GET /me/playlists."""
    return _newest(mock, call, mock.playlists.of(call.user))


def _newest(mock: SoundCloud, call: Call, playlists: list[Playlist]) -> Response:
    page = mock.pages.by_cursor(call, playlists, mock.playlists.key)
    return mock.pages.answer(call, page, [mock.playlists.show(playlist, call) for playlist in page.items])


def _own(mock: SoundCloud, call: Call, playlist_id: str) -> Playlist:
    playlist = mock.playlists.need(playlist_id, call)
    mock.guard.need_owner(playlist, call)
    return playlist


def _kept(mock: SoundCloud, call: Call) -> Fields:
    fields = mock.inputs.read(call.request, "playlist")
    kept = mock.inputs.judge(fields, PLAYLIST)
    if "tracks" in fields:
        kept["tracks"] = mock.playlists.listed(fields["tracks"], call)
    if "artwork_data" in fields:
        kept["artwork_url"] = mock.uploads.artwork(fields["artwork_data"], mock.artworks.take())
    return kept
