"""The write guard of an API that has only conventions.yaml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tuningfork.client.created_entry import CREATED, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.request_safety import UNUSED_ID, RequestSafety
from tuningfork.client.target_reader import TargetReader
from tuningfork.client.write_guard import WriteGuard
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.registry.default_profile import make_default_profile

BASE = "https://api.example.com"
JSON = Headers([("Content-Type", "application/json")])
FORM = Headers([("Content-Type", "application/x-www-form-urlencoded")])
SLACK = """
conventions: 1
prefix: SL
requests: {body: form, read-only: ['POST /auth.test'], never: ['* /admin.**'], when-never: {watch: 'true'}}
resources:
  channel:
    list: GET /conversations.list
    create: {request: POST /conversations.create, body: {name: '{name}'}, status: 200, id: /channel/id}
    read: {request: 'GET /conversations.info?channel={id}'}
    delete: {request: POST /conversations.archive, body: {channel: '{id}'}, status: 200}
"""
KUBERNETES = """
conventions: 1
prefix: K8
requests: {parameters: {namespace: {example: default}}}
resources:
  configmap:
    list: 'GET /namespaces/{namespace}/configmaps'
    create:
      request: 'POST /namespaces/{namespace}/configmaps'
      body: {metadata: {name: '{name}'}}
      id: /metadata/name
    read: {request: 'GET /namespaces/{namespace}/configmaps/{id}'}
    update: {request: 'PATCH /namespaces/{namespace}/configmaps/{id}', body: {data: {k: '{text}'}}}
    delete: {request: 'DELETE /namespaces/{namespace}/configmaps/{id}'}
    text: {/data/k: /data/k}
  entry:
    parent: configmap
    create: {request: 'POST /configmaps/{parent}/entries', body: {text: '{text}'}, id: {header: Location}}
    read: {request: 'GET /configmaps/{parent}/entries/{id}'}
    delete: {request: 'DELETE /configmaps/{parent}/entries/{id}'}
"""

FILES = """
conventions: 1
prefix: FI
resources:
  file:
    list: GET /files
    create: {request: 'PUT /files/{id}', body: {text: '{text}'}}
    read: {request: 'GET /files/{id}'}
    delete: {request: 'DELETE /files/{id}'}
"""

SHELVES = """
conventions: 1
prefix: SH
resources:
  book:
    create: {request: 'POST /shelves/{shelf}/books', body: {}, id: /id}
    read: {request: 'GET /shelves/{shelf}/book?id={id}'}
    delete: {request: 'DELETE /shelves/{shelf}/book?id={id}'}
"""


@dataclass
class Target(TargetReader):
    """A target whose lists are empty and whose items read back as the run's own."""

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        return ()

    def is_created_by(self, entry: Entry) -> bool:
        return True

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        return {}


@dataclass
class Scenario:
    """The guard of a declared API, and requests through it."""

    folder: Path
    text: str
    may_write: bool = True
    created: CreatedResources = field(default_factory=CreatedResources)

    def __post_init__(self) -> None:
        specs = self.folder / "specs" / "acme"
        specs.mkdir(parents=True)
        (specs / "conventions.yaml").write_text(self.text)
        profile, contract = make_default_profile(specs), Contract.load(specs)
        safety = RequestSafety(
            contract, profile.creations, profile.relations, profile.logins, profile.unknown
        )
        self.guard = WriteGuard(
            safety,
            self.created,
            Target(),
            unauthenticated_principal="app",
            may_write=self.may_write,
            protects_existing=True,
            rules=profile.write_rules,
        )

    def send(self, method: str, path: str, body: bytes = b"", headers: Headers = JSON) -> Request:
        """Send a request through the guard; the test is not verified if it must not be sent."""
        request = Request(method, BASE + path, headers, body)
        self.guard.check_request("app", request, path.partition("?")[0], is_browser=False)
        return request

    def refuses(self, *arguments: Any) -> bool:
        """Return whether the guard refuses a request."""
        try:
            self.send(*arguments)
        except pytest.skip.Exception:
            return True
        return False

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes,
        response: Any,
        status: int = 200,
        headers: Headers = JSON,
        received: Headers = JSON,
    ) -> None:
        """Send a request and note the response to it."""
        request = self.send(method, path, body, headers)
        answer = Response(status, "", received, json.dumps(response).encode())
        self.guard.note_response(Exchange(request, answer), path.partition("?")[0])


