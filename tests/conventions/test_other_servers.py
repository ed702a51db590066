"""Servers that conform in another way than the reference server are not accused, and faults are found."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import request
from tests.conventions.harness import DeclaredApi
from tests.conventions.items import API, CONDITIONAL, IDEMPOTENCY, NOTE, THING, changed

from tuningfork.audit.convention_faults.auth_edits import execute_refused
from tuningfork.audit.convention_faults.conditional import (
    refused_change_of_an_old_version_is_applied,
    refused_change_without_a_version_is_applied,
)
from tuningfork.audit.patching import wrap_method
from tuningfork.json_text import read_json
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.idempotency import IdempotencyPart
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.refusals import RefusalPart
from tuningfork.mock.reference.resources import ResourcePart

NESTED: dict[str, Any] = {
    "auth": {"type": "none"},
    "refusals": {"not-found": 404, "invalid-body": 400, "malformed-body": 400},
    "resources": {
        "thing": THING,
        "note": {
            **NOTE,
            "update": {"request": "PATCH /things/{parent}/notes/{id}", "body": {"data": {"text": "{text}"}}},
        },
    },
}


def find_items_first(server: ReferenceServer) -> None:
    """Refuse a change of an item that does not exist below its parent before its body is read."""

    def before(original: Callable[[Call], Any], call: Call) -> Any:
        """Refuse a request as not found, or do what the server does."""
        if call.request.method == "PATCH" and server.get(ResourcePart).item_of(call) is None:
            raise HttpError(404)
        return original(call)

    wrap_method(server.get(RefusalPart), "before", before)


EVENTUAL: dict[str, Any] = {
    **CONDITIONAL,
    "resources": {"thing": {**THING, "read": {**THING["read"], "answer": "item", "indexed": "eventual"}}},
}
DELETE = {**THING["delete"], "async": True, "status": 202}
ASYNC: dict[str, Any] = {**API, "resources": {"thing": {**THING, "delete": DELETE}}}


def read_late(server: ReferenceServer) -> None:
    """Show a change in the second read after it; a new item is not found by the first one."""
    seen: dict[Any, Item] = {}
    current: list[Any] = [None, None]

    def find(original: Callable[..., Item | None], call: Call, name: str, action: Any) -> Item | None:
        """Find an item for a read as it was at the read before."""
        item = original(call, name, action)
        if call.request.method != "GET" or item is None or item.is_deleted:
            return item
        if call is not current[0]:
            current[:] = [call, seen.get(item.id)]
            seen[item.id] = copy.deepcopy(item)
        late: Item | None = current[1]
        return late

    wrap_method(server.get(ResourcePart), "find", find)


def delete_late(server: ReferenceServer) -> None:
    """Delete an item when it was read twice after its deletion."""
    reads: dict[int, int] = {}

    def delete(original: Callable[..., Any], call: Call, name: str, resource: Any, action: Any) -> Any:
        """Remember the deletion of an item that exists."""
        item = part.find(call, name, action)
        if item is None or item.is_deleted:
            return original(call, name, resource, action)
        part.require(call, name, resource, action)
        reads.setdefault(item.id, 0)
        return part.respond(call, name, action, item, "delete")

    def read(original: Callable[..., Any], call: Call, name: str, resource: Any, action: Any) -> Any:
        """Delete an item for good at the second read after its deletion."""
        item = part.find(call, name, action)
        if item is not None and item.id in reads:
            reads[item.id] += 1
            item.is_deleted = reads[item.id] > 1
        return original(call, name, resource, action)

    part = server.get(ResourcePart)
    wrap_method(part, "delete", delete)
    wrap_method(part, "read", read)


PRIVATE_NOTE = {**NOTE, "owner": [403, 404], "private": True}
PRIVATE: dict[str, Any] = {
    **API,
    "resources": {"thing": {**THING, "owner": 404}, "note": PRIVATE_NOTE},
    "idempotency": {"operations": ["POST /things/{parent}/notes"], "replay": "same", "scope": "account"},
}


def insert_between_reads(server: ReferenceServer) -> None:
    """Let another client create an item before every second read of the list."""
    reads = itertools.count()

    def items_of(original: Callable[[Call], Any], call: Call) -> Any:
        """Create an item, or not, and return those of the list."""
        if call.request.method == "GET" and call.request.path == "/things" and next(reads) % 2:
            part.store("thing", {"name": f"foreign {next(reads)}"}, "first", ())
        return original(call)

    part = server.get(ResourcePart)
    wrap_method(part, "items_of", items_of)


def list_only_ids(server: ReferenceServer) -> None:
    """Show nothing of an item in a list but its id."""
    wrap_method(server.get(ResourcePart), "list_data", lambda _, item: {"id": item.id})


def create_what_is_refused(server: ReferenceServer) -> None:
    """Refuse a key with another body, and a request without a key, but create the item."""

    def refuse(original: Callable[..., Any], *arguments: Any) -> Any:
        """Create an item with the body of the request before it is refused."""
        part.store("thing", read_json(request.get_data()), "first", ())
        return original(*arguments)

    list_only_ids(server)
    part = server.get(ResourcePart)
    wrap_method(server.get(IdempotencyPart), "refuse", refuse)


def hide_parents(server: ReferenceServer) -> None:
    """Refuse what is below a parent of another user as not found."""

    def check(original: Callable[..., None], call: Call, resource: Any, scope: tuple[str, ...]) -> None:
        """Refuse a parent of another user."""
        original(call, resource, scope)
        if any(item.owner != call.account and str(item.id) in scope for item in part.items["thing"]):
            raise HttpError(404)

    part = server.get(ResourcePart)
    wrap_method(part, "check_parent", check)


def test_request_about_a_nested_item_names_its_own_parent(tmp_path: Path) -> None:
    declared = changed(NESTED, "resources note list", None)

    verdicts = DeclaredApi(tmp_path).judge(declared, ["REFUSAL-*"], vary=find_items_first)

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_parent_that_is_declared_is_that_of_new_items(tmp_path: Path) -> None:
    declared = {**NESTED, "requests": {"parameters": {"parent": {"example": 1}}}}

    verdicts = DeclaredApi(tmp_path).judge(declared, ["REFUSAL-*"], vary=find_items_first)

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_reads_may_lag_where_that_is_declared(tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path, settle=2).judge(EVENTUAL, ["RESOURCE-*", "COND-*"], vary=read_late)

    assert verdicts.complaints() | verdicts.unjudged() == set(), verdicts.output


def test_deletions_may_lag_where_that_is_declared(tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path, settle=2).judge(ASYNC, ["RESOURCE-*"], vary=delete_late)

    assert verdicts.complaints() | verdicts.unjudged() == set(), verdicts.output


def test_another_user_needs_no_parent_of_the_first_one(tmp_path: Path) -> None:
    claims = ["RESOURCE-PRIVATE", "IDEM-OTHER-USER"]

    verdicts = DeclaredApi(tmp_path).judge(PRIVATE, claims, vary=hide_parents)

    assert verdicts.by_claim == dict.fromkeys(claims, "passed"), verdicts.output


def test_times_of_whole_seconds_are_versions(tmp_path: Path) -> None:
    declared = changed(CONDITIONAL, "conditional validator", "last-modified")

    verdicts = DeclaredApi(tmp_path).judge(declared, ["COND-*"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_list_that_others_change_is_not_accused(tmp_path: Path) -> None:
    declared = changed(CONDITIONAL, "conditional operations", ["GET /things"])

    verdicts = DeclaredApi(tmp_path).judge(declared, ["COND-NOT-MODIFIED"], vary=insert_between_reads)

    assert not verdicts.complaints(), verdicts.output


def test_list_need_not_show_the_texts(tmp_path: Path) -> None:
    declared = changed(IDEMPOTENCY, "resources thing same-in-list", None)

    verdicts = DeclaredApi(tmp_path).judge(
        declared, ["IDEM-*", "RESOURCE-DUPLICATE", "RESOURCE-RACE"], vary=list_only_ids
    )

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_item_of_a_refused_request_is_found_without_its_text_in_the_list(tmp_path: Path) -> None:
    claims = ["IDEM-OTHER-BODY", "IDEM-MISSING"]

    verdicts = DeclaredApi(tmp_path).judge(IDEMPOTENCY, claims, vary=create_what_is_refused)

    assert verdicts.by_claim == dict.fromkeys(claims, "failed"), verdicts.output


def execute_deletions_of_outsiders(server: ReferenceServer) -> None:
    """Refuse a deletion for its credentials, and delete the item all the same."""
    execute_refused(server, lambda call: call.request.method == "DELETE")


TOMBSTONES: dict[str, Any] = {
    **API,
    "resources": {"thing": {**THING, "delete": {**THING["delete"], "then": NOTE["delete"]["then"]}}},
    "conditional": CONDITIONAL["conditional"],
}


def test_refused_deletion_that_leaves_a_tombstone_is_found(tmp_path: Path) -> None:
    """A read of the deleted item has the same status and the same texts as before."""
    verdicts = DeclaredApi(tmp_path).judge(
        TOMBSTONES, ["AUTH-UNCHANGED"], vary=execute_deletions_of_outsiders
    )

    assert verdicts.complaints() == {"AUTH-UNCHANGED"}, verdicts.output


@pytest.mark.parametrize(
    "fault", [refused_change_of_an_old_version_is_applied, refused_change_without_a_version_is_applied]
)
def test_refused_change_of_a_version_is_not_applied(fault: Any, tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge(TOMBSTONES, ["COND-*"], vary=fault)

    is_old = fault is refused_change_of_an_old_version_is_applied
    assert verdicts.complaints() == {"COND-MISMATCH" if is_old else "COND-REQUIRED"}, verdicts.output


def find_parents_first(server: ReferenceServer) -> None:
    """Refuse a request below an item that does not exist before its media type is judged."""

    def before(original: Callable[[Call], Any], call: Call) -> Any:
        """Refuse a request as not found, or do what the server does."""
        if call.request.path.startswith("/things/9007199254740991/"):
            raise HttpError(404)
        return original(call)

    wrap_method(server.get(RefusalPart), "before", before)


def test_media_type_is_not_judged_below_an_unknown_item(tmp_path: Path) -> None:
    """No resource says what the operation creates, so it is requested about an item that does not exist."""
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    thing = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    printing = {"parameters": [thing], "requestBody": body, "responses": {"202": {"description": "A job."}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "1"},
        "paths": {"/things/{id}/labels": {"post": printing}},
    }
    declared = {"auth": {"type": "none"}, "refusals": {"not-found": 404, "media-type": 415}}

    verdicts = DeclaredApi(tmp_path, document).judge(
        declared, ["REFUSAL-MEDIA-TYPE"], vary=find_parents_first
    )

    assert verdicts.by_claim == {"REFUSAL-MEDIA-TYPE": "not verified"}, verdicts.output
