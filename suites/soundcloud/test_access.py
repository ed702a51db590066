"""Restricted Access (https://developers.soundcloud.com/docs/api/guide#playing)."""

from __future__ import annotations

from collections.abc import Iterable
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
from tuningfork.testing.listings import ids, json_objects

from .support.search_filters import SECOND, number_of, tags_of, upload_time_filter, uploaded_at

LEVELS = ("playable", "preview", "blocked")
SEVERAL = ["playable,preview", "blocked,playable", "preview,blocked", "blocked,preview,playable"]


@pytest.fixture
def blocked(api: Client, test_data: dict[str, Any]) -> JsonObject:
    """The track that the target's owner has blocked."""
    answer = api.get(f"/tracks/{test_data['blocked_track']}")
    if answer.status != 200:
        not_verified(f"the blocked track is not found: {answer.status}")
    return answer.object


@pytest.fixture
def lists(api: Client, blocked: JsonObject) -> list[str]:
    """Lists of tracks that are filtered by access: a search, and two lists of the blocked track's user."""
    open_one = find_public_tracks(api)[0]["id"]
    user = blocked["user"]["id"]
    return ["/tracks", f"/users/{user}/tracks", f"/users/{user}/likes/tracks", f"/tracks/{open_one}/related"]


def are_of(tracks: Iterable[Any], *levels: str | None) -> None:
    """Raise where a track has another access than these."""
    others = {track.get("id"): track.get("access") for track in json_objects(tracks)}
    wrong = {track: access for track, access in others.items() if access not in levels}

    assert not wrong, f"expected access {' or '.join(map(str, levels))}, found {wrong}"


@claim("SC-ACCESS-01")
def test_access_is_one_of_three(api: Client) -> None:
    """Each public track says playable, preview, blocked or nothing: in lists, alone, in playlists."""
    found = find_public_tracks(api, limit=200)
    alone = fetch_each(api, "tracks", found[:20])
    wholes = fetch_each(api, "playlists", find_public_playlists(api, limit=10))
    in_playlists = [track for whole in wholes for track in whole["tracks"] or []]

    for tracks in (found, alone, in_playlists):
        are_of(tracks, *LEVELS, None)


@claim("SC-ACCESS-01", needs=("given:blocked_track", "given:preview_track"))
def test_access_says_what_is_so(api: Client, test_data: dict[str, Any]) -> None:
    """The prepared tracks say what they are."""
    for name, access in (("blocked_track", "blocked"), ("preview_track", "preview")):
        track = api.get(f"/tracks/{test_data[name]}").expect_ok().object

        assert track["access"] == access, f"expected {name} to be {access}, found {track['access']!r}"


@claim("SC-ACCESS-02")
@pytest.mark.parametrize("access", LEVELS)
def test_one_value_lists_no_other(api: Client, lists: list[str], access: str) -> None:
    """Every list that is asked for one level gives that level alone, on its later pages too."""
    for path in lists:
        are_of(api.get(path, access=access).expect_ok().items, access)
    pages = api.pages("/tracks", access=access, limit=7)
    for page, _ in zip(pages, range(5), strict=False):
        are_of(page.expect_ok().items, access)


@claim("SC-ACCESS-02")
@pytest.mark.parametrize("access", LEVELS)
def test_one_value_holds_beside_other_filters(api: Client, blocked: JsonObject, access: str) -> None:
    """Whatever else finds the blocked track, only tracks of the access that was asked for are listed."""
    for path, query in queries(blocked):
        are_of(api.get(path, access=access, **query).expect_ok().items, access)


@claim("SC-ACCESS-02")
def test_one_value_finds_the_blocked_track(api: Client, blocked: JsonObject) -> None:
    """The blocked track is listed where blocked ones are asked for, and nowhere else."""
    for path, query in (("/tracks", {"ids": blocked["id"]}), (f"/users/{blocked['user']['id']}/tracks", {})):
        for access in LEVELS:
            found = blocked["id"] in ids(api.all_items(path, access=access, **query))

            wanted = access == "blocked"
            assert found == wanted, f"expected the blocked track in {access} {path}: {wanted}, found {found}"


@claim("SC-ACCESS-03")
@pytest.mark.parametrize("access", SEVERAL)
def test_several_values_list_no_other(api: Client, lists: list[str], access: str) -> None:
    """Every list that is asked for several levels gives those alone."""
    for path in lists:
        are_of(api.get(path, access=access).expect_ok().items, *access.split(","))


@claim("SC-ACCESS-03")
@pytest.mark.parametrize("access", SEVERAL)
def test_several_values_list_all_of_them(api: Client, blocked: JsonObject, access: str) -> None:
    """Tracks of each level that is asked for are all there, in whatever order the levels stand."""
    tracks = [*find_public_tracks(api)[:20], blocked]
    levels = {track["id"]: track["access"] for track in tracks if track.get("access") is not None}
    asked = ",".join(map(str, levels))

    found = set(ids(api.all_items("/tracks", ids=asked, access=access)))

    wanted = {track for track, level in levels.items() if level in access.split(",")}
    assert found == wanted, f"expected the tracks {wanted} of {access}, found {found}"


@claim("SC-ACCESS-03")
@pytest.mark.parametrize("access", SEVERAL)
def test_several_values_are_a_union(api: Client, blocked: JsonObject, access: str) -> None:
    """A user's tracks of several levels are those of each level together."""
    path = f"/users/{blocked['user']['id']}/tracks"

    together = ids(api.all_items(path, access=access))
    each = [track for level in access.split(",") for track in ids(api.all_items(path, access=level))]

    assert sorted(together) == sorted(each), f"expected {sorted(each)}, found {sorted(together)}"


def queries(track: JsonObject) -> list[tuple[str, dict[str, Any]]]:
    """Lists in which a blocked track would stand, if it were not blocked."""
    user = track["user"]["id"]
    length = {"duration[from]": track["duration"], "duration[to]": track["duration"]}
    moment, speed = uploaded_at(track), number_of(track, "bpm")
    some: list[dict[str, Any]] = [{"tags": tag} for tag in tags_of(track)[:1]]
    some += [] if speed is None else [{"bpm[from]": int(speed)}]
    return [
        *(("/tracks", params) for params in some),
        ("/tracks", upload_time_filter(moment - SECOND, moment + SECOND).params),
        ("/tracks", {"ids": track["id"]}),
        ("/tracks", {"q": track["title"]}),
        ("/tracks", length),
        ("/tracks", {"q": track["title"], "ids": track["id"], **length}),
        ("/tracks", {"genres": track.get("genre") or "Pop"}),
        (f"/users/{user}/tracks", {}),
        (f"/users/{user}/likes/tracks", {}),
    ]


@claim("SC-ACCESS-04")
def test_blocked_tracks_are_left_out(api: Client, blocked: JsonObject) -> None:
    """No search and no list of a user shows them unasked, with filters or without."""
    are_of(api.get("/tracks", limit=200).expect_ok().items, "playable", "preview", None)

    for path, query in queries(blocked):
        found = api.all_items(path, **query)
        assert blocked["id"] not in ids(found), f"expected no blocked track in {path} {query}, found it"
        are_of(found, "playable", "preview", None)


@claim("SC-ACCESS-04", needs=("user", "write"))
def test_liked_blocked_tracks_are_left_out(user: Client, api: Client, blocked: JsonObject) -> None:
    """A blocked track that a user likes stands not in that user's public likes."""
    like(user, "tracks", blocked["id"])

    found = ids(api.all_items(f"/users/{fetch_my_id(user)}/likes/tracks"))

    assert blocked["id"] not in found, "expected no blocked track among public likes, found it"
