"""Playlists and their memberships in the mock."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def path(user: Any) -> str:
    """Create a playlist of four clips and return its path."""
    made = user("POST", "/playlists", data={"playlist[title]": "Mine & yours"}).get_json()["body"]["playlist"]
    path = f"/playlists/{made['id']}"
    for clip in ("5001", "5002", "5003", "5001"):
        user("POST", f"{path}/memberships", data={"playlist_membership[audio_clip_id]": clip})
    return path


def memberships(caller: Any, path: str) -> list[dict[str, int]]:
    found: list[dict[str, int]] = caller.body(path)["playlist"]["memberships"]
    return found


def test_clips_are_appended(unauthenticated: Any, path: str) -> None:
    found = memberships(unauthenticated, path)

    assert [member["audio_clip_id"] for member in found] == [5001, 5002, 5003, 5001]
    assert [member["position"] for member in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("position", [1, 2, 3, 4])
@pytest.mark.parametrize("which", range(4))
def test_moved_clip_has_requested_position(user: Any, path: str, which: int, position: int) -> None:
    order = [member["id"] for member in memberships(user, path)]
    moved = order[which]

    response = user(
        "PUT", f"{path}/memberships/{moved}", data={"playlist_membership[position]": str(position)}
    ).get_json()["body"]["playlist_membership"]

    after = [member["id"] for member in memberships(user, path)]
    assert (response["id"], response["position"]) == (moved, position)
    assert after.index(moved) == position - 1
    assert [id_ for id_ in after if id_ != moved] == [id_ for id_ in order if id_ != moved]


@pytest.mark.parametrize("position", ["0", "5", "-1", "x", None])
def test_invalid_position_returns_422(user: Any, path: str, position: str | None) -> None:
    before = memberships(user, path)
    form = {} if position is None else {"playlist_membership[position]": position}

    assert user("PUT", f"{path}/memberships/{before[0]['id']}", data=form).status_code == 422
    assert memberships(user, path) == before


def test_second_removal_of_membership_returns_404(user: Any, path: str) -> None:
    first = memberships(user, path)[0]["id"]

    assert [user("DELETE", f"{path}/memberships/{first}").status_code for _ in range(2)] == [200, 404]
    assert [member["audio_clip_id"] for member in memberships(user, path)] == [5002, 5003, 5001]


@pytest.mark.parametrize("clip", ["99", "x", "05001", None])
def test_adding_unknown_clip_returns_422(user: Any, path: str, clip: str | None) -> None:
    form = {} if clip is None else {"playlist_membership[audio_clip_id]": clip}

    assert user("POST", f"{path}/memberships", data=form).status_code == 422


def test_other_user_cannot_change_playlist(user: Any, other: Any, path: str) -> None:
    before = user.body(path)["playlist"]
    member = f"{path}/memberships/{before['memberships'][0]['id']}"

    for method, where in (
        ("PUT", path),
        ("DELETE", path),
        ("POST", f"{path}/memberships"),
        ("PUT", member),
        ("DELETE", member),
    ):
        assert other(method, where, data={"playlist[title]": "theirs"}).status_code == 403
    assert other.body(path)["playlist"] == before


def test_playlist_is_renamed_and_deleted(user: Any, unauthenticated: Any, path: str) -> None:
    before = user.body(path)["playlist"]

    user("PUT", path, data={"playlist[title]": "Ours"})

    assert unauthenticated.body("/users/11/playlists")["playlists"][0] == before | {"title": "Ours"}
    assert user("DELETE", path).status_code == 200
    assert unauthenticated("GET", path).status_code == 404


@pytest.mark.parametrize("form", [{}, {"playlist[title]": ""}, {"title": "bare"}])
def test_playlist_without_title_returns_422(user: Any, form: dict[str, str]) -> None:
    assert user("POST", "/playlists", data=form).status_code == 422
