from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tuningfork import apis
from tuningfork.client.created_resources import (
    CREATED,
    INTENDED,
    RELATED,
    SAVED_STATE,
    VERIFIED,
    CreatedResources,
    Entry,
)
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.write_guard import TargetReader, WriteGuard
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

REPOSITORY = __import__("pathlib").Path(__file__).parents[3]
BASE = "https://api.example.com"
DATE = "Tue, 01 Dec 2026 12:00:00 GMT"
NOON = 1796126400.0
JSON = Headers([("Content-Type", "application/json")])
FORM = Headers([("Content-Type", "application/x-www-form-urlencoded")])
NEW = b'{"playlist": {"title": "set 1234abcd"}}'


@dataclass
class Target(TargetReader):
    """What a target shows, beside the exchanges of a test."""

    there: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own: bool = True
    asked: list[str] = field(default_factory=list)

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        self.asked.append(list_path)
        return self.there.get(list_path)

    def is_created_by(self, entry: Entry) -> bool:
        self.asked.append(entry.path)
        return self.own

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        return {"user[profile_name]": "as it was"}


@dataclass
class Scene:
    """An API's care, and requests through it."""

    api: str
    target: Target = field(default_factory=Target)
    strict: bool = True
    ledger: CreatedResources = field(default_factory=CreatedResources)

    def __post_init__(self) -> None:
        profile = apis.profile(self.api)
        contract = Contract.load(REPOSITORY / "specs" / self.api)
        guard = RequestSafety(contract, profile.creations, profile.relations, profile.logins, profile.unknown)
        keeps = frozenset(profile.snapshots)
        self.care = WriteGuard(guard, self.ledger, self.target, keeps, "first", True, self.strict)

    def send(self, method: str, path: str, body: bytes = b"", headers: Headers = JSON) -> Request:
        request = Request(method, BASE + path, headers, body)
        self.care.check_request("first", request, path.partition("?")[0], is_browser=False)
        return request

    def exchange(self, method: str, path: str, status: int, answer: Any = None, body: bytes = b"") -> None:
        request = self.send(method, path, body)
        response = Response(status, "", Headers([("Date", DATE)]), json.dumps(answer).encode())
        self.care.note_response(Exchange(request, response), path.partition("?")[0])

    def kinds(self) -> list[tuple[str, str]]:
        return [(entry.kind, entry.path) for entry in self.ledger.pending()]


def test_an_intent_is_written_down_before_the_request_is_sent() -> None:
    scene = Scene("soundcloud")
    scene.exchange("GET", "/tracks", 200)

    scene.send("POST", "/playlists", NEW)

    (intent,) = scene.ledger.pending()
    assert (intent.kind, intent.path, intent.operation) == (INTENDED, "/playlists", "POST /playlists")
    assert intent.texts == ("set 1234abcd",)
    assert NOON <= intent.since < NOON + 60


def test_before_the_first_date_header_a_clock_may_be_ten_minutes_slow() -> None:
    scene = Scene("soundcloud")

    scene.send("POST", "/playlists", NEW)

    (intent,) = scene.ledger.pending()
    assert time.time() - 3600 < intent.since < time.time() - 600


@pytest.mark.parametrize(
    ("status", "answer", "left"),
    [
        (201, {"id": 7}, [(CREATED, "/playlists/7")]),
        (200, {"id": "a/b"}, [(CREATED, "/playlists/a%2Fb")]),
        (201, {}, [(INTENDED, "/playlists")]),
        (201, [7], [(INTENDED, "/playlists")]),
        (422, {"id": 7}, []),
        (504, {}, [(INTENDED, "/playlists")]),
    ],
)
def test_an_answer_says_what_became_of_an_intent(status: int, answer: Any, left: list[Any]) -> None:
    scene = Scene("soundcloud")

    scene.exchange("POST", "/playlists", status, answer, NEW)

    assert scene.kinds() == left


@pytest.mark.parametrize(("body", "left"), [(b"{}", []), (b'{"title": null}', [(INTENDED, "/tracks")])])
def test_nothing_is_looked_for_where_a_failing_request_could_make_nothing(
    body: bytes, left: list[Any]
) -> None:
    scene = Scene("audiosocket")

    scene.exchange("POST", "/tracks", 503, {}, body)

    assert scene.kinds() == left


