"""Adding Tracks to a Playlist (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.client.client import Client
from tuningfork.testing.listings import ids

from .support.playlists import assert_tracks, assert_tracks_persist, set_tracks, update_playlist

Fresh = Callable[[str], str]


@pytest.fixture
def tracks(user: Client, unique_name: Fresh) -> list[int]:
    """The ids of three new tracks of the user's, one of them private."""
    sharing = ("public", "private", "public")
    return [create_track(user, unique_name(f"to list, {one}"), sharing=one)["id"] for one in sharing]


@pytest.fixture
def many(api: Client) -> list[int]:
    """The ids of more public tracks than a page of any list has by default."""
    return ids(find_public_tracks(api, at_least=60, limit=75))


@claim("SC-LIST-04")
def test_a_put_makes_the_whole_content(user: Client, unique_name: Fresh, tracks: list[int]) -> None:
    """Each PUT replaces the list: other tracks, fewer, more, another order, none."""
    a, b, c = tracks
    playlist = create_playlist(user, [a, b], unique_name("changing"))

    for content in ([c], [a, b, c], [c, b, a], [b, a, c], [b, a, c], [], [a]):
        changed = set_tracks(user, playlist, content).expect_ok().object
        assert_tracks(changed, content)
        assert_tracks_persist(user, playlist, content)


@claim("SC-LIST-04")
def test_a_put_with_a_title_makes_the_whole_content(
    user: Client, unique_name: Fresh, tracks: list[int]
) -> None:
    """Tracks that come with other fields are the whole content too."""
    playlist = create_playlist(user, tracks, unique_name("changing"))
    content = [tracks[2], tracks[0]]

    update_playlist(
        user, playlist, {"title": unique_name("changed"), "tracks": [{"id": track} for track in content]}
    ).expect_ok()

    assert_tracks_persist(user, playlist, content)


@claim("SC-LIST-04")
def test_a_put_orders_a_long_list(user: Client, unique_name: Fresh, many: list[int]) -> None:
    """A list that is longer than a page is turned round, and its last two change places."""
    playlist = create_playlist(user, many, unique_name("long"))
    swapped = [*many[:-2], many[-1], many[-2]]

    for content in (many[::-1], swapped):
        set_tracks(user, playlist, content).expect_ok()
        assert_tracks_persist(user, playlist, content)


@claim("SC-LIST-04")
def test_a_put_changes_one_playlist(user: Client, unique_name: Fresh, tracks: list[int]) -> None:
    """Another playlist of the same tracks is left alone."""
    playlist, beside = (create_playlist(user, tracks, unique_name(name)) for name in ("this", "that"))

    set_tracks(user, playlist, tracks[:1]).expect_ok()

    assert_tracks_persist(user, beside, tracks)


METADATA = [
    {"title": 'Another "title"'},
    {"description": "Other words"},
    {"sharing": "private"},
    {"genre": "Other"},
    {"title": "All", "description": "at", "sharing": "public", "tag_list": "once"},
]


@claim("SC-LIST-05")
def test_metadata_leave_the_tracks(user: Client, unique_name: Fresh, tracks: list[int]) -> None:
    """PUTs without tracks leave them as they are, after a change of order too."""
    playlist = create_playlist(user, tracks, unique_name("named"))
    update_playlist(user, playlist, METADATA[0]).expect_ok()
    assert_tracks_persist(user, playlist, tracks)
    set_tracks(user, playlist, tracks[::-1]).expect_ok()

    for fields in METADATA:
        assert_tracks(update_playlist(user, playlist, fields).expect_ok().object, tracks[::-1])
        assert_tracks_persist(user, playlist, tracks[::-1])


@claim("SC-LIST-05")
def test_metadata_leave_a_long_list(user: Client, unique_name: Fresh, many: list[int]) -> None:
    """A list that is longer than a page keeps all its tracks."""
    playlist = create_playlist(user, many, unique_name("long"))

    update_playlist(user, playlist, {"title": unique_name("long still")}).expect_ok()

    assert_tracks_persist(user, playlist, many)
