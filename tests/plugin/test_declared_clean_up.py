"""The clean-up of APIs that have only conventions.yaml deletes what the run created and nothing else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from tuningfork.client.client import Client
from tuningfork.client.created_entry import CREATED, LISTED_BEFORE, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.response import Response as ClientResponse
from tuningfork.client.write_guard import WriteGuard
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.pytest_plugin.cleanup import Cleanup
from tuningfork.pytest_plugin.principal_view import MAX_PAGES
from tuningfork.registry.default_profile import make_default_profile

BASE = "https://api.example.com"
JSON = Headers([("Content-Type", "application/json")])
UNIQUE = "Text tf2611291820a3f0c41e9b27d05"
SUBSCRIPTIONS = """
conventions: 1
prefix: SU
resources:
  subscription:
    list: GET /subscriptions
    create: {request: POST /subscriptions, body: {topic: a}, id: /key}
    read: {request: 'GET /subscriptions/{id}'}
    delete: {request: 'DELETE /subscriptions/{id}'}
"""
BOOKS = """
conventions: 1
prefix: BO
errors: {when: {/ok: false}, code: /error}
resources:
  book:
    list: GET /books
    create: {request: POST /books, body: {title: '{text}'}, id: /id}
    read: {request: 'GET /books/{id}'}
    update: {request: 'PATCH /books/{id}', body: {title: '{text}'}}
    delete: {request: 'DELETE /books/{id}'}
    text: {/title: /title}
relations:
  like: {of: book, put: 'PUT /likes/{id}', delete: 'DELETE /likes/{id}', list: GET /likes}
"""
SHELVES = """
conventions: 1
prefix: SH
resources:
  shelf:
    list: GET /shelves
    create: {request: POST /shelves, body: {name: '{text}'}, id: /id}
    read: {request: 'GET /shelves/{id}'}
    delete: {request: 'DELETE /shelves/{id}'}
    text: {/name: /name}
  book:
    parent: shelf
    list: 'GET /shelves/{shelf}/books'
    create: {request: 'POST /shelves/{shelf}/books', body: {title: '{text}'}, id: /id}
    read: {request: 'GET BOOK'}
    delete: {request: 'DELETE BOOK'}
    text: {/title: /title}
"""
Reply = tuple[int, Any]


@dataclass
class Api:
    """A target in memory: items by path; a test may respond to some requests itself."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    hook: Callable[[str, str, Any], Reply | None] = lambda *_: None
    id_name: str = "id"
    moves: dict[str, str] = field(default_factory=dict)
    """Where items are that are created at a path."""

    def respond(self, method: str, path: str, body: Any) -> Reply:
        """Return the status and the body of a response."""
        self.requests.append(f"{method} {path}")
        return self.hook(method, path, body) or self._respond(method, path, body)

    def _respond(self, method: str, path: str, body: Any) -> Reply:
        """Respond as a server that stores items."""
        if method == "POST":
            item = self.items[f"{self.moves.get(path, path)}/7"] = {self.id_name: "7", **body}
            return 201, item
        if path.count("/") % 2 and method == "GET":
            return 200, [item for key, item in self.items.items() if key.rpartition("/")[0] == path]
        if method == "PUT":
            self.items[path] = {self.id_name: path.rpartition("/")[2]}
        if path not in self.items:
            return 404, {}
        if method == "PATCH":
            self.items[path].update(body)
        return (204, {}) if method == "DELETE" and self.items.pop(path) else (200, self.items[path])

    def changes(self) -> list[str]:
        """Return the requests that may change something."""
        return [request for request in self.requests if not request.startswith("GET ")]


