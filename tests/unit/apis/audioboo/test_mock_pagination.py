"""Pagination of the mock."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork.apis.audioboo.mock import create

LISTS = {
    "audio_clips": (
        "/audio_clips /audio_clips/featured /audio_clips/popular /tag/music/audio_clips /users/13/audio_clips"
        " /users/11/audio_clips/followed /users/13/audio_clips/favourites /account/audio_clips"
        " /account/audio_clips/followed /account/audio_clips/favourites"
    ),
    "users": "/users/13/followings /users/13/followers /account/followings",
    "playlists": "/users/13/playlists",
    "comments": "/audio_clips/5245/comments",
}


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, paths in LISTS.items() for path in paths.split()]
)
def test_pages_contain_every_item_once(user: Any, name: str, path: str) -> None:
    whole = user.ids(path, name)

    assert [item["id"] for item in user.walk(path, name, 3)] == whole
    assert len(whole) == len(set(whole)) > 3
    for number in (1, 2, 99):
        body = user.body(path, **{"page[number]": number, "page[items]": 3})
        assert body["totals"] == {"offset": 3 * (number - 1), "count": len(whole)}


def test_page_has_at_most_150_items(unauthenticated: Any) -> None:
    assert len(unauthenticated.body("/users/13/audio_clips", **{"page[items]": 151})["audio_clips"]) == 150


@pytest.mark.parametrize("name", ["page[number]", "page[items]"])
@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.5", "9" * 30, "\u0661"])
def test_invalid_page_parameter_returns_400(unauthenticated: Any, name: str, text: str) -> None:
    assert unauthenticated("GET", "/audio_clips", query_string={name: text}).status_code == 400


def test_clips_newer_than_max_time_are_not_listed(mock: Any, user: Any) -> None:
    start = int(mock.clock.now()) - 1
    before = [clip["id"] for clip in user.walk("/audio_clips", "audio_clips", 100, max_time=start)]

    new = user.clip("newer")["id"]

    assert [clip["id"] for clip in user.walk("/audio_clips", "audio_clips", 7, max_time=start)] == before
    assert user.ids("/audio_clips") == [new, *before]


def test_new_mocks_have_equal_data(unauthenticated: Any) -> None:
    again = type(unauthenticated)(create())

    for path in ("/audio_clips", "/users/13/followings", "/users/12/playlists", "/audio_clips/5245/comments"):
        assert again.body(path) == unauthenticated.body(path)
