"""/me/activities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import Playlist, Shared, Track
from tuningfork.apis.soundcloud.mock.stamp import stamp

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def index(mock: SoundCloud, call: Call) -> Response:
    """GET /me/activities: what the followed have published, newest first."""
    return _page(mock, call, [*_tracks(mock, call), *_playlists(mock, call)])


def tracks(mock: SoundCloud, call: Call) -> Response:
    """GET /me/activities/tracks: the tracks among them."""
    return _page(mock, call, _tracks(mock, call))


def own(mock: SoundCloud, call: Call) -> Response:
    """GET /me/activities/all/own: what the user has published."""
    mine = mock.search.access(call, mock.tracks.public_of(call.user))
    return _page(mock, call, [*mine, *mock.playlists.public_of(call.user)])


def _tracks(mock: SoundCloud, call: Call) -> list[Track]:
    followed = mock.users.followings(call.user)
    return mock.search.access(call, [it for _, user in followed for it in mock.tracks.public_of(user)])


def _playlists(mock: SoundCloud, call: Call) -> list[Playlist]:
    followed = mock.users.followings(call.user)
    return [playlist for _, user in followed for playlist in mock.playlists.public_of(user)]


def _page(mock: SoundCloud, call: Call, things: Sequence[Shared]) -> Response:
    page = mock.pages.by_cursor(call, sorted(things, key=_key, reverse=True), _key)
    shown = [_activity(mock, call, thing) for thing in page.items]
    future = {"future_href": f"{call.base}{call.request.path}"}
    return reply(mock.pages.body(shown, mock.pages.next_href(call, page)) | future)


def _key(thing: Shared) -> tuple[int, int, int]:
    return (thing.created_at, int(isinstance(thing, Track)), thing.id)


def _activity(mock: SoundCloud, call: Call, thing: Shared) -> dict[str, object]:
    if isinstance(thing, Track):
        kind, origin = "track", mock.tracks.show(thing, call)
    else:
        kind, origin = "playlist", mock.playlists.show(thing, call)
    return {"type": kind, "created_at": stamp(thing.created_at), "origin": origin}
