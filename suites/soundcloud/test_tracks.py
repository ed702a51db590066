"""Tracks (https://developers.soundcloud.com/docs/api/explorer/open-api#/tracks)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, follow, like
from tuningfork.apis.soundcloud.lookup import (
    NONEXISTENT_IDS,
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    find_public_tracks,
    read_secret_token,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.listings import (
    at_least_one,
    ids,
    json_objects,
    wait_until_listed_or_skip,
    wait_until_unlisted,
)
from tuningfork.testing.payloads import multipart, wav_tone

from .support.assertions import assert_duration, assert_timestamps, assert_track, is_absolute_url
from .support.diffs import expect_unchanged

Fresh = Callable[[str], str]

READS = ["", "/streams", "/stream", "/favoriters", "/related"]


def one_by_one(api: Client, limit: int = 50) -> list[JsonObject]:
    """The public tracks, each as its own resource has it."""
    return at_least_one(
        fetch_each(api, "tracks", find_public_tracks(api, limit=limit)), "the listed tracks are all gone"
    )


def in_playlists(api: Client) -> list[JsonObject]:
    """The tracks that public playlists hold."""
    wholes = fetch_each(api, "playlists", find_public_playlists(api, limit=5))
    return json_objects(track for whole in wholes for track in whole["tracks"] or [])


@claim("SC-TRACK-01")
def test_a_track_has_what_is_documented(api: Client) -> None:
    """Each public track is found by its id, whole, every documented field of its type or null."""
    for track in one_by_one(api):
        assert_track(track)


@claim("SC-TRACK-01", needs=("given:blocked_track", "given:preview_track"))
def test_a_restricted_track_has_what_is_documented(api: Client, test_data: dict[str, Any]) -> None:
    """What can't be played, or not at full length, is whole all the same."""
    for name in ("blocked_track", "preview_track"):
        assert_track(api.get(f"/tracks/{test_data[name]}").expect_ok().object)


