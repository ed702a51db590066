"""Creating Playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import (
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    find_public_tracks,
)
from tuningfork.client.client import Client
from tuningfork.client.marks import MarkedProperty, UniqueName
from tuningfork.client.response import JsonObject
from tuningfork.testing.expect import expect, expect_properties
from tuningfork.testing.listings import at_least_one, ids, json_objects, wait_until_listed

from .support.assertions import has_type
from .support.diffs import expect_unchanged
from .support.playlists import assert_tracks, assert_tracks_stored, playlist_body, reload_playlist
from .support.texts import UNUSUAL_TEXTS

NONEXISTENT_TRACKS = (999999999999999, 0, -1)
UNDOCUMENTED_SHARING = ("Public", "PRIVATE", "unlisted", "", "private ", "public,private")
TEXTS_WITH_SHARING = list(zip(UNUSUAL_TEXTS, ("public", "private") * 3, strict=True))


@claim("SC-LIST-01")
@pytest.mark.parametrize(("text", "sharing"), TEXTS_WITH_SHARING)
def test_new_playlist_has_its_title_and_tracks(
    user: Client, unique_name: UniqueName, track_ids: list[int], text: str, sharing: str
) -> None:
    title, tracks = unique_name("new", f" {text}"), [track_ids[2], track_ids[0], track_ids[1]]
    body = playlist_body(tracks, title=title, description="A description.", sharing=sharing)

    playlist = user.post("/playlists", json=body).expect_created().object

    expect_properties(playlist, title=title)
    assert_tracks(playlist, tracks)


@claim("SC-LIST-01")
def test_new_playlist_has_many_tracks_of_other_users(
    user: Client, api: Client, marked_property: MarkedProperty
) -> None:
    """Against the order of their list; the title consists of digits."""
    tracks = ids(find_public_tracks(api, at_least=60, limit=150))[::-1]

    body = playlist_body(tracks, title="1984", **marked_property("description"))
    playlist = user.post("/playlists", json=body).expect_created().object

    expect_properties(playlist, title="1984")
    assert_tracks(playlist, tracks)


@claim("SC-LIST-02")
@pytest.mark.parametrize(("text", "sharing"), TEXTS_WITH_SHARING)
def test_playlist_is_read_with_its_properties(
    user: Client, unique_name: UniqueName, track_ids: list[int], text: str, sharing: str
) -> None:
    fields = {
        "title": unique_name("stored", f" {text}"),
        "description": f"{text} and more" + ", and more" * 40,
        "sharing": sharing,
    }
    playlist_id = create_playlist(user, track_ids[::-1], **fields)["id"]

    playlist = user.get(f"/playlists/{playlist_id}").expect_ok().object

    expect_properties(playlist, id=playlist_id, **fields)
    expect(playlist["user"]["id"], fetch_my_id(user), "id of the user", playlist)
    assert_tracks(playlist, track_ids[::-1])


@claim("SC-LIST-02")
def test_playlist_is_read_with_many_tracks(
    user: Client, unique_name: UniqueName, many_track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, many_track_ids, unique_name("long"))["id"]

    playlist = user.get(f"/playlists/{playlist_id}").expect_ok().object

    assert_tracks(playlist, many_track_ids)


@claim("SC-LIST-02")
def test_long_playlist_is_read_by_others(
    user: Client, api: Client, unique_name: UniqueName, many_track_ids: list[int]
) -> None:
    title = unique_name("long")
    playlist_id = create_playlist(user, many_track_ids, title, sharing="public")["id"]

    playlist = api.get(f"/playlists/{playlist_id}").expect_ok().object

    expect_properties(playlist, title=title)
    assert_tracks(playlist, many_track_ids)


@claim("SC-LIST-03")
def test_track_can_be_in_several_playlists(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    """Added to new playlists, and to an existing one."""
    a, b, c = track_ids
    tracks_of = {
        create_playlist(user, tracks, unique_name("list"))["id"]: tracks for tracks in ([a, b], [b, c], [b])
    }
    playlist_id = create_playlist(user, [c], unique_name("list"))["id"]

    user.put(f"/playlists/{playlist_id}", json=playlist_body([c, b])).expect_ok()

    for each_id, tracks in {**tracks_of, playlist_id: [c, b]}.items():
        assert_tracks(reload_playlist(user, each_id), tracks)


@claim("SC-LIST-10")
@pytest.mark.parametrize(("sharing", "count"), [("public", 3), ("private", 2), ("public", 0)])
def test_deleted_playlist_returns_404(
    user: Client, unique_name: UniqueName, track_ids: list[int], sharing: str, count: int
) -> None:
    """To reads, updates and deletes of its owner, who liked it."""
    playlist_id = create_playlist(user, track_ids[:count], unique_name("deleted"), sharing=sharing)["id"]
    path = f"/playlists/{playlist_id}"
    user.post(f"/likes{path}")

    user.delete(path).expect_ok()

    for method in ("GET", "DELETE", "GET"):
        user.request(method, path).expect_status(404)
    user.put(path, json={"playlist": {"title": "again"}}).expect_status(404)


@claim("SC-LIST-10")
def test_tracks_of_a_deleted_playlist_are_unchanged(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    """Read by id, in /me/tracks, and in another playlist."""
    tracks = [user.get(f"/tracks/{track_id}").expect_ok().object for track_id in track_ids]
    deleted_id, other_id = (create_playlist(user, track_ids, unique_name(name))["id"] for name in "ab")

    user.delete(f"/playlists/{deleted_id}").expect_ok()

    for track in tracks:
        expect_unchanged(track, user.get(f"/tracks/{track['id']}").expect_ok().object)
        wait_until_listed(user, "/me/tracks", track["id"])
    assert_tracks_stored(user, other_id, track_ids)


@claim("SC-LIST-11")
@pytest.mark.parametrize("wrong_id", NONEXISTENT_TRACKS)
def test_new_playlist_stores_no_nonexistent_track(
    user: Client, unique_name: UniqueName, track_ids: list[int], wrong_id: int
) -> None:
    """The request is refused, or the id is left out: first, between others, last and alone."""
    a, b, _ = track_ids
    for tracks in ([wrong_id, a, b], [a, wrong_id, b], [a, b, wrong_id], [wrong_id]):
        response = user.post("/playlists", json=playlist_body(tracks, title=unique_name("new")))

        if response.status == 201:
            existing = [track_id for track_id in tracks if track_id != wrong_id]
            assert_stored_and_counted(user, response.object["id"], existing)
        else:
            response.expect_status(404, 422, 400)


@claim("SC-LIST-11")
def test_updated_playlist_stores_no_nonexistent_or_deleted_track(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    deleted_id = create_track(user, unique_name("deleted"))["id"]
    user.delete(f"/tracks/{deleted_id}")
    playlist_id = create_playlist(user, track_ids, unique_name("full"))["id"]
    path, (a, _, c) = f"/playlists/{playlist_id}", track_ids

    for wrong_id in (*NONEXISTENT_TRACKS, deleted_id):
        response = user.put(path, json=playlist_body([c, wrong_id, a])).expect_status(200, 404, 422, 400)

        assert_stored_and_counted(user, playlist_id, [c, a] if response.status == 200 else track_ids)
        user.put(path, json=playlist_body(track_ids))


@claim("SC-LIST-12")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_documented_sharing_is_stored(user: Client, unique_name: UniqueName, sharing: str) -> None:
    """In a new playlist, and in each update."""
    body = {"playlist": {"title": unique_name("shared"), "tracks": [], "sharing": sharing}}

    playlist_id = user.post("/playlists", json=body).expect_created().object["id"]

    expect_properties(reload_playlist(user, playlist_id), sharing=sharing)
    for other in ("public", "private", sharing):
        response = user.put(f"/playlists/{playlist_id}", json={"playlist": {"sharing": other}})
        expect_properties(response.expect_ok().object, sharing=other)
        expect_properties(reload_playlist(user, playlist_id), sharing=other)


@claim("SC-LIST-12")
def test_undocumented_sharing_returns_400_or_422_and_changes_nothing(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, track_ids, unique_name("shared"), sharing="private")["id"]
    before = reload_playlist(user, playlist_id)

    for sharing in UNDOCUMENTED_SHARING:
        body = playlist_body(track_ids, title=unique_name("changed"), sharing=sharing)

        user.post("/playlists", json=body).expect_status(400, 422)
        user.put(f"/playlists/{playlist_id}", json=body).expect_status(400, 422)

    expect_unchanged(before, reload_playlist(user, playlist_id))


@claim("SC-LIST-13")
def test_duration_of_a_public_playlist_is_the_sum_of_its_tracks(api: Client) -> None:
    playlists = [
        playlist
        for playlist in fetch_each(api, "playlists", find_public_playlists(api))
        if shows_all_tracks(playlist) and playlist["tracks"]
    ]

    for playlist in at_least_one(playlists, "no listed playlist shows all its tracks"):
        assert_duration(playlist)


@claim("SC-LIST-13", needs=("user", "write"))
def test_duration_follows_the_tracks(
    user: Client, unique_name: UniqueName, many_track_ids: list[int], track_ids: list[int]
) -> None:
    """After each change, and after the deletion of a track."""
    playlist_id = create_playlist(user, many_track_ids[:5], unique_name("summed"))["id"]

    for tracks in (many_track_ids[3:9], many_track_ids, many_track_ids[:1], [], track_ids):
        user.put(f"/playlists/{playlist_id}", json=playlist_body(tracks)).expect_ok()
        assert_duration(reload_playlist(user, playlist_id))
    user.delete(f"/tracks/{track_ids[1]}").expect_ok()

    user.eventually(lambda: assert_duration(reload_playlist(user, playlist_id)))


def assert_stored_and_counted(user: Client, playlist_id: int, track_ids: list[int]) -> None:
    """Raise ExpectationFailed unless a playlist has and counts exactly these tracks."""
    playlist = reload_playlist(user, playlist_id)
    assert_tracks(playlist, track_ids)
    expect_properties(playlist, track_count=len(track_ids))


def shows_all_tracks(playlist: JsonObject) -> bool:
    """Return whether a playlist shows each of its tracks once, with its duration."""
    tracks = json_objects(playlist["tracks"] or [])
    has_all = len(set(ids(tracks))) == len(tracks) == playlist["track_count"]
    return has_all and all(has_type(track.get("duration"), (int,)) for track in tracks)


def assert_duration(playlist: JsonObject) -> None:
    """Raise ExpectationFailed unless the duration is the sum of the tracks' durations, if all are shown."""
    total = playlist["duration"]
    if shows_all_tracks(playlist):
        total = sum(track["duration"] for track in json_objects(playlist["tracks"] or []))
    expect_properties(playlist, duration=total)
