"""Restricted Access (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import like
from tuningfork.apis.soundcloud.lookup import (
    fetch_each,
    fetch_my_id,
    find_public_playlists,
    find_public_tracks,
)
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_each, expect_not_in, expect_properties, expect_true
from tuningfork.testing.listings import ids, json_objects

from .support.search_filters import SECOND, number_of, tags_of, upload_time_filter, uploaded_at

LEVELS = ("playable", "preview", "blocked")
SEVERAL = ["playable,preview", "blocked,playable", "preview,blocked", "blocked,preview,playable"]


@pytest.fixture
def blocked_track(api: Client, test_data: dict[str, Any]) -> JsonObject:
    """The track that the owner of the target has blocked."""
    response = api.get(f"/tracks/{test_data['blocked_track']}")
    if response.status != 200:
        not_verified(f"the blocked track cannot be read: {response.status}")
    return response.object


@claim("SC-ACCESS-01")
def test_access_has_a_documented_value(api: Client) -> None:
    """Or null: of listed tracks, tracks read by id, and tracks in playlists."""
    listed = find_public_tracks(api, limit=200)
    playlists = fetch_each(api, "playlists", find_public_playlists(api, limit=10))
    contained = [track for playlist in playlists for track in playlist["tracks"] or []]

    tracks = [*listed, *fetch_each(api, "tracks", listed[:20]), *json_objects(contained)]

    expect_each(tracks, lambda track: track.get("access") in (*LEVELS, None), f"access in {LEVELS}")


@claim("SC-ACCESS-01", needs=("given:blocked_track", "given:preview_track"))
@pytest.mark.parametrize(("name", "access"), [("blocked_track", "blocked"), ("preview_track", "preview")])
def test_restricted_track_has_its_access(
    api: Client, test_data: dict[str, Any], name: str, access: str
) -> None:
    expect_properties(api.get(f"/tracks/{test_data[name]}").expect_ok().object, access=access)


@pytest.mark.parametrize(
    "access",
    [
        *(pytest.param(access, marks=claim("SC-ACCESS-02")) for access in LEVELS),
        *(pytest.param(access, marks=claim("SC-ACCESS-03")) for access in SEVERAL),
    ],
)
def test_list_has_only_tracks_of_the_requested_access(
    api: Client, blocked_track: JsonObject, access: str
) -> None:
    """A search and its later pages, lists of a user, and related tracks; also with other filters."""
    user_id, public_id = blocked_track["user"]["id"], find_public_tracks(api)[0]["id"]
    paths = (f"/users/{user_id}/tracks", f"/users/{user_id}/likes/tracks", f"/tracks/{public_id}/related")

    for path, query in (*((path, {}) for path in paths), *queries_of(blocked_track)):
        assert_access(api.get(path, access=access, **query).expect_ok().items, *access.split(","))
    for page in islice(api.pages("/tracks", access=access, limit=7), 5):
        assert_access(page.expect_ok().items, *access.split(","))


@claim("SC-ACCESS-02")
@pytest.mark.parametrize("access", LEVELS)
def test_blocked_track_is_listed_only_with_blocked(
    api: Client, blocked_track: JsonObject, access: str
) -> None:
    track_id, user_id = blocked_track["id"], blocked_track["user"]["id"]

    for path, query in (("/tracks", {"ids": track_id}), (f"/users/{user_id}/tracks", {})):
        is_listed = track_id in ids(api.all_items(path, access=access, **query))

        expected, found = ("the", "none") if access == "blocked" else ("no", "one")
        is_expected = is_listed is (access == "blocked")
        expect_true(is_expected, f"{expected} blocked track in {path} with access {access}", found)


@claim("SC-ACCESS-03")
@pytest.mark.parametrize("access", SEVERAL)
def test_several_values_find_the_tracks_of_each(api: Client, blocked_track: JsonObject, access: str) -> None:
    tracks = [*find_public_tracks(api)[:20], blocked_track]
    access_of = {track["id"]: track["access"] for track in tracks if track.get("access") is not None}
    expected = {track_id for track_id, level in access_of.items() if level in access.split(",")}

    found = api.all_items("/tracks", ids=",".join(map(str, access_of)), access=access)

    expect(set(ids(found)), expected, f"ids of tracks with access {access}", found)


@claim("SC-ACCESS-03")
@pytest.mark.parametrize("access", SEVERAL)
def test_several_values_list_the_tracks_of_each(api: Client, blocked_track: JsonObject, access: str) -> None:
    path = f"/users/{blocked_track['user']['id']}/tracks"
    of_each = [id_ for level in access.split(",") for id_ in ids(api.all_items(path, access=level))]

    of_user = api.all_items(path, access=access)

    expect(sorted(ids(of_user)), sorted(of_each), f"ids of tracks with access {access}", of_user)


@claim("SC-ACCESS-04")
def test_blocked_tracks_are_omitted_without_access(api: Client, blocked_track: JsonObject) -> None:
    """From a page of all tracks, from searches with and without filters, and from lists of a user."""
    assert_access(api.get("/tracks", limit=200).expect_ok().items, "playable", "preview", None)

    for path, query in queries_of(blocked_track):
        tracks = api.all_items(path, **query)

        expect_not_in(blocked_track["id"], ids(tracks), f"{path} {query}", tracks)
        assert_access(tracks, "playable", "preview", None)


@claim("SC-ACCESS-04", needs=("user", "write"))
def test_liked_blocked_track_is_omitted_from_public_likes(
    user: Client, api: Client, blocked_track: JsonObject
) -> None:
    like(user, "tracks", blocked_track["id"])

    tracks = api.all_items(f"/users/{fetch_my_id(user)}/likes/tracks")

    expect_not_in(blocked_track["id"], ids(tracks), "public likes", tracks)


def assert_access(tracks: Iterable[Any], *levels: str | None) -> None:
    """Raise ExpectationFailed if a track has another access than these."""
    expected = " or ".join(level or "null" for level in levels)
    for track in json_objects(tracks):
        expect_true(track.get("access") in levels, f"access {expected}", to_json(track.get("access")), track)


def queries_of(track: JsonObject) -> list[tuple[str, dict[str, Any]]]:
    """Return paths and queries of lists that would contain a blocked track if it were not blocked."""
    user_id = track["user"]["id"]
    duration = {"duration[from]": track["duration"], "duration[to]": track["duration"]}
    moment, bpm = uploaded_at(track), number_of(track, "bpm")
    return [
        *(("/tracks", {"tags": tag}) for tag in tags_of(track)[:1]),
        *([] if bpm is None else [("/tracks", {"bpm[from]": int(bpm)})]),
        ("/tracks", upload_time_filter(moment - SECOND, moment + SECOND).params),
        ("/tracks", {"ids": track["id"]}),
        ("/tracks", {"q": track["title"]}),
        ("/tracks", duration),
        ("/tracks", {"q": track["title"], "ids": track["id"], **duration}),
        ("/tracks", {"genres": track.get("genre") or "Pop"}),
        (f"/users/{user_id}/tracks", {}),
        (f"/users/{user_id}/likes/tracks", {}),
    ]