@dataclass
class Run:
    """A run against an API: its guard, its journal and its clean-up."""

    api: Api
    folder: Path
    declared: str = BOOKS
    journal: CreatedResources = field(default_factory=CreatedResources)
    waits: int = 0

    def __post_init__(self) -> None:
        specs = self.folder / "specs" / "acme"
        specs.mkdir(parents=True, exist_ok=True)
        (specs / "conventions.yaml").write_text(self.declared)
        self.profile = make_default_profile(specs)
        as_client = cast("Callable[[str], Client]", lambda _: self)
        as_unchecked = cast("Callable[[str], Client]", lambda _: Unchecked(self))
        self.cleanup = Cleanup(self.profile, self.journal, as_unchecked, as_client, lambda: False)
        safety = RequestSafety(
            Contract.load(specs),
            self.profile.creations,
            self.profile.relations,
            unused_ids=self.profile.unknown,
        )
        self.guard = WriteGuard(
            safety,
            self.journal,
            self.cleanup,
            unauthenticated_principal="app",
            protects_existing=True,
            rules=self.profile.write_rules,
        )
        self.cleanup.now = self.guard.clock.time

    def request(self, method: str, path: str, json: Any = None, **_: Any) -> ClientResponse:
        """Send a request through the guard, as a client does."""
        request = Request(method, BASE + path, JSON, b"" if json is None else _encoded(json))
        self.guard.check_request("app", request, path, is_browser=False)
        response = self.send(request, path, json)
        self.guard.note_response(response.exchange, path, "app")
        return response

    def send(self, request: Request, path: str, json: Any = None) -> ClientResponse:
        """Send a request past the guard."""
        status, body = self.api.respond(request.method, path, json)
        location = Headers([*JSON.items(), ("Location", f"{path}/7")])
        headers = location if request.method == "POST" else JSON
        exchange = Exchange(request, Response(status, "", headers, _encoded(body)))
        return ClientResponse(exchange, self.profile.paginator)

    def clean(self) -> None:
        """Delete what the run created, as at its end."""
        self.cleanup.delete_all()
        self.cleanup.delete_all(retry=True)

    def refuses(self, method: str, path: str, json: Any = None) -> bool:
        """Return whether a request is not sent."""
        try:
            self.request(method, path, json)
        except pytest.skip.Exception:
            return True
        return False


@dataclass
class Unchecked:
    """A client of a run's clean-up, whose requests pass no guard."""

    run: Run

    def get(self, path: str) -> ClientResponse:
        """Send a GET request."""
        return self.run.send(Request("GET", BASE + path, JSON), path)

    def pages(self, path: str) -> Iterator[ClientResponse]:
        """Yield the pages of a list: each has the items of its own path, `/likes?p=2` of the third one."""
        yield self.get(path)
        number = 1
        while f"{path}?p={number}" in self.run.api.items:
            yield self.get(f"{path}?p={number}")
            number += 1

    def eventually(self, check: Callable[[], Any]) -> Any:
        """Try a check a few times."""
        self.run.waits += 1
        with contextlib.suppress(AssertionError):
            return check()
        return check()


def _encoded(body: Any) -> bytes:
    return json.dumps(body).encode()


def test_item_that_was_listed_before_by_its_declared_id_stays(tmp_path: Path) -> None:
    """The request has no text, and the response names an older item."""
    older = {"key": "old"}
    api = Api({"/subscriptions/old": older}, id_name="key")
    api.hook = lambda method, *_: (200, older) if method == "POST" else None
    run = Run(api, tmp_path, SUBSCRIPTIONS)

    run.request("POST", "/subscriptions", {"topic": "a"})
    run.clean()

    assert api.changes() == ["POST /subscriptions"]
    assert len(run.cleanup.undeleted) == 1


def test_failed_request_without_a_text_is_reported_as_failed(tmp_path: Path) -> None:
    api = Api(id_name="key")
    api.hook = lambda method, *_: (500, {}) if method == "POST" else None
    run = Run(api, tmp_path, SUBSCRIPTIONS)

    run.request("POST", "/subscriptions", {"topic": "a"})
    run.clean()

    assert run.cleanup.undeleted == [
        "/subscriptions: a request to it failed, and had no text by which to find its item."
    ]


def test_new_item_with_a_declared_id_is_deleted(tmp_path: Path) -> None:
    api = Api({"/subscriptions/old": {"key": "old"}}, id_name="key")
    run = Run(api, tmp_path, SUBSCRIPTIONS)

    run.request("POST", "/subscriptions", {"topic": "a"})
    run.clean()

    assert list(api.items) == ["/subscriptions/old"]


def test_item_whose_id_is_in_a_header_is_changed_and_deleted(tmp_path: Path) -> None:
    """The response to its read has neither the header nor an id."""
    api = Api(id_name="key")
    run = Run(api, tmp_path, BOOKS.replace("id: /id", "id: {header: Location}"))
    run.request("POST", "/books", {"title": UNIQUE})

    assert not run.refuses("PATCH", "/books/7", {"title": "renamed"})
    run.clean()

    assert (api.items, run.cleanup.undeleted) == ({}, [])