@pytest.fixture
def slack(tmp_path: Path) -> Scenario:
    scenario = Scenario(tmp_path, SLACK)
    scenario.exchange(
        "POST", "/conversations.create", b"name=own-1234abcd", {"channel": {"id": "C1"}}, headers=FORM
    )
    return scenario


def test_item_with_its_id_in_the_query_is_journalled(slack: Scenario) -> None:
    assert [entry.path for entry in slack.created.pending()] == ["/conversations.info?channel=C1"]


def test_own_item_is_deleted_by_post_with_a_body(slack: Scenario) -> None:
    assert not slack.refuses("POST", "/conversations.archive", b"channel=C1", FORM)


def test_item_of_others_is_not_deleted_by_post_with_a_body(slack: Scenario) -> None:
    assert slack.refuses("POST", "/conversations.archive", b"channel=C2", FORM)


def test_deletion_by_post_ends_the_entry(slack: Scenario) -> None:
    slack.exchange("POST", "/conversations.archive", b"channel=C1", {"ok": True}, headers=FORM)

    assert slack.created.pending() == []


def test_new_item_with_id_of_item_that_is_being_deleted_by_post_stays_in_journal(slack: Scenario) -> None:
    deletion = slack.send("POST", "/conversations.archive", b"channel=C1", FORM)

    slack.exchange(
        "POST", "/conversations.create", b"name=own-5678efgh", {"channel": {"id": "C1"}}, headers=FORM
    )
    slack.guard.note_response(Exchange(deletion, Response(200)), "/conversations.archive")

    assert [entry.path for entry in slack.created.pending()] == ["/conversations.info?channel=C1"]


def test_item_that_is_put_during_its_deletion_stays_in_journal(tmp_path: Path) -> None:
    files, path = Scenario(tmp_path, FILES), "/files/tuning-fork-1234abcd"
    files.exchange("PUT", path, b'{"text": "a"}', {"id": "tuning-fork-1234abcd"}, 201)
    deletion = files.send("DELETE", path)

    files.exchange("PUT", path, b'{"text": "a"}', {"id": "tuning-fork-1234abcd"}, 201)
    files.guard.note_response(Exchange(deletion, Response(204)), path)

    assert [(entry.kind, entry.path) for entry in files.created.pending()] == [(CREATED, path)]


def test_operation_that_is_not_declared_is_not_sent(slack: Scenario) -> None:
    with pytest.raises(pytest.skip.Exception, match="no resource or relation of"):
        slack.send("POST", "/chat.postMessage", b"channel=C1")
    assert slack.refuses("POST", "/chat.postMessage", b"channel=C1&text=a", FORM)


@pytest.mark.parametrize("path", ["/admin.users.list", "/conversations.list?watch=true"])
def test_what_is_never_sent_is_not_sent(slack: Scenario, path: str) -> None:
    assert slack.refuses("GET", path)


@pytest.mark.parametrize(
    ("method", "path", "is_refused"),
    [
        ("GET", "/conversations.list", False),
        ("HEAD", "/conversations.list", False),
        ("OPTIONS", "/conversations.list", False),
        ("POST", "/auth.test", False),
        ("TRACE", "/conversations.list", True),
        ("POST", "/conversations.create", True),
        ("DELETE", f"/conversations/{UNUSED_ID}", True),
    ],
)
def test_read_only_run_only_reads(tmp_path: Path, method: str, path: str, is_refused: bool) -> None:
    scenario = Scenario(tmp_path, SLACK, may_write=False)

    assert scenario.refuses(method, path) == is_refused


