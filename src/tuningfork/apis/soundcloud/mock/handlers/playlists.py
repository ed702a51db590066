"""Handlers of /playlists, and lists of playlists."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.handlers.tracks import ANY_ACCESS, respond_page
from tuningfork.apis.soundcloud.mock.models import Playlist
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.apis.soundcloud.mock.request_parsing import PLAYLIST_PROPERTIES, Properties
from tuningfork.mock.errors import HttpError


def index(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /playlists."""
    return _respond_newest(mock, context, mock.search.filter_playlists(context, mock.playlists.list_public()))


def create(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle POST /playlists."""
    properties = _read_properties(mock, context)
    if "title" not in properties:
        raise HttpError(422, "title can't be blank")
    return json_response(
        mock.playlists.serialize(mock.playlists.create(context.user, properties), context), 201
    )


def show(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle GET /playlists/{playlist_id}."""
    return json_response(mock.playlists.serialize(mock.playlists.get_or_404(playlist_id, context), context))


def update(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle PUT /playlists/{playlist_id}."""
    playlist = _require_own(mock, context, playlist_id)
    mock.playlists.update(playlist, _read_properties(mock, context))
    return json_response(mock.playlists.serialize(playlist, context))


def delete(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle DELETE /playlists/{playlist_id}."""
    mock.playlists.delete(_require_own(mock, context, playlist_id))
    return json_response({"status": "200 - OK"})


def tracks(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Response:
    """Handle GET /playlists/{playlist_id}/tracks."""
    tracks = mock.playlists.visible_tracks(mock.playlists.get_or_404(playlist_id, context), context)
    return respond_page(
        mock, context, mock.pagination.by_offset(context, mock.search.by_access(context, tracks, ANY_ACCESS))
    )


def list_by_user(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/playlists."""
    return _respond_newest(mock, context, mock.playlists.list_public_by_user(mock.users.get_or_404(user_id)))


def mine(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/playlists."""
    return _respond_newest(mock, context, mock.playlists.list_by_user(context.user))


def _respond_newest(mock: SoundCloudParts, context: RequestContext, playlists: list[Playlist]) -> Response:
    page = mock.pagination.by_cursor(context, playlists, mock.playlists.sort_key)
    return mock.pagination.respond(
        context, page, [mock.playlists.serialize(playlist, context) for playlist in page.items]
    )


def _require_own(mock: SoundCloudParts, context: RequestContext, playlist_id: str) -> Playlist:
    playlist = mock.playlists.get_or_404(playlist_id, context)
    mock.authorization.require_owner(playlist, context)
    return playlist


def _read_properties(mock: SoundCloudParts, context: RequestContext) -> Properties:
    properties = mock.request_parser.read(context.request, "playlist")
    validated = mock.request_parser.validate(properties, PLAYLIST_PROPERTIES)
    if "tracks" in properties:
        validated["tracks"] = mock.playlists.parse_tracks(properties["tracks"], context)
    if "artwork_data" in properties:
        validated["artwork_url"] = mock.uploads.artwork_url(
            properties["artwork_data"], mock.artwork_ids.take()
        )
    return validated
