"""Handlers of /playlists and their memberships (AB-LIST-01, AB-LIST-02)."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Clip, Membership, Playlist
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id


def list_by_user(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/playlists."""
    playlists = mock.playlists.list_by_user(mock.users.get_or_404(user_id))
    return mock.pagination.respond(context, "playlists", playlists, mock.playlists.serialize)


def show(mock: Parts, context: RequestContext, playlist_id: str) -> Response:
    """Handle GET /playlists/{playlist_id}."""
    return _respond_with_playlist(mock, context, mock.playlists.get_or_404(playlist_id))


def create(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /playlists."""
    values = _read_values(mock, context)
    if "title" not in values:
        raise HttpError(422, "title is missing")
    return _respond_with_playlist(mock, context, mock.playlists.create(context.user, values), 201)


def update(mock: Parts, context: RequestContext, playlist_id: str) -> Response:
    """Handle PUT /playlists/{playlist_id}."""
    playlist = _get_own_playlist(mock, context, playlist_id)
    mock.playlists.update(playlist, _read_values(mock, context))
    return _respond_with_playlist(mock, context, playlist)


def delete(mock: Parts, context: RequestContext, playlist_id: str) -> Response:
    """Handle DELETE /playlists/{playlist_id}."""
    mock.playlists.delete(_get_own_playlist(mock, context, playlist_id))
    return mock.envelope.respond({"deleted": True})


def add_clip(mock: Parts, context: RequestContext, playlist_id: str) -> Response:
    """Handle POST /playlists/{playlist_id}/memberships."""
    playlist = _get_own_playlist(mock, context, playlist_id)
    membership = mock.playlists.append_clip(playlist, _get_named_clip(mock, context))
    return _respond_with_membership(mock, playlist, membership, 201)


def move_clip(mock: Parts, context: RequestContext, playlist_id: str, membership_id: str) -> Response:
    """Handle PUT /playlists/{playlist_id}/memberships/{membership_id}."""
    playlist = _get_own_playlist(mock, context, playlist_id)
    membership = mock.playlists.get_membership_or_404(playlist, membership_id)
    mock.playlists.move_membership(playlist, membership, mock.playlists.read_position(context, playlist))
    return _respond_with_membership(mock, playlist, membership)


def remove_clip(mock: Parts, context: RequestContext, playlist_id: str, membership_id: str) -> Response:
    """Handle DELETE /playlists/{playlist_id}/memberships/{membership_id}."""
    playlist = _get_own_playlist(mock, context, playlist_id)
    membership = mock.playlists.get_membership_or_404(playlist, membership_id)
    mock.playlists.remove_membership(playlist, membership)
    return mock.envelope.respond({"deleted": True})


def _get_own_playlist(mock: Parts, context: RequestContext, playlist_id: str) -> Playlist:
    playlist = mock.playlists.get_or_404(playlist_id)
    mock.permissions.require_owner(playlist, context)
    return playlist


def _get_named_clip(mock: Parts, context: RequestContext) -> Clip:
    """Return the clip of playlist_membership[audio_clip_id]; raise HttpError 422 if it does not exist."""
    clip = mock.clips.find(parse_id(context.text("playlist_membership[audio_clip_id]") or ""))
    if clip is None:
        raise HttpError(422, "playlist_membership[audio_clip_id] is not the id of a clip")
    return clip


def _read_values(mock: Parts, context: RequestContext) -> Values:
    mock.uploads.has_image(context, "playlist[image_data]")
    return mock.form_fields.read_playlist(context)


def _respond_with_playlist(
    mock: Parts, context: RequestContext, playlist: Playlist, status: int = 200
) -> Response:
    return mock.envelope.respond({"playlist": mock.playlists.serialize(playlist, context)}, status)


def _respond_with_membership(
    mock: Parts, playlist: Playlist, membership: Membership, status: int = 200
) -> Response:
    serialized = mock.playlists.serialize_membership(playlist, membership)
    return mock.envelope.respond({"playlist_membership": serialized}, status)