@pytest.mark.parametrize("owner", [{"user": {"id": 2}}, {"user_id": 2}])
def test_item_that_has_another_owner_now_stays(tmp_path: Path, owner: dict[str, Any]) -> None:
    api = Api()
    run = Run(api, tmp_path)
    run.request("POST", "/books", {"title": UNIQUE, "user_id": 1})
    del api.items["/books/7"]["user_id"]
    api.items["/books/7"].update(owner)

    run.clean()

    assert list(api.items) == ["/books/7"]


def test_older_relation_with_an_encoded_id_stays(tmp_path: Path) -> None:
    api = Api({"/likes/Zo%C3%AB%20%26%20co": {"id": "Zoë & co"}})
    run = Run(api, tmp_path)

    run.request("PUT", "/likes/Zo%C3%AB%20%26%20co")
    run.clean()

    assert api.changes() == ["PUT /likes/Zo%C3%AB%20%26%20co"]


def test_relations_are_not_changed_if_their_list_is_too_long(tmp_path: Path) -> None:
    """The relation may be on a page that is not read."""
    run = Run(Api({f"/likes?p={number}": {} for number in range(1, MAX_PAGES + 1)}), tmp_path)

    assert run.refuses("PUT", "/likes/7")
    assert run.refuses("DELETE", "/likes/7")


def test_item_is_recognized_by_a_unique_text_if_its_list_is_too_long(tmp_path: Path) -> None:
    pages = {f"/books?p={number}": {} for number in range(1, MAX_PAGES + 1)}
    left = {}
    for text in (UNIQUE, "any"):
        api = Api({**pages})
        run = Run(api, tmp_path)
        run.request("POST", "/books", {"title": text})
        run.clean()
        left[text] = "/books/7" in api.items

    assert left == {UNIQUE: False, "any": True}


def test_relation_is_not_deleted_if_its_list_is_an_error(tmp_path: Path) -> None:
    api = Api({"/likes/7": {"id": "7"}}, hook=lambda _, path, __: (503, {}) if path == "/likes" else None)
    run = Run(api, tmp_path)

    assert run.refuses("DELETE", "/likes/7")
    assert not run.refuses("DELETE", "/likes/9007199254740991")


def next_run(killed: Run) -> Run:
    """Return a run that has taken over what a killed one left."""
    run = Run(killed.api, killed.folder, killed.declared)
    run.cleanup.take_over([*killed.journal.pending(), *killed.journal.entries_of_kind(LISTED_BEFORE)])
    return run


def test_item_that_a_killed_run_had_read_is_read_again(tmp_path: Path) -> None:
    """Another item may have its id by then."""
    killed = Run(Api(), tmp_path)
    killed.request("POST", "/books", {"title": UNIQUE})
    killed.request("PATCH", "/books/7", {"title": "renamed"})
    killed.api.items["/books/7"] = {"id": "7", "title": "of somebody else"}

    run = next_run(killed)

    assert list(killed.api.items) == ["/books/7"]
    assert len(run.cleanup.undeleted) == 1


def test_item_that_a_killed_run_has_renamed_is_deleted(tmp_path: Path) -> None:
    killed = Run(Api(), tmp_path)
    killed.request("POST", "/books", {"title": UNIQUE})
    killed.request("PATCH", "/books/7", {"title": "renamed"})

    next_run(killed)

    assert killed.api.items == {}


def test_list_of_a_killed_run_does_not_decide_about_writes_of_the_next_one(tmp_path: Path) -> None:
    """A person likes something while an item of the killed run can't be deleted."""
    api = Api(hook=lambda method, path, _: (409, {}) if (method, path) == ("DELETE", "/books/7") else None)
    killed = Run(api, tmp_path)
    killed.request("POST", "/books", {"title": UNIQUE})
    killed.request("PUT", "/likes/5")
    run = next_run(killed)
    api.items["/likes/6"] = {"id": "6"}

    run.request("PUT", "/likes/6")
    run.clean()

    assert "DELETE /likes/5" in api.requests
    assert "DELETE /likes/6" not in api.requests
    assert [entry.path for entry in run.journal.pending()] == ["/books/7"]


