"""Paths with the suffix `.json`, as clients of 2009 to 2021 send them, are equivalent to those without."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from tuningfork import apis

PATHS = (
    "/tracks",
    "/tracks/2003",
    "/tracks/2003/comments",
    "/tracks/2003/streams",
    "/users/1003/tracks",
    "/playlists/3001",
    "/users",
    "/me",
    "/me/followings/tracks",
    "/me/activities",
)


@pytest.mark.parametrize("path", PATHS)
def test_soundcloud_path_with_json_is_path_without(user: Any, path: str) -> None:
    plain, named = user("GET", path), user("GET", f"{path}.json")

    assert plain.status_code == named.status_code == 200
    assert plain.get_json() == named.get_json()


def test_soundcloud_resolve_json_redirects(user: Any) -> None:
    response = user("GET", "/resolve.json?url=https://soundcloud.com/ada-tuner")

    assert (response.status_code, response.headers["Location"][-11:]) == (302, "/users/1001")


def test_soundcloud_walk_of_json_path_visits_everything_once(user: Any) -> None:
    assert list(user.walk("/users.json", 7)) == list(user.walk("/users", 200))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/me/followings/1003.json", (200, 201)),
        ("PATCH", "/tracks.json", (405,)),
        ("GET", "/tracks/no-number.json", (404,)),
        ("GET", "/tracks/2003.xml", (404,)),
        ("GET", "/tracks/2003.json.json", (404,)),
        ("GET", "/tracks/.json", (404,)),
        ("GET", "/no-such-path.json", (404,)),
        ("POST", "/oauth2/token.json", (404, 405)),
    ],
)
def test_soundcloud_other_requests_with_extension(
    user: Any, method: str, path: str, status: tuple[int, ...]
) -> None:
    assert user(method, path).status_code in status


def test_soundcloud_json_path_needs_token(unauthenticated: Any) -> None:
    assert unauthenticated("GET", "/tracks.json").status_code == 401


@pytest.mark.parametrize("path", ["/audio_clips", "/audio_clips/featured", "/users/13/audio_clips"])
def test_audioboo_path_with_json_is_path_without(path: str) -> None:
    http = Client(apis.mock("audioboo").wsgi)
    plain, named = http.get(path), http.get(f"{path}.json")

    assert plain.status_code == named.status_code == 200
    assert plain.get_json()["body"] == named.get_json()["body"]
