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
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_no, expect_properties, expect_true
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

UniqueName = Callable[[str], str]
READ_PATHS = ("", "/streams", "/stream", "/favoriters", "/related")
UPDATES: tuple[dict[str, Any], ...] = (
    {"json": {"track": {"title": "changed"}}},
    multipart({"track[title]": "changed"}),
    {"form": {"track[title]": "changed"}},
)
"""Arguments of Client.put that change the title of a track: in JSON, multipart and urlencoded bodies."""


@claim("SC-TRACK-01")
def test_public_track_has_documented_properties(api: Client) -> None:
    for listed in at_least_one(find_public_tracks(api), "no track is listed"):
        response = api.get(f"/tracks/{listed['id']}")

        if response.status == 404:  # the track was deleted meanwhile
            wait_until_unlisted(api, "/tracks", listed["id"], q=listed["title"])
        else:
            assert_track(response.expect_ok().object)


@claim("SC-TRACK-01", needs=("given:blocked_track", "given:preview_track"))
@pytest.mark.parametrize("name", ["blocked_track", "preview_track"])
def test_restricted_track_has_documented_properties(
    api: Client, test_data: dict[str, Any], name: str
) -> None:
    assert_track(api.get(f"/tracks/{test_data[name]}").expect_ok().object)


@claim("SC-TRACK-01", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_new_track_has_documented_properties(user: Client, unique_name: UniqueName, sharing: str) -> None:
    """Also after a like and a comment."""
    track_id = create_track(user, unique_name("new"), sharing=sharing)["id"]
    assert_track(user.get(f"/tracks/{track_id}").expect_ok().object)
    like(user, "tracks", track_id)
    create_comment(user, track_id, "a comment")

    track = user.get(f"/tracks/{track_id}").expect_ok().object

    assert_track(track)
    expect(track["user"]["id"], fetch_my_id(user), "id of the user", track)


@claim("SC-TRACK-02")
@pytest.mark.parametrize("below", READ_PATHS)
def test_nonexistent_track_returns_404(api: Client, below: str) -> None:
    """Also for the id of a track with characters after it."""
    track_id = find_public_tracks(api)[0]["id"]

    for wrong_id in (*NONEXISTENT_IDS, f"{track_id}abc", f"{track_id}.5", f"{track_id},1"):
        api.get(f"/tracks/{wrong_id}{below}").expect_status(404)


@claim("SC-TRACK-02", needs=("user", "write"))
@pytest.mark.parametrize("track_id", NONEXISTENT_IDS)
def test_write_to_a_nonexistent_track_returns_404(user: Client, track_id: str) -> None:
    user.put(f"/tracks/{track_id}", json={"track": {"title": "changed"}}).expect_status(404)
    user.delete(f"/tracks/{track_id}").expect_status(404)


@claim("SC-TRACK-03")
def test_timestamps_have_the_documented_format(api: Client) -> None:
    """Of listed tracks, tracks read by id, and tracks in playlists."""
    for track in tracks_in_all_forms(api):
        assert_timestamps(track)


@claim("SC-TRACK-03", needs=("user", "write"))
def test_timestamps_of_a_new_track_have_the_documented_format(user: Client, unique_name: UniqueName) -> None:
    path = f"/tracks/{create_track(user, unique_name('new'))['id']}"

    updated = user.put(path, json={"track": {"genre": "Changed"}}).expect_ok().object

    for track in (updated, user.get(path).expect_ok().object):
        assert_timestamps(track)


@claim("SC-TRACK-04")
def test_uri_returns_the_track(api: Client) -> None:
    tracks = fetch_each(api, "tracks", find_public_tracks(api, limit=20))

    for track in at_least_one(tracks, "the listed tracks are deleted"):
        expect_true(is_absolute_url(track["uri"]), "an absolute URL as uri", to_json(track["uri"]), track)
        expect_properties(api.get(track["uri"]).expect_ok().object, id=track["id"])


@claim("SC-TRACK-04")
def test_each_track_has_its_own_uri(api: Client) -> None:
    id_of: dict[str, Any] = {}
    tracks = json_objects(api.get("/tracks", limit=200).expect_ok().items)

    for track in at_least_one(tracks, "no track is listed"):
        other_id = id_of.setdefault(track["uri"], track["id"])
        expect_true(
            other_id == track["id"],
            f"a uri of track {track['id']} alone",
            f"{to_json(track['uri'])}, which track {other_id} has too",
            track,
        )


@claim("SC-TRACK-04")
def test_uri_and_permalink_url_are_absolute(api: Client) -> None:
    """Of listed tracks, tracks read by id, and tracks in playlists."""
    for track in tracks_in_all_forms(api):
        for name in ("permalink_url", "uri"):
            is_expected = is_absolute_url(track[name])
            expect_true(is_expected, f"an absolute URL as {name}", to_json(track[name]), track)


@claim("SC-TRACK-04", needs=("user", "write"))
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_uri_of_a_new_track_returns_it(user: Client, unique_name: UniqueName, sharing: str) -> None:
    path = f"/tracks/{create_track(user, unique_name('new'), sharing=sharing)['id']}"

    track = user.get(path).expect_ok().object

    expect_properties(user.get(track["uri"]).expect_ok().object, id=track["id"])

    url = track["permalink_url"]
    expect_true(is_absolute_url(url), "an absolute URL as permalink_url", to_json(url), track)


@claim("SC-TRACK-05")
def test_duration_is_in_milliseconds(api: Client) -> None:
    """Of listed tracks, tracks read by id, and tracks in playlists."""
    for track in tracks_in_all_forms(api):
        assert_duration(track)


@claim("SC-TRACK-05", needs=("user", "write"))
def test_duration_of_half_a_second_is_about_500(user: Client, unique_name: UniqueName) -> None:
    """Give or take the frames of an encoder; 0 until the track is processed."""
    created = create_track(user, unique_name("half a second"), wav_tone(0.5, 44100, 2))

    track = user.get(f"/tracks/{created['id']}").expect_ok().object

    assert_duration(track)
    is_expected = track["duration"] == 0 or 400 <= track["duration"] <= 700
    expect_true(is_expected, "duration 0, or 400 to 700", to_json(track["duration"]), track)


@claim("SC-TRACK-06")
def test_deleted_track_returns_404(user: Client, unique_name: UniqueName) -> None:
    path = f"/tracks/{create_track(user, unique_name('deleted'))['id']}"

    user.delete(path).expect_ok()

    for method in ("GET", "DELETE", "GET"):
        user.request(method, path).expect_status(404)
    user.put(path, json={"track": {"title": "again"}}).expect_status(404)
    user.get(f"{path}/streams").expect_status(404)


@claim("SC-TRACK-06")
@pytest.mark.parametrize("below", READ_PATHS)
def test_deleted_track_returns_404_to_others(
    user: Client, api: Client, unique_name: UniqueName, below: str
) -> None:
    """Also to those who have read it, its streams or its lists before."""
    path = f"/tracks/{create_track(user, unique_name('deleted'))['id']}"
    api.get(f"{path}{below}")

    user.delete(path).expect_ok()

    api.eventually(lambda: api.get(f"{path}{below}").expect_status(404))


@claim("SC-TRACK-06")
def test_deleted_track_is_not_related(user: Client, api: Client, unique_name: UniqueName) -> None:
    """To a track with the same genre and tag."""
    word = unique_name("word").replace(" ", "")
    deleted_id, other_id = (
        create_track(user, unique_name("related"), genre=word, tag_list=word)["id"] for _ in range(2)
    )

    user.delete(f"/tracks/{deleted_id}").expect_ok()

    wait_until_unlisted(api, f"/tracks/{other_id}/related", deleted_id)


@claim("SC-TRACK-06")
def test_deleted_track_is_removed_from_lists(user: Client, unique_name: UniqueName) -> None:
    """From the user's tracks and likes, a playlist and searches; another track stays listed."""
    title, word, user_id = unique_name("title"), unique_name("word").replace(" ", ""), fetch_my_id(user)
    deleted_id, other_id = (
        create_track(user, user.extended(title, after=f" {name}"), genre=word, tag_list=word)["id"]
        for name in ("first", "second")
    )
    for track_id in (deleted_id, other_id):
        like(user, "tracks", track_id)
    create_comment(user, deleted_id, "a comment")
    playlist_id = create_playlist(user, [deleted_id, other_id], title, sharing="private")["id"]
    own_lists = ("/me/tracks", "/me/likes/tracks", f"/playlists/{playlist_id}/tracks")

    user.delete(f"/tracks/{deleted_id}").expect_ok()

    for path in (*own_lists, f"/users/{user_id}/tracks", f"/users/{user_id}/likes/tracks"):
        wait_until_unlisted(user, path, deleted_id)
    for query in ({"q": title}, {"ids": f"{deleted_id},{other_id}"}, {"genres": word}, {"tags": word}):
        wait_until_unlisted(user, "/tracks", deleted_id, **query)
    for path in own_lists:
        wait_until_listed_or_skip(user, path, other_id)


@claim("SC-TRACK-06")
def test_deleted_track_is_removed_from_playlists(
    user: Client, unique_name: UniqueName, track_ids: list[int]
) -> None:
    playlist_id = create_playlist(user, track_ids, unique_name("three"))["id"]
    first, deleted, last = track_ids

    user.delete(f"/tracks/{deleted}").expect_ok()

    def expect_two_tracks() -> None:
        playlist = user.get(f"/playlists/{playlist_id}").expect_ok().object
        expect(ids(playlist["tracks"]), [first, last], "ids of the tracks", playlist)

    user.eventually(expect_two_tracks)


@claim("SC-TRACK-06", needs=("user2",))
def test_deleted_track_is_removed_from_lists_of_another_user(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    """From likes, playlists, tracks of followed users, activities and searches."""
    title, user_id, other_id = unique_name("deleted"), fetch_my_id(user), fetch_my_id(other_user)
    track_id = create_track(user, title)["id"]
    follow(other_user, user_id)
    like(other_user, "tracks", track_id)
    playlist_id = create_playlist(other_user, [track_id], title)["id"]

    user.delete(f"/tracks/{track_id}").expect_ok()

    other_user.get(f"/tracks/{track_id}").expect_status(404)
    for path in (
        "/me/likes/tracks",
        "/me/followings/tracks",
        f"/playlists/{playlist_id}/tracks",
        f"/users/{user_id}/tracks",
        f"/users/{other_id}/likes/tracks",
    ):
        wait_until_unlisted(other_user, path, track_id)
    wait_until_unlisted(other_user, "/tracks", track_id, q=title)
    other_user.eventually(lambda: expect_no_activity(other_user, track_id))


@claim("SC-TRACK-07")
@pytest.mark.parametrize("sharing", ["public", "private"])
def test_only_the_owner_changes_a_track(
    user: Client,
    other_user: Client,
    api: Client,
    unauthenticated: Client,
    unique_name: UniqueName,
    sharing: str,
) -> None:
    """A secret token gives another user no right to change it."""
    path = f"/tracks/{create_track(user, unique_name('owned'), sharing=sharing)['id']}"
    before = user.get(path).expect_ok().object
    secret = {"secret_token": read_secret_token(before)} if sharing == "private" else {}

    for client, query in ((other_user, {}), (other_user, secret), (api, {}), (unauthenticated, {})):
        for update in UPDATES:
            client.put(path, **update, **query).expect_status(401, 403, 404)
        client.delete(path, **query).expect_status(401, 403, 404)
        expect_unchanged(before, user.get(path).expect_ok().object)


def tracks_in_all_forms(api: Client) -> list[JsonObject]:
    """Return public tracks as they are listed, read by id, and contained as a whole in playlists."""
    listed = find_public_tracks(api, limit=200)
    playlists = fetch_each(api, "playlists", find_public_playlists(api, limit=5))
    contained = json_objects(track for playlist in playlists for track in playlist["tracks"] or [])
    whole = [track for track in contained if "created_at" in track]
    tracks = [*listed, *fetch_each(api, "tracks", listed[:10]), *whole]
    return at_least_one(tracks, "no track is listed")


def expect_no_activity(client: Client, track_id: int) -> None:
    """Raise ExpectationFailed if the activities of followed users contain a track."""
    origins = [activity.get("origin") for activity in json_objects(client.all_items("/me/activities"))]
    tracks = [
        origin for origin in origins if isinstance(origin, JsonObject) and origin.get("kind") == "track"
    ]
    expect_no([track["id"] for track in tracks if track.get("id") == track_id], "activities of the track")