def test_lists_of_a_killed_run_stay_while_they_judge_its_items(tmp_path: Path) -> None:
    api = Api(hook=lambda method, *_: (409, {}) if method == "DELETE" else None)
    killed = Run(api, tmp_path)
    killed.request("POST", "/books", {"title": "any"})
    third = next_run(next_run(killed))
    before = api.requests.count("DELETE /books/7")
    api.hook = lambda *_: None

    third.clean()

    assert (before, api.items, third.cleanup.undeleted) == (2, {}, [])


def hide(reads: int) -> Callable[[str, str, Any], Reply | None]:
    """Return the responses of a target that does not show a book before it has been read some times."""
    left = [reads]

    def respond(method: str, path: str, _: Any) -> Reply | None:
        """Respond with 404 to the first reads."""
        if (method, path) != ("GET", "/books/7") or left[0] == 0:
            return None
        left[0] -= 1
        return 404, {}

    return respond


def test_late_read_of_an_item_is_waited_for(tmp_path: Path) -> None:
    api = Api(hook=hide(2))
    run = Run(api, tmp_path)
    run.request("POST", "/books", {"title": UNIQUE})

    assert not run.refuses("PATCH", "/books/7", {"title": "renamed"})
    run.clean()

    assert api.items == {}


def test_item_that_was_never_read_is_left_to_the_next_run(tmp_path: Path) -> None:
    api = Api(hook=hide(100))
    killed = Run(api, tmp_path)
    killed.request("POST", "/books", {"title": UNIQUE})
    killed.clean()
    left = [entry.path for entry in killed.journal.pending()]
    api.hook = lambda *_: None

    run = next_run(killed)

    assert left == ["/books/7"]
    assert (api.items, run.journal.pending()) == ({}, [])


def test_late_reads_are_waited_for_once(tmp_path: Path) -> None:
    """Of items that stay absent, the first one is waited for."""
    run = Run(Api(hook=lambda _, path, __: (404, {}) if path.startswith("/books/") else None), tmp_path)
    for number in range(5):
        run.journal.add(Entry("app", f"/books/{number}", CREATED, "POST /books", (UNIQUE,)))

    run.cleanup.delete_all()

    assert (len(run.journal.pending()), run.waits) == (5, 1)


def test_item_that_stays_absent_for_long_is_forgotten(tmp_path: Path) -> None:
    killed = Run(Api(hook=hide(100)), tmp_path)
    killed.request("POST", "/books", {"title": UNIQUE})
    entries = [replace(entry, since=entry.since - 3600) for entry in killed.journal.pending()]
    run = Run(killed.api, tmp_path)

    run.cleanup.take_over(entries)

    assert (run.journal.pending(), run.waits) == ([], 0)


def test_item_that_was_read_and_is_gone_is_not_waited_for(tmp_path: Path) -> None:
    api = Api()
    run = Run(api, tmp_path)
    run.request("POST", "/books", {"title": UNIQUE})
    run.request("GET", "/books/7")
    api.items.clear()

    run.clean()

    assert (run.journal.pending(), run.waits) == ([], 0)


@pytest.mark.parametrize("reply", [(202, {}), (200, {"ok": False, "error": "busy"})])
def test_item_stays_in_journal_if_its_deletion_is_not_confirmed(tmp_path: Path, reply: Reply) -> None:
    api = Api(hook=lambda method, *_: reply if method == "DELETE" else None)
    run = Run(api, tmp_path)
    run.request("POST", "/books", {"title": UNIQUE})
    run.request("DELETE", "/books/7")

    run.clean()

    assert ([entry.path for entry in run.journal.pending()], run.cleanup.undone) == (["/books/7"], [])


def test_accepted_deletion_is_confirmed_by_a_read(tmp_path: Path) -> None:
    api = Api()

    def accept(method: str, path: str, _: Any) -> Reply | None:
        """Delete an item and respond with 202."""
        return (202, {}) if method == "DELETE" and api.items.pop(path, None) else None

    api.hook = accept
    run = Run(api, tmp_path)
    for _ in range(2):
        run.request("POST", "/books", {"title": UNIQUE})
        run.request("DELETE", "/books/7")
        assert not run.refuses("DELETE", "/books/7")
    run.request("POST", "/books", {"title": UNIQUE})
    run.request("PUT", "/likes/5")

    run.clean()

    assert (api.items, run.journal.pending(), len(run.cleanup.undone)) == ({}, [], 2)


