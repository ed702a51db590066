"""Handlers of /me/activities."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from tuningfork.apis.soundcloud.mock.models import Item, Playlist, Track
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp


def index(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/activities: public tracks and playlists of followed users, newest first."""
    return _respond(mock, context, [*_followed_tracks(mock, context), *_followed_playlists(mock, context)])


def tracks(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/activities/tracks: public tracks of followed users, newest first."""
    return _respond(mock, context, _followed_tracks(mock, context))


def own(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/activities/all/own: public tracks and playlists of the user, newest first."""
    own_tracks = mock.search.by_access(context, mock.tracks.list_public_by_user(context.user))
    return _respond(mock, context, [*own_tracks, *mock.playlists.list_public_by_user(context.user)])


def _followed_tracks(mock: SoundCloudParts, context: RequestContext) -> list[Track]:
    followed = mock.users.followings(context.user)
    return mock.search.by_access(
        context, [it for _, user in followed for it in mock.tracks.list_public_by_user(user)]
    )


def _followed_playlists(mock: SoundCloudParts, context: RequestContext) -> list[Playlist]:
    followed = mock.users.followings(context.user)
    return [playlist for _, user in followed for playlist in mock.playlists.list_public_by_user(user)]


def _respond(mock: SoundCloudParts, context: RequestContext, items: Sequence[Item]) -> Response:
    page = mock.pagination.by_cursor(context, sorted(items, key=_sort_key, reverse=True), _sort_key)
    activities = [_serialize_activity(mock, context, item) for item in page.items]
    future = {"future_href": f"{context.base}{context.request.path}"}
    return json_response(
        mock.pagination.serialize(activities, mock.pagination.next_href(context, page)) | future
    )


def _sort_key(item: Item) -> tuple[int, int, int]:
    return (item.created_at, int(isinstance(item, Track)), item.id)


def _serialize_activity(mock: SoundCloudParts, context: RequestContext, item: Item) -> dict[str, object]:
    if isinstance(item, Track):
        kind, origin = "track", mock.tracks.serialize(item, context)
    else:
        kind, origin = "playlist", mock.playlists.serialize(item, context)
    return {"type": kind, "created_at": format_timestamp(item.created_at), "origin": origin}
