"""A run does not change or delete what it did not create, even if a response names it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

FOREIGN_ID = 3001
CREATES = """
@claim("SC-TRACK-06")
def test_create(user):
    user.post("/playlists", json={"playlist": {"title": "set"}}).expect_created()
"""
UPDATES = """
    user.put("/playlists/3001", json={"playlist": {"title": "changed"}})
"""
LIKES = """
@claim("SC-TRACK-06")
def test_like(user):
    for track in (2001, 2002):
        user.post(f"/likes/tracks/{track}").expect_status(200, 201)
"""
UNLIKES = """
@claim("SC-TRACK-06")
def test_unlike(user):
    user.delete("/likes/tracks/2001")
"""


def respond_with_id(served: Served, id_: int) -> None:
    """Have POST /playlists create a playlist, but respond with the id of another one."""
    original = served.mock.wsgi

    def respond_with_other_id(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/playlists"):
            return original(environ, start_response)
        body = json.loads(b"".join(original(environ, lambda *_: None))) | {"id": id_}
        start_response("201 Created", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    served.mock.wsgi = respond_with_other_id  # type: ignore[method-assign]  # as faults do


def playlists(served: Served) -> dict[int, Any]:
    mock: Any = served.mock
    stored: dict[int, Any] = mock.playlists._playlists
    return stored


@pytest.fixture
def older_playlist(checkout: Checkout, served: Served) -> int:
    """The id of an older playlist of the same user, with the title that the tests send."""
    mock: Any = served.mock
    title, owner = "set", mock.users._users[1001]
    playlist = next(each for each in playlists(served).values() if each.owner.id != owner.id)
    playlist.title, playlist.owner = title, owner
    return int(playlist.id)


def run(checkout: Checkout, served: Served, suite: str) -> str:
    checkout.suite(suite)
    checkout.target(served.settings)
    return str(checkout.run("--target", "served").stdout)


def test_foreign_id_in_a_response_is_reported_and_not_deleted(checkout: Checkout, served: Served) -> None:
    respond_with_id(served, FOREIGN_ID)

    output = run(checkout, served, CREATES)

    assert FOREIGN_ID in playlists(served)
    assert ("DELETE", f"/playlists/{FOREIGN_ID}") not in served.requests
    assert f"soundcloud: not removed: /playlists/{FOREIGN_ID}: it does not read back" in output


def test_foreign_id_in_a_response_is_not_updated(checkout: Checkout, served: Served) -> None:
    respond_with_id(served, FOREIGN_ID)

    run(checkout, served, CREATES + UPDATES)

    assert ("PUT", f"/playlists/{FOREIGN_ID}") not in served.requests
    assert checkout.reasons()["SC-TRACK-06"] == "the request would change data that this run did not create"


def test_older_item_with_the_same_title_is_not_deleted(
    checkout: Checkout, served: Served, older_playlist: int
) -> None:
    respond_with_id(served, older_playlist)

    run(checkout, served, CREATES)

    assert older_playlist in playlists(served)
    assert ("DELETE", f"/playlists/{older_playlist}") not in served.requests


def test_only_the_newer_of_two_items_with_the_same_title_is_deleted(
    checkout: Checkout, served: Served, older_playlist: int
) -> None:
    original = served.mock.wsgi
    before = set(playlists(served))

    def create_and_respond_504(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/playlists"):
            return original(environ, start_response)
        b"".join(original(environ, lambda *_: None))
        start_response("504 Gateway Timeout", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = create_and_respond_504  # type: ignore[method-assign]  # names no playlist
    output = run(checkout, served, CREATES)

    assert set(playlists(served)) == before
    assert f"/playlists/{older_playlist}: it has the text" in output


def test_like_from_before_the_run_stays(checkout: Checkout, served: Served) -> None:
    mock: Any = served.mock
    mock.tracks.likes.add(1001, 2001)

    run(checkout, served, LIKES + UNLIKES)

    assert (mock.tracks.likes.has(1001, 2001), mock.tracks.likes.has(1001, 2002)) == (True, False)