@pytest.mark.parametrize(
    ("status", "is_left"), [(202, True), (502, True), (503, True), (504, True), (500, False)]
)
def test_item_that_an_undecided_creation_makes_late_is_deleted(
    tmp_path: Path, status: int, is_left: bool
) -> None:
    api = Api(hook=lambda method, *_: (status, {}) if method == "POST" else None)
    run = Run(api, tmp_path)
    run.request("POST", "/books", {"title": UNIQUE})
    run.clean()
    api.items["/books/7"] = {"id": "7", "title": UNIQUE}

    run.clean()

    assert bool(api.items) is not is_left


def refuse_shelf_with_books(api: Api) -> Callable[[str, str, Any], Reply | None]:
    """Return the responses of a target that deletes no shelf that has books."""

    def respond(method: str, path: str, _: Any) -> Reply | None:
        """Respond with 409 while there are books."""
        has_books = any("/books/" in each for each in api.items)
        return (409, {}) if (method, path) == ("DELETE", "/shelves/7") and has_books else None

    return respond


@pytest.mark.parametrize("book", ["/shelves/{shelf}/books/{id}", "/books/{id}"])
def test_parts_are_deleted_before_their_item(tmp_path: Path, book: str) -> None:
    api = Api(moves={} if book.startswith("/shelves") else {"/shelves/7/books": "/books"})
    api.hook = refuse_shelf_with_books(api)
    run = Run(api, tmp_path, SHELVES.replace("BOOK", book))
    run.request("POST", "/shelves", {"name": UNIQUE})
    run.request("POST", "/shelves/7/books", {"title": UNIQUE})

    run.clean()

    assert (api.items, run.journal.pending()) == ({}, [])
    assert len([request for request in api.changes() if request.startswith("DELETE")]) == 2


def test_parts_are_deleted_before_an_item_that_was_read_after_their_creation(tmp_path: Path) -> None:
    """Whether this run deletes them or the next one."""
    for is_killed in (False, True):
        run = Run(Api(), tmp_path, SHELVES.replace("BOOK", "/shelves/{shelf}/books/{id}"))
        run.request("POST", "/shelves", {"name": UNIQUE})
        run.request("POST", "/shelves/7/books", {"title": UNIQUE})
        run.guard.verify_created()

        _ = next_run(run) if is_killed else run.clean()

        assert run.api.changes()[-2:] == ["DELETE /shelves/7/books/7", "DELETE /shelves/7"]


def test_parts_of_a_killed_run_are_deleted_before_their_item(tmp_path: Path) -> None:
    api = Api()
    api.hook = refuse_shelf_with_books(api)
    killed = Run(api, tmp_path, SHELVES.replace("BOOK", "/shelves/{shelf}/books/{id}"))
    killed.request("POST", "/shelves", {"name": UNIQUE})
    killed.request("POST", "/shelves/7/books", {"title": UNIQUE})

    run = next_run(killed)

    assert (api.items, run.journal.pending()) == ({}, [])


def test_part_of_a_deleted_item_is_not_waited_for(tmp_path: Path) -> None:
    api = Api()
    run = Run(api, tmp_path, SHELVES.replace("BOOK", "/shelves/{shelf}/books/{id}"))
    run.request("POST", "/shelves", {"name": UNIQUE})
    run.request("POST", "/shelves/7/books", {"title": UNIQUE})
    run.request("DELETE", "/shelves/7")
    api.items.clear()

    run.clean()

    assert (run.journal.pending(), run.waits) == ([], 0)


def test_part_with_a_path_of_its_own_is_changed_by_its_test(tmp_path: Path) -> None:
    run = Run(Api(moves={"/shelves/7/books": "/books"}), tmp_path, SHELVES.replace("BOOK", "/books/{id}"))
    run.request("POST", "/shelves", {"name": UNIQUE})
    run.request("POST", "/shelves/7/books", {"title": UNIQUE})

    assert not run.refuses("DELETE", "/books/7")
    assert run.refuses("DELETE", "/books/8")


def test_part_inside_an_own_item_is_not_read_before_it_is_deleted(tmp_path: Path) -> None:
    api = Api()
    run = Run(api, tmp_path, SHELVES.replace("BOOK", "/shelves/{shelf}/books/{id}"))
    run.request("POST", "/shelves", {"name": UNIQUE})
    run.request("POST", "/shelves/7/books", {"title": UNIQUE})

    run.clean()

    assert api.requests[-3:] == ["GET /shelves/7", "DELETE /shelves/7/books/7", "DELETE /shelves/7"]
