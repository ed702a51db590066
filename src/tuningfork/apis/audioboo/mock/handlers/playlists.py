"""/playlists and their memberships (AB-LIST-01, AB-LIST-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Membership, Playlist
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def of_user(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/playlists."""
    found = mock.playlists.of(mock.users.need(user_id))
    return mock.pages.answer(call, "playlists", found, mock.playlists.show)


def show(mock: AudioBoo, call: RequestContext, playlist_id: str) -> Response:
    """GET /playlists/{playlist_id}."""
    return _shown(mock, call, mock.playlists.need(playlist_id))


def create(mock: AudioBoo, call: RequestContext) -> Response:
    """POST /playlists."""
    kept = _kept(mock, call)
    if "title" not in kept:
        raise HttpError(422, "title is missing")
    return _shown(mock, call, mock.playlists.create(call.user, kept), 201)


def change(mock: AudioBoo, call: RequestContext, playlist_id: str) -> Response:
    """PUT /playlists/{playlist_id}."""
    playlist = _own(mock, call, playlist_id)
    mock.playlists.change(playlist, _kept(mock, call))
    return _shown(mock, call, playlist)


def delete(mock: AudioBoo, call: RequestContext, playlist_id: str) -> Response:
    """DELETE /playlists/{playlist_id}."""
    mock.playlists.delete(_own(mock, call, playlist_id))
    return reply(call, {"deleted": True})


def add_member(mock: AudioBoo, call: RequestContext, playlist_id: str) -> Response:
    """POST /playlists/{playlist_id}/memberships."""
    playlist = _own(mock, call, playlist_id)
    member = mock.playlists.append(playlist, mock.playlists.clip(call))
    return _member(mock, call, playlist, member, 201)


def move_member(mock: AudioBoo, call: RequestContext, playlist_id: str, membership_id: str) -> Response:
    """PUT /playlists/{playlist_id}/memberships/{membership_id}."""
    playlist = _own(mock, call, playlist_id)
    member = mock.playlists.need_member(playlist, membership_id)
    mock.playlists.move(playlist, member, mock.playlists.position(call, playlist))
    return _member(mock, call, playlist, member)


def remove_member(mock: AudioBoo, call: RequestContext, playlist_id: str, membership_id: str) -> Response:
    """DELETE /playlists/{playlist_id}/memberships/{membership_id}."""
    playlist = _own(mock, call, playlist_id)
    mock.playlists.take_out(playlist, mock.playlists.need_member(playlist, membership_id))
    return reply(call, {"deleted": True})


def _own(mock: AudioBoo, call: RequestContext, playlist_id: str) -> Playlist:
    playlist = mock.playlists.need(playlist_id)
    mock.rights.need_owner(playlist, call)
    return playlist


def _kept(mock: AudioBoo, call: RequestContext) -> Values:
    mock.uploads.image(call, "playlist[image_data]")
    return mock.fields.playlist(call)


def _shown(mock: AudioBoo, call: RequestContext, playlist: Playlist, status: int = 200) -> Response:
    return reply(call, {"playlist": mock.playlists.show(playlist, call)}, status)


def _member(
    mock: AudioBoo, call: RequestContext, playlist: Playlist, member: Membership, status: int = 200
) -> Response:
    return reply(call, {"playlist_membership": mock.playlists.show_member(playlist, member)}, status)