def test_what_is_deleted_is_struck() -> None:
    scene = Scene("soundcloud")
    scene.exchange("POST", "/playlists", 201, {"id": 7}, NEW)
    scene.exchange("DELETE", "/playlists/7", 403)
    still_there = scene.kinds()
    scene.exchange("DELETE", "/playlists/7", 200)

    assert still_there == [(VERIFIED, "/playlists/7")]
    assert scene.kinds() == []
    scene.send("DELETE", "/playlists/7")


def test_an_answered_id_is_read_back_once_before_it_is_changed() -> None:
    scene = Scene("soundcloud")
    scene.exchange("POST", "/playlists", 201, {"id": 7}, NEW)

    for _ in range(2):
        scene.send("PUT", "/playlists/7", b"{}")

    assert scene.target.asked == ["/playlists/7"]


@pytest.mark.parametrize("path", ["/playlists/7", "/tracks/8"])
def test_what_is_somebody_elses_is_not_changed(path: str) -> None:
    scene = Scene("soundcloud", Target(own=False))
    scene.exchange("POST", "/playlists", 201, {"id": 7}, NEW)

    with pytest.raises(pytest.skip.Exception, match="did not create"):
        scene.send("DELETE", path)


def test_a_comment_on_somebody_elses_track_is_not_made() -> None:
    with pytest.raises(pytest.skip.Exception, match="did not create"):
        Scene("soundcloud").send("POST", "/tracks/8/comments", b'{"comment": {"body": "x"}}')


def test_what_is_liked_already_is_neither_entered_nor_taken_back() -> None:
    scene = Scene("soundcloud", Target({"/me/likes/tracks": ("5",)}))
    scene.exchange("POST", "/likes/tracks/5", 200)
    scene.exchange("POST", "/likes/tracks/6", 200)

    assert scene.kinds() == [(RELATED, "/likes/tracks/6")]
    with pytest.raises(pytest.skip.Exception, match="did not create"):
        scene.send("DELETE", "/likes/tracks/5")
    scene.exchange("DELETE", "/likes/tracks/6", 200)
    assert scene.kinds() == []


def test_what_can_not_be_put_back_is_not_changed() -> None:
    with pytest.raises(pytest.skip.Exception, match="can't be read"):
        Scene("soundcloud").send("POST", "/likes/tracks/5")


def test_a_refused_like_is_none() -> None:
    scene = Scene("soundcloud", Target({"/me/likes/tracks": ()}))

    scene.exchange("POST", "/likes/tracks/5", 404)

    assert scene.kinds() == []


@pytest.mark.parametrize(
    "body", [b"following_user_id=3", b'--b\r\nX: y; name="following_user_id"\r\n\r\n3\r\n--b--']
)
def test_a_following_is_found_in_any_encoding(body: bytes) -> None:
    scene = Scene("audioboo", Target({"/account/followings": ()}))
    headers = Headers([("Content-Type", "multipart/form-data; boundary=b")]) if b"--b" in body else FORM

    scene.send("POST", "/account/followings", body, headers)

    assert scene.kinds() == [(RELATED, "/account/followings?following_user_id=3")]


def test_a_profile_is_noted_once_before_it_is_changed() -> None:
    scene = Scene("audioboo")
    for _ in range(2):
        scene.send("PUT", "/account", b"user[profile_name]=x", FORM)

    (entry,) = scene.ledger.pending()
    assert (entry.kind, entry.form) == (SAVED_STATE, (("user[profile_name]", "as it was"),))


def test_parts_of_what_was_made_go_with_it() -> None:
    scene = Scene("audioboo", Target({"/users/{me}/playlists": ()}))
    scene.exchange("POST", "/playlists?playlist[title]=x", 201, {"body": {"playlist": {"id": 7}}})

    scene.exchange("POST", "/playlists/7/memberships", 201, {"body": {"membership": {"id": 9}}})

    assert scene.kinds() == [(VERIFIED, "/playlists/7")]