@claim("SC-TRACK-01", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_a_new_track_has_what_is_documented(user: Client, unique_name: Fresh, sharing: str) -> None:
    """A track is whole from the start, liked and commented too, and its owner is its user."""
    made = create_track(user, unique_name("whole"), sharing=sharing)
    assert_track(user.get(f"/tracks/{made['id']}").expect_ok().object)
    like(user, "tracks", made["id"])
    create_comment(user, made["id"], "well sung")

    track = user.get(f"/tracks/{made['id']}").expect_ok().object

    assert_track(track)
    assert track["user"]["id"] == fetch_my_id(user), f"expected the owner as user, found {track['user']}"


@claim("SC-TRACK-02")
@pytest.mark.parametrize("below", READS)
@pytest.mark.parametrize("track", NONEXISTENT_IDS)
def test_what_does_not_exist_is_404(api: Client, track: str, below: str) -> None:
    """An id that is nobody's is answered 404 wherever a track is read."""
    answer = api.get(f"/tracks/{track}{below}")

    answer.expect_status(404)


@claim("SC-TRACK-02")
@pytest.mark.parametrize("below", READS)
def test_an_id_with_more_behind_it_is_none(api: Client, below: str) -> None:
    """What begins as the id of a track is no whole number, and nobody's."""
    track = find_public_tracks(api)[0]["id"]

    for odd in (f"{track}abc", f"{track}.5", f"{track},1"):
        api.get(f"/tracks/{odd}{below}").expect_status(404)


@claim("SC-TRACK-02", needs=("user", "write"))
@pytest.mark.parametrize("track", NONEXISTENT_IDS)
def test_what_does_not_exist_can_t_be_written(user: Client, track: str) -> None:
    """An id that is nobody's is answered 404 where a track is changed or deleted."""
    changed = user.put(f"/tracks/{track}", json={"track": {"title": "nobody's"}})
    deleted = user.delete(f"/tracks/{track}")

    changed.expect_status(404)
    deleted.expect_status(404)


@claim("SC-TRACK-03")
def test_times_read_as_documented(api: Client) -> None:
    """created_at and last_modified have the documented form: alone, in lists, in playlists."""
    for track in [*find_public_tracks(api, limit=200), *one_by_one(api, 10), *in_playlists(api)]:
        assert_timestamps(track)


@claim("SC-TRACK-03", needs=("user", "write"))
def test_times_of_a_new_track_read_as_documented(user: Client, unique_name: Fresh) -> None:
    """Times have their form in the answer to an upload, to a change, and afterwards."""
    made = create_track(user, unique_name("timed"))

    changed = user.put(f"/tracks/{made['id']}", json={"track": {"genre": "Timed"}}).expect_ok().object

    for track in (made, changed, user.get(f"/tracks/{made['id']}").expect_ok().object):
        assert_timestamps(track)


@claim("SC-TRACK-04")
def test_uri_leads_to_the_same_track(api: Client) -> None:
    """Each track's uri is an absolute URL where that track is found."""
    for track in one_by_one(api, 20):
        assert is_absolute_url(track["uri"]), f"expected an absolute URL as uri, found {track['uri']!r}"
        found = api.get(track["uri"]).expect_ok().object

        assert found["id"] == track["id"], f"expected track {track['id']} at its uri, found {found['id']!r}"


@claim("SC-TRACK-04")
def test_no_two_tracks_have_one_uri(api: Client) -> None:
    """At a uri one track is found, so that another has another."""
    at: dict[str, object] = {}

    for track in find_public_tracks(api, limit=200):
        other = at.setdefault(track["uri"], track["id"])
        assert other == track["id"], (
            f"expected a uri of its own for track {track['id']}, found that of {other}"
        )


@claim("SC-TRACK-04")
def test_permalinks_are_absolute(api: Client) -> None:
    """permalink_url and uri are absolute URLs: alone, in lists, in playlists."""
    for track in [*find_public_tracks(api, limit=200), *one_by_one(api, 10), *in_playlists(api)]:
        for name in ("permalink_url", "uri"):
            assert is_absolute_url(track[name]), f"expected an absolute URL as {name}, found {track[name]!r}"


@claim("SC-TRACK-04", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_uri_leads_to_a_new_track(user: Client, unique_name: Fresh, sharing: str) -> None:
    """The uri of a new track leads its owner to it."""
    made = create_track(user, unique_name("at its uri"), sharing=sharing)

    found = user.get(made["uri"]).expect_ok().object

    assert found["id"] == made["id"], f"expected track {made['id']} at its uri, found {found['id']!r}"
    assert is_absolute_url(made["permalink_url"]), (
        f"expected an absolute URL, found {made['permalink_url']!r}"
    )


@claim("SC-TRACK-05")
def test_durations_are_milliseconds(api: Client) -> None:
    """Durations are integers, not negative, and kind is track: alone, in lists, in playlists."""
    for track in [*find_public_tracks(api, limit=200), *one_by_one(api, 10), *in_playlists(api)]:
        assert_duration(track)


@claim("SC-TRACK-05", needs=("user", "write"))
def test_duration_of_a_new_track_is_milliseconds(user: Client, unique_name: Fresh) -> None:
    """Half a second of sound is 500 ms once it is encoded, give or take a frame; 0 before."""
    made = create_track(user, unique_name("half a second"), wav_tone(0.5, 44100, 2))

    track = user.get(f"/tracks/{made['id']}").expect_ok().object

    assert_duration(made)
    assert_duration(track)
    assert track["duration"] == 0 or 400 <= track["duration"] <= 700, (
        f"expected 500 ms, found {track['duration']}"
    )


@claim("SC-TRACK-06")
def test_a_deleted_track_is_404(user: Client, unique_name: Fresh) -> None:
    """Its owner deletes a track; from then on there is nothing to read, change or delete."""
    path = f"/tracks/{create_track(user, unique_name('deleted'))['id']}"

    user.delete(path).expect_ok()

    for method in ("GET", "DELETE", "GET"):
        user.request(method, path).expect_status(404)
    user.put(path, json={"track": {"title": "again"}}).expect_status(404)
    user.get(path + "/streams").expect_status(404)


@claim("SC-TRACK-06")
def test_a_deleted_track_stands_in_no_list(user: Client, unique_name: Fresh) -> None:
    """Every list that held a track goes on without it: the user's own, likes, a playlist, any search."""
    title, word, found_user = (
        unique_name("unlisted"),
        unique_name("unlisted").replace(" ", ""),
        fetch_my_id(user),
    )
    made = [create_track(user, f"{title} {name}", genre=word, tag_list=word) for name in ("first", "second")]
    track, kept = ids(made)
    for thing in (track, kept):
        like(user, "tracks", thing)
    create_comment(user, track, "the last")
    playlist = create_playlist(user, [track, kept], title, sharing="private")["id"]

    user.delete(f"/tracks/{track}").expect_ok()

    for path in (
        "/me/tracks",
        f"/users/{found_user}/tracks",
        "/me/likes/tracks",
        f"/users/{found_user}/likes/tracks",
    ):
        wait_until_unlisted(user, path, track)
    wait_until_unlisted(user, f"/playlists/{playlist}/tracks", track)
    for query in ({"q": title}, {"ids": f"{track},{kept}"}, {"genres": word}, {"tags": word}):
        wait_until_unlisted(user, "/tracks", track, **query)
    for path in ("/me/tracks", "/me/likes/tracks", f"/playlists/{playlist}/tracks"):
        wait_until_listed_or_skip(user, path, kept)


@claim("SC-TRACK-06")
def test_a_deleted_track_leaves_its_playlists(user: Client, unique_name: Fresh) -> None:
    """A playlist shows and counts only the tracks that are left."""
    tracks = [create_track(user, unique_name(f"one of three, {number}"))["id"] for number in range(3)]
    playlist = create_playlist(user, tracks, unique_name("three"))["id"]

    user.delete(f"/tracks/{tracks[1]}").expect_ok()

    def is_left() -> None:
        whole = user.get(f"/playlists/{playlist}").expect_ok().object
        assert ids(whole["tracks"]) == [tracks[0], tracks[2]], (
            f"expected two left, found {ids(whole['tracks'])}"
        )

    user.eventually(is_left)


@claim("SC-TRACK-06", needs=("user2",))
def test_a_deleted_track_leaves_the_lists_of_others(
    user: Client, other_user: Client, unique_name: Fresh
) -> None:
    """It is gone from the likes, the playlists, the stream and the searches of another user."""
    title = unique_name("gone for others")
    track = create_track(user, title)["id"]
    follow(other_user, fetch_my_id(user))
    like(other_user, "tracks", track)
    playlist = create_playlist(other_user, [track], title)["id"]

    user.delete(f"/tracks/{track}").expect_ok()

    other_user.get(f"/tracks/{track}").expect_status(404)
    wait_until_unlisted(other_user, "/me/likes/tracks", track)
    wait_until_unlisted(other_user, "/me/followings/tracks", track)
    wait_until_unlisted(other_user, f"/playlists/{playlist}/tracks", track)
    wait_until_unlisted(other_user, f"/users/{fetch_my_id(user)}/tracks", track)
    wait_until_unlisted(user, f"/users/{fetch_my_id(other_user)}/likes/tracks", track)
    wait_until_unlisted(other_user, "/tracks", track, q=title)
    other_user.eventually(lambda: has_no_activity_of(other_user, track))


def has_no_activity_of(client: Client, track: int) -> None:
    """Raise where a track stands among the activities of those whom a user follows."""
    origins = [activity.get("origin") for activity in json_objects(client.all_items("/me/activities"))]
    there = [origin for origin in origins if isinstance(origin, JsonObject) and origin.get("id") == track]
    assert not any(origin.get("kind") == "track" for origin in there), f"expected no {track}, found it"


def in_json(client: Client, path: str, **query: str) -> Response:
    """Change a title as JSON."""
    return client.put(path, json={"track": {"title": "taken over"}}, **query)


def in_multipart(client: Client, path: str, **query: str) -> Response:
    """Change a title as multipart/form-data."""
    return client.put(path, **multipart({"track[title]": "taken over"}), **query)


def in_a_form(client: Client, path: str, **query: str) -> Response:
    """Change a title as a urlencoded form."""
    return client.put(path, form={"track[title]": "taken over"}, **query)


def in_delete(client: Client, path: str, **query: str) -> Response:
    """Delete."""
    return client.delete(path, **query)


def is_refused_and_unchanged(me: Client, track: JsonObject, strangers: list[Client], **query: str) -> None:
    """Raise where one of them can change or delete a track, by whatever way."""
    path = f"/tracks/{track['id']}"
    for stranger in strangers:
        for attempt in (in_json, in_multipart, in_a_form, in_delete):
            attempt(stranger, path, **query).expect_status(401, 403, 404)

        expect_unchanged(track, me.get(path).expect_ok().object)


@claim("SC-TRACK-07")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_nobody_else_changes_a_track(
    user: Client, other_user: Client, api: Client, unauthenticated: Client, unique_name: Fresh, sharing: str
) -> None:
    """Another user, an app and nobody are refused, and the owner finds the track as it was."""
    made = create_track(user, unique_name("my own"), sharing=sharing)
    track = user.get(f"/tracks/{made['id']}").expect_ok().object

    is_refused_and_unchanged(user, track, [other_user, api, unauthenticated])


@claim("SC-TRACK-07")
def test_a_secret_token_is_no_right_to_write(user: Client, other_user: Client, unique_name: Fresh) -> None:
    """Who may see a private track by its secret_token still can't change it."""
    made = create_track(user, unique_name("shared in secret"), sharing="private")
    track = user.get(f"/tracks/{made['id']}").expect_ok().object

    is_refused_and_unchanged(user, track, [other_user], secret_token=read_secret_token(track))
