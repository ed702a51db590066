from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tuningfork import apis
from tuningfork.client.created_entry import CREATED, INTENDED, RELATED, SAVED_STATE, VERIFIED, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.target_reader import TargetReader
from tuningfork.client.write_guard import WriteGuard
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
    """A target with lists, whose reads are counted."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_own: bool = True
    requests: list[str] = field(default_factory=list)

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        self.requests.append(list_path)
        return self.lists.get(list_path)

    def is_created_by(self, entry: Entry) -> bool:
        self.requests.append(entry.path)
        return self.is_own

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        return {"user[profile_name]": "as it was"}


@dataclass
class Scenario:
    """The write guard of an API, and requests through it."""

    api: str
    target: Target = field(default_factory=Target)
    protects_existing: bool = True
    created: CreatedResources = field(default_factory=CreatedResources)

    def __post_init__(self) -> None:
        profile = apis.profile(self.api)
        contract = Contract.load(REPOSITORY / "specs" / self.api)
        safety = RequestSafety(
            contract, profile.creations, profile.relations, profile.logins, profile.unknown
        )
        restorable = frozenset(profile.snapshots)
        self.write_guard = WriteGuard(
            safety, self.created, self.target, restorable, "first", True, self.protects_existing
        )

    def send(self, method: str, path: str, body: bytes = b"", headers: Headers = JSON) -> Request:
        request = Request(method, BASE + path, headers, body)
        self.write_guard.check_request("first", request, path.partition("?")[0], is_browser=False)
        return request

    def exchange(self, method: str, path: str, status: int, response: Any = None, body: bytes = b"") -> None:
        request = self.send(method, path, body)
        response = Response(status, "", Headers([("Date", DATE)]), json.dumps(response).encode())
        self.write_guard.note_response(Exchange(request, response), path.partition("?")[0])

    def kinds(self) -> list[tuple[str, str]]:
        return [(entry.kind, entry.path) for entry in self.created.pending()]


def test_intent_is_journalled_before_request() -> None:
    scenario = Scenario("soundcloud")
    scenario.exchange("GET", "/tracks", 200)

    scenario.send("POST", "/playlists", NEW)

    (intent,) = scenario.created.pending()
    assert (intent.kind, intent.path, intent.operation) == (INTENDED, "/playlists", "POST /playlists")
    assert intent.texts == ("set 1234abcd",)
    assert NOON <= intent.since < NOON + 60


def test_clock_lag_is_assumed_before_first_date_header() -> None:
    scenario = Scenario("soundcloud")

    scenario.send("POST", "/playlists", NEW)

    (intent,) = scenario.created.pending()
    assert time.time() - 3600 < intent.since < time.time() - 600


@pytest.mark.parametrize(
    ("status", "response", "remaining"),
    [
        (201, {"id": 7}, [(CREATED, "/playlists/7")]),
        (200, {"id": "a/b"}, [(CREATED, "/playlists/a%2Fb")]),
        (201, {}, [(INTENDED, "/playlists")]),
        (201, [7], [(INTENDED, "/playlists")]),
        (422, {"id": 7}, []),
        (504, {}, [(INTENDED, "/playlists")]),
    ],
)
def test_response_resolves_intent(status: int, response: Any, remaining: list[Any]) -> None:
    scenario = Scenario("soundcloud")

    scenario.exchange("POST", "/playlists", status, response, NEW)

    assert scenario.kinds() == remaining


@pytest.mark.parametrize(("body", "remaining"), [(b"{}", []), (b'{"title": null}', [(INTENDED, "/tracks")])])
def test_failed_request_without_required_property_leaves_no_intent(body: bytes, remaining: list[Any]) -> None:
    scenario = Scenario("audiosocket")

    scenario.exchange("POST", "/tracks", 503, {}, body)

    assert scenario.kinds() == remaining


def test_deleted_resource_is_removed_from_journal() -> None:
    scenario = Scenario("soundcloud")
    scenario.exchange("POST", "/playlists", 201, {"id": 7}, NEW)
    scenario.exchange("DELETE", "/playlists/7", 403)
    before_deletion = scenario.kinds()
    scenario.exchange("DELETE", "/playlists/7", 200)

    assert before_deletion == [(CREATED, "/playlists/7")]
    assert scenario.kinds() == []
    scenario.send("DELETE", "/playlists/7")


def test_created_resource_is_read_back_once_before_change() -> None:
    scenario = Scenario("soundcloud")
    scenario.exchange("POST", "/playlists", 201, {"id": 7}, NEW)

    for _ in range(2):
        scenario.send("PUT", "/playlists/7", b"{}")

    assert scenario.target.requests == ["/playlists/7"]


def test_created_resource_is_not_read_back_during_an_outage() -> None:
    scenario = Scenario("soundcloud")
    scenario.exchange("POST", "/playlists", 201, {"id": 7}, NEW)

    scenario.write_guard.verify_created()
    before = list(scenario.target.requests)
    scenario.send("DELETE", "/playlists/7")

    assert before == scenario.target.requests == ["/playlists/7"]


@pytest.mark.parametrize("path", ["/playlists/7", "/tracks/8"])
def test_foreign_resource_is_not_changed(path: str) -> None:
    scenario = Scenario("soundcloud", Target(is_own=False))
    scenario.exchange("POST", "/playlists", 201, {"id": 7}, NEW)

    with pytest.raises(pytest.skip.Exception, match="did not create"):
        scenario.send("DELETE", path)


def test_comment_on_foreign_track_is_not_sent() -> None:
    with pytest.raises(pytest.skip.Exception, match="did not create"):
        Scenario("soundcloud").send("POST", "/tracks/8/comments", b'{"comment": {"body": "x"}}')


def test_existing_like_is_neither_journalled_nor_deleted() -> None:
    scenario = Scenario("soundcloud", Target({"/me/likes/tracks": ("5",)}))
    scenario.exchange("POST", "/likes/tracks/5", 200)
    scenario.exchange("POST", "/likes/tracks/6", 200)

    assert scenario.kinds() == [(RELATED, "/likes/tracks/6")]
    with pytest.raises(pytest.skip.Exception, match="did not create"):
        scenario.send("DELETE", "/likes/tracks/5")
    scenario.exchange("DELETE", "/likes/tracks/6", 200)
    assert scenario.kinds() == []


def test_unreadable_state_is_not_changed() -> None:
    with pytest.raises(pytest.skip.Exception, match="can't be read"):
        Scenario("soundcloud").send("POST", "/likes/tracks/5")


def test_rejected_like_is_not_journalled() -> None:
    scenario = Scenario("soundcloud", Target({"/me/likes/tracks": ()}))

    scenario.exchange("POST", "/likes/tracks/5", 404)

    assert scenario.kinds() == []


@pytest.mark.parametrize(
    "body", [b"following_user_id=3", b'--b\r\nX: y; name="following_user_id"\r\n\r\n3\r\n--b--']
)
def test_following_is_found_in_form_and_multipart(body: bytes) -> None:
    scenario = Scenario("audioboo", Target({"/account/followings": ()}))
    headers = Headers([("Content-Type", "multipart/form-data; boundary=b")]) if b"--b" in body else FORM

    scenario.send("POST", "/account/followings", body, headers)

    assert scenario.kinds() == [(RELATED, "/account/followings?following_user_id=3")]


def test_profile_is_saved_once_before_change() -> None:
    scenario = Scenario("audioboo")
    for _ in range(2):
        scenario.send("PUT", "/account", b"user[profile_name]=x", FORM)

    (entry,) = scenario.created.pending()
    assert (entry.kind, entry.form) == (SAVED_STATE, (("user[profile_name]", "as it was"),))


def test_part_of_created_resource_is_not_journalled() -> None:
    scenario = Scenario("audioboo", Target({"/users/{me}/playlists": ()}))
    scenario.exchange("POST", "/playlists?playlist[title]=x", 201, {"body": {"playlist": {"id": 7}}})

    scenario.exchange("POST", "/playlists/7/memberships", 201, {"body": {"membership": {"id": 9}}})

    assert scenario.kinds() == [(VERIFIED, "/playlists/7")]


def created_response(id_: int, title: str) -> Response:
    """Return a response to the creation of a playlist."""
    return Response(201, "", JSON, json.dumps({"id": id_, "title": title}).encode())


def send_creation(scenario: Scenario, title: str) -> Request:
    """Send the request that creates a playlist."""
    return scenario.send("POST", "/playlists", json.dumps({"playlist": {"title": title}}).encode())


@pytest.mark.parametrize("titles", [("set 1234abcd", "set 5678efgh"), ("set 1234abcd", "set 1234abcd")])
def test_new_item_with_id_of_item_that_is_being_deleted_stays_in_journal(titles: tuple[str, str]) -> None:
    """The 204 of the first item arrives after the 201 of the second one, which has the same id."""
    scenario = Scenario("soundcloud")
    guard = scenario.write_guard
    guard.note_response(
        Exchange(send_creation(scenario, titles[0]), created_response(5, titles[0])), "/playlists"
    )
    deletion = scenario.send("DELETE", "/playlists/5")

    guard.note_response(
        Exchange(send_creation(scenario, titles[1]), created_response(5, titles[1])), "/playlists"
    )
    guard.note_response(Exchange(deletion, Response(204)), "/playlists/5")

    assert [(entry.path, entry.texts) for entry in scenario.created.pending()] == [
        ("/playlists/5", (titles[1],))
    ]


def test_users_with_one_journal_remove_only_their_own_items_from_it() -> None:
    """Another user's guard journals the item that gets the id."""
    first = Scenario("soundcloud")
    second = Scenario("soundcloud", created=first.created)
    created = Exchange(send_creation(first, "set 1234abcd"), created_response(5, "set 1234abcd"))
    first.write_guard.note_response(created, "/playlists")
    deletion = first.send("DELETE", "/playlists/5")

    again = Exchange(send_creation(second, "set 5678efgh"), created_response(5, "set 5678efgh"))
    second.write_guard.note_response(again, "/playlists")
    first.write_guard.note_response(Exchange(deletion, Response(204)), "/playlists/5")

    assert [entry.texts for entry in first.created.pending()] == [("set 5678efgh",)]


