"""Operations of the SoundCloud mock that no claim covers (`x-beyond`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuningfork.apis.soundcloud.mock import SoundCloud
from tuningfork.apis.soundcloud.mock.routes import ROUTES_WITHOUT_CLAIMS
from tuningfork.contract.openapi import Contract

CONTRACT = Contract.load(Path(__file__).parents[3] / "specs" / "soundcloud")


def test_served_operations_are_those_of_the_document() -> None:
    documented = [operation.key for operation in CONTRACT.all_operations if operation.beyond]

    assert sorted(ROUTES_WITHOUT_CLAIMS) == sorted(documented)
    assert len(ROUTES_WITHOUT_CLAIMS) == 12


@pytest.mark.parametrize("kind", ["tracks", "playlists"])
def test_repost_is_counted_listed_and_removed(user: Any, other_user: Any, kind: str) -> None:
    id_ = {"tracks": 2021, "playlists": 3061}[kind]
    repost, item = f"/reposts/{kind}/{id_}", f"/{kind}/{id_}"

    statuses = [other_user("POST", repost).status_code for _ in range(2)]
    reposters = [
        reposter["username"] for reposter in user("GET", f"{item}/reposters").get_json()["collection"]
    ]
    count = other_user("GET", "/me").get_json()["reposts_count"]
    removals = [other_user("DELETE", repost).status_code for _ in range(2)]

    assert (statuses, reposters, count, removals) == ([201, 200], ["Bela Second"], 1, [200, 404])
    assert user("GET", f"{item}/reposters").get_json()["collection"] == []


def test_repost_needs_user(app: Any, unauthenticated: Any) -> None:
    assert [caller("POST", "/reposts/tracks/2007").status_code for caller in (app, unauthenticated)] == [
        403,
        401,
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/me/followers/1003", 200),
        ("/me/followers/1002", 404),
        ("/users/1006/followings/1003", 200),
        ("/users/1003/followings/1004", 404),
        ("/users/1003/favorites?limit=3", 200),
        ("/users/1003/web-profiles", 200),
        ("/users/999999/web-profiles", 404),
    ],
)
def test_operation_without_claims_returns_status(user: Any, path: str, status: int) -> None:
    assert user("GET", path).status_code == status


def test_activities_of_tracks_and_own(user: Any, mock: SoundCloud) -> None:
    tracks = list(user.walk("/me/activities/tracks", 30))
    own = list(user.walk("/me/activities/all/own", 3))

    assert {activity["type"] for activity in tracks} == {"track"}
    assert {activity["origin"]["user"]["id"] for activity in own} == {1001}
