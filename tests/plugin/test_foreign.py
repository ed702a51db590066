"""What a run has not made stays as it was, whatever the target says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SOMEBODYS = 3001
CREATING = """
@claim("SC-TRACK-06")
def test_creating(user):
    user.post("/playlists", json={"playlist": {"title": "set"}}).expect_created()
"""
CHANGING = """
    user.put("/playlists/3001", json={"playlist": {"title": "changed"}})
"""
LIKING = """
@claim("SC-TRACK-06")
def test_liking(user):
    for track in (2001, 2002):
        user.post(f"/likes/tracks/{track}").expect_status(200, 201)
"""
UNLIKING = """
@claim("SC-TRACK-06")
def test_unliking(user):
    user.delete("/likes/tracks/2001")
"""


def answers_with(served: Served, id_: int) -> None:
    """From here on a new playlist is made, but answered with another one's id."""
    answer = served.mock.wsgi

    def lying(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/playlists"):
            return answer(environ, start_response)
        body = json.loads(b"".join(answer(environ, lambda *_: None))) | {"id": id_}
        start_response("201 Created", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    served.mock.wsgi = lying  # type: ignore[method-assign]  # so are faults put in


def playlists(served: Served) -> dict[int, Any]:
    mock: Any = served.mock
    found: dict[int, Any] = mock.playlists._playlists
    return found


@pytest.fixture
def old(checkout: Checkout, served: Served) -> int:
    """The id of an older playlist of the user's own that has the title which the tests give."""
    mock: Any = served.mock
    title, owner = "set", mock.users._users[1001]
    found = next(one for one in playlists(served).values() if one.owner.id != owner.id)
    found.title, found.owner = title, owner
    return int(found.id)


def run(checkout: Checkout, served: Served, suite: str) -> str:
    checkout.suite(suite)
    checkout.target(served.settings)
    return str(checkout.run("--target", "served").stdout)


def test_somebody_elses_id_in_an_answer_is_named_and_left(checkout: Checkout, served: Served) -> None:
    answers_with(served, SOMEBODYS)

    said = run(checkout, served, CREATING)

    assert SOMEBODYS in playlists(served)
    assert ("DELETE", f"/playlists/{SOMEBODYS}") not in served.asked
    assert f"soundcloud: not removed: /playlists/{SOMEBODYS}: it does not read back" in said


def test_somebody_elses_id_in_an_answer_is_not_changed(checkout: Checkout, served: Served) -> None:
    answers_with(served, SOMEBODYS)

    run(checkout, served, CREATING + CHANGING)

    assert ("PUT", f"/playlists/{SOMEBODYS}") not in served.asked
    assert checkout.reasons()["SC-TRACK-06"] == "the request would change data that this run did not create"


def test_an_older_thing_of_the_same_title_is_left(checkout: Checkout, served: Served, old: int) -> None:
    answers_with(served, old)

    run(checkout, served, CREATING)

    assert old in playlists(served)
    assert ("DELETE", f"/playlists/{old}") not in served.asked


def test_of_two_with_the_same_title_the_new_one_is_the_orphan(
    checkout: Checkout, served: Served, old: int
) -> None:
    answer = served.mock.wsgi
    before = set(playlists(served))

    def failing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/playlists"):
            return answer(environ, start_response)
        b"".join(answer(environ, lambda *_: None))
        start_response("504 Gateway Timeout", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = failing  # type: ignore[method-assign]  # it makes the playlist, and does not say so
    said = run(checkout, served, CREATING)

    assert set(playlists(served)) == before
    assert f"/playlists/{old}: it has the text" in said


def test_what_was_liked_before_stays_liked(checkout: Checkout, served: Served) -> None:
    mock: Any = served.mock
    mock.tracks.likes.add(1001, 2001)

    run(checkout, served, LIKING + UNLIKING)

    assert (mock.tracks.likes.has(1001, 2001), mock.tracks.likes.has(1001, 2002)) == (True, False)