@pytest.fixture
def kubernetes(tmp_path: Path) -> Scenario:
    scenario = Scenario(tmp_path, KUBERNETES)
    path = "/namespaces/default/configmaps"
    scenario.exchange("POST", path, b'{"metadata": {"name": "own"}}', {"metadata": {"name": "own"}}, 201)
    return scenario


def test_named_item_is_journalled_below_the_path_of_its_creation(kubernetes: Scenario) -> None:
    entries = kubernetes.created.pending()

    assert [(entry.path, entry.kind) for entry in entries] == [
        ("/namespaces/default/configmaps/own", CREATED)
    ]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize(("name", "is_refused"), [("own", False), ("theirs", True), (str(UNUSED_ID), False)])
def test_only_own_and_unused_names_are_changed(
    kubernetes: Scenario, method: str, name: str, is_refused: bool
) -> None:
    assert kubernetes.refuses(method, f"/namespaces/default/configmaps/{name}") == is_refused


def test_item_in_another_namespace_is_not_changed(kubernetes: Scenario) -> None:
    assert kubernetes.refuses("DELETE", "/namespaces/other/configmaps/own")


def test_id_in_a_header_is_journalled(tmp_path: Path) -> None:
    scenario = Scenario(tmp_path, KUBERNETES)
    received = Headers([("Location", "https://api.example.com/configmaps/1/entries/7?x=1")])
    scenario.created.add(Entry("app", "/namespaces/default/configmaps/1"))

    scenario.exchange("POST", f"/configmaps/{UNUSED_ID}/entries", b"{}", {}, 201, received=received)

    assert f"/configmaps/{UNUSED_ID}/entries/7" in scenario.created


def test_nothing_is_created_below_an_item_of_others(kubernetes: Scenario) -> None:
    assert kubernetes.refuses("POST", "/configmaps/theirs/entries", b'{"text": "a"}')


def test_deletion_has_the_declared_body(slack: Scenario) -> None:
    creation = slack.guard.safety.creations[0]

    deletion = creation.deletion_of("/conversations.info?channel=C1")

    assert (deletion.method, deletion.path, deletion.body, deletion.encoding) == (
        "POST",
        "/conversations.archive",
        {"channel": "C1"},
        "form",
    )


def test_declared_malformed_id_makes_no_other_id_unused(tmp_path: Path) -> None:
    declared = FILES.replace("resources:", "requests: {parameters: {id: {malformed: '7.5'}}}\nresources:")
    scenario = Scenario(tmp_path, declared)

    assert not scenario.refuses("DELETE", "/files/7.5")
    assert scenario.refuses("DELETE", "/files/7")


@pytest.mark.parametrize(
    ("name", "is_refused"),
    [("notes", True), ("my-notes", True), ("tuning-fork-1234abcd", False), (str(UNUSED_ID), False)],
)
def test_only_own_and_unused_names_are_put(tmp_path: Path, name: str, is_refused: bool) -> None:
    files, path = Scenario(tmp_path, FILES), f"/files/{name}"

    assert files.guard.would_refuse(Request("PUT", BASE + path, JSON), path) == is_refused
    assert files.refuses("PUT", path, b"{}") == is_refused


@pytest.mark.parametrize(
    ("path", "is_refused"),
    [
        (f"/configmaps/{UNUSED_ID}/entries/5", True),
        (f"/configmaps/5/entries/{UNUSED_ID}", False),
        (f"/configmaps/{UNUSED_ID}/entries/{UNUSED_ID}", False),
    ],
)
def test_item_below_an_unused_id_is_not_deleted(tmp_path: Path, path: str, is_refused: bool) -> None:
    assert Scenario(tmp_path, KUBERNETES).refuses("DELETE", path) == is_refused


@pytest.mark.parametrize(("shelf", "book", "is_refused"), [(UNUSED_ID, 5, True), (5, UNUSED_ID, False)])
def test_item_with_its_id_in_the_query_below_an_unused_id_is_not_deleted(
    tmp_path: Path, shelf: int, book: int, is_refused: bool
) -> None:
    scenario = Scenario(tmp_path, SHELVES)

    assert scenario.refuses("DELETE", f"/shelves/{shelf}/book?id={book}") == is_refused