def test_two_deletions_at_once_remove_only_item_of_that_time_from_journal() -> None:
    scenario = Scenario("soundcloud")
    guard = scenario.write_guard
    guard.note_response(
        Exchange(send_creation(scenario, "first 1"), created_response(5, "first 1")), "/playlists"
    )
    deletions = [scenario.send("DELETE", "/playlists/5"), scenario.send("DELETE", "/playlists/5")]

    guard.note_response(
        Exchange(send_creation(scenario, "second 2"), created_response(5, "second 2")), "/playlists"
    )
    for deletion in deletions:
        guard.note_response(Exchange(deletion, Response(204)), "/playlists/5")
    remaining = scenario.kinds()
    scenario.exchange("DELETE", "/playlists/5", 204)

    assert remaining == [(CREATED, "/playlists/5")]
    assert scenario.kinds() == []


def test_item_is_journalled_again_if_its_deletion_got_no_response() -> None:
    scenario = Scenario("soundcloud")
    guard = scenario.write_guard
    guard.note_response(
        Exchange(send_creation(scenario, "first 1"), created_response(5, "first 1")), "/playlists"
    )
    scenario.send("DELETE", "/playlists/5")

    guard.note_response(
        Exchange(send_creation(scenario, "second 2"), created_response(5, "second 2")), "/playlists"
    )

    assert [entry.texts for entry in scenario.created.pending()] == [("second 2",), ("first 1",)]


def test_item_is_read_back_again_after_failed_deletion() -> None:
    """Its id may be that of another item by then."""
    scenario = Scenario("soundcloud")
    scenario.exchange("POST", "/playlists", 201, {"id": 5}, NEW)
    scenario.exchange("DELETE", "/playlists/5", 503)

    assert scenario.kinds() == [(CREATED, "/playlists/5")]


def test_relation_that_is_added_during_its_deletion_stays_in_journal() -> None:
    scenario = Scenario("soundcloud", Target({"/me/likes/tracks": ()}))
    guard = scenario.write_guard
    scenario.exchange("POST", "/likes/tracks/9", 200)
    deletion = scenario.send("DELETE", "/likes/tracks/9")

    scenario.exchange("POST", "/likes/tracks/9", 200)
    guard.note_response(Exchange(deletion, Response(200)), "/likes/tracks/9", "first")

    assert scenario.kinds() == [(RELATED, "/likes/tracks/9")]
