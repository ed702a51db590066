"""Adding Tracks to a Playlist (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import make_playlist, make_track
from tuningfork.apis.soundcloud.lookup import public_tracks
from tuningfork.client.client import Client
from tuningfork.testing.listings import ids

from .support.playlists import change, fill, holds, holds_for_good

Fresh = Callable[[str], str]


@pytest.fixture
def tracks(me: Client, fresh: Fresh) -> list[int]:
    """The ids of three new tracks of the user's, one of them private."""
    sharing = ("public", "private", "public")
    return [make_track(me, fresh(f"to list, {one}"), sharing=one)["id"] for one in sharing]


@pytest.fixture
def many(api: Client) -> list[int]:
    """The ids of more public tracks than a page of any list has by default."""
    return ids(public_tracks(api, at_least=60, limit=75))


@claim("SC-LIST-04")
def test_a_put_makes_the_whole_content(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Each PUT replaces the list: other tracks, fewer, more, another order, none."""
    a, b, c = tracks
    playlist = make_playlist(me, [a, b], fresh("changing"))

    for content in ([c], [a, b, c], [c, b, a], [b, a, c], [b, a, c], [], [a]):
        changed = fill(me, playlist, content).is_ok().object
        holds(changed, content)
        holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_with_a_title_makes_the_whole_content(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Tracks that come with other fields are the whole content too."""
    playlist = make_playlist(me, tracks, fresh("changing"))
    content = [tracks[2], tracks[0]]

    change(me, playlist, {"title": fresh("changed"), "tracks": [{"id": track} for track in content]}).is_ok()

    holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_orders_a_long_list(me: Client, fresh: Fresh, many: list[int]) -> None:
    """A list that is longer than a page is turned round, and its last two change places."""
    playlist = make_playlist(me, many, fresh("long"))
    swapped = [*many[:-2], many[-1], many[-2]]

    for content in (many[::-1], swapped):
        fill(me, playlist, content).is_ok()
        holds_for_good(me, playlist, content)


@claim("SC-LIST-04")
def test_a_put_changes_one_playlist(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """Another playlist of the same tracks is left alone."""
    playlist, beside = (make_playlist(me, tracks, fresh(name)) for name in ("this", "that"))

    fill(me, playlist, tracks[:1]).is_ok()

    holds_for_good(me, beside, tracks)


METADATA = [
    {"title": 'Another "title"'},
    {"description": "Other words"},
    {"sharing": "private"},
    {"genre": "Other"},
    {"title": "All", "description": "at", "sharing": "public", "tag_list": "once"},
]


@claim("SC-LIST-05")
def test_metadata_leave_the_tracks(me: Client, fresh: Fresh, tracks: list[int]) -> None:
    """PUTs without tracks leave them as they are, after a change of order too."""
    playlist = make_playlist(me, tracks, fresh("named"))
    change(me, playlist, METADATA[0]).is_ok()
    holds_for_good(me, playlist, tracks)
    fill(me, playlist, tracks[::-1]).is_ok()

    for fields in METADATA:
        holds(change(me, playlist, fields).is_ok().object, tracks[::-1])
        holds_for_good(me, playlist, tracks[::-1])


@claim("SC-LIST-05")
def test_metadata_leave_a_long_list(me: Client, fresh: Fresh, many: list[int]) -> None:
    """A list that is longer than a page keeps all its tracks."""
    playlist = make_playlist(me, many, fresh("long"))

    change(me, playlist, {"title": fresh("long still")}).is_ok()

    holds_for_good(me, playlist, many)
