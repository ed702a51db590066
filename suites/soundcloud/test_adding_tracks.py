"""Adding Tracks to a Playlist (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.client.client import Client

from .support.playlists import assert_tracks, assert_tracks_stored, playlist_body

UniqueName = Callable[[str], str]
METADATA = (
    {"title": 'Another "title"'},
    {"description": "Other words"},
    {"sharing": "private"},
    {"genre": "Other"},
    {"title": "All", "description": "at", "sharing": "public", "tag_list": "once"},
)


@pytest.fixture
def track_ids(user: Client, unique_name: UniqueName) -> list[int]:
    """The ids of three new tracks of the user; the second one is private."""
    sharing = ("public", "private", "public")
    return [create_track(user, unique_name("track"), sharing=each)["id"] for each in sharing]


@claim("SC-LIST-04")
def test_put_replaces_all_tracks(user: Client, unique_name: UniqueName, track_ids: list[int]) -> None:
    """By other tracks, more, fewer, another order, and by no track."""
    a, b, c = track_ids
    playlist_id = create_playlist(user, [a, b], unique_name("changing"))["id"]

    for tracks in ([c], [a, b, c], [c, b, a], [b, a, c], [b, a, c], [], [a]):
        response = user.put(f"/playlists/{playlist_id}", json=playlist_body(tracks))

        assert_tracks(response.expect_ok().object, tracks)
        assert_tracks_stored(user, playlist_id, tracks)


@claim("SC-LIST-04")
def test_put_with_title_replaces_the_tracks_of_one_playlist(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    changed_id, other_id = (create_playlist(user, track_ids, unique_name(name))["id"] for name in "ab")
    tracks = [track_ids[2], track_ids[0]]

    user.put(f"/playlists/{changed_id}", json=playlist_body(tracks, title=unique_name("new"))).expect_ok()

    assert_tracks_stored(user, changed_id, tracks)
    assert_tracks_stored(user, other_id, track_ids)


@claim("SC-LIST-04")
def test_put_changes_the_order_of_many_tracks(
    user: Client, unique_name: UniqueName, many_track_ids: list[int]
) -> None:
    """Of all tracks, and of the last two."""
    playlist_id = create_playlist(user, many_track_ids, unique_name("long"))["id"]
    *first, last_but_one, last = many_track_ids

    for tracks in (many_track_ids[::-1], [*first, last, last_but_one]):
        user.put(f"/playlists/{playlist_id}", json=playlist_body(tracks)).expect_ok()

        assert_tracks_stored(user, playlist_id, tracks)


@claim("SC-LIST-05")
def test_put_of_metadata_keeps_the_tracks(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    """Before and after a change of the order."""
    playlist_id = create_playlist(user, track_ids, unique_name("named"))["id"]
    path = f"/playlists/{playlist_id}"

    for tracks in (track_ids, track_ids[::-1]):
        user.put(path, json=playlist_body(tracks)).expect_ok()
        for fields in METADATA:
            response = user.put(path, json={"playlist": fields})

            assert_tracks(response.expect_ok().object, tracks)
            assert_tracks_stored(user, playlist_id, tracks)


@claim("SC-LIST-05")
def test_put_of_the_title_keeps_many_tracks(
    user: Client, unique_name: UniqueName, many_track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, many_track_ids, unique_name("long"))["id"]

    user.put(f"/playlists/{playlist_id}", json={"playlist": {"title": unique_name("new")}}).expect_ok()

    assert_tracks_stored(user, playlist_id, many_track_ids)
