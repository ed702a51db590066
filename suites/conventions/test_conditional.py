"""`conditional`: reads of what has changed, and changes of what was read."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.json_text import to_json
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.fairness import bracket
from tuningfork.testing.item_expectations import expect_status
from tuningfork.testing.later_second import LaterSecond
from tuningfork.testing.refusal import expect_refusal
from tuningfork.testing.unchanged import expect_unchanged, read_twice
from tuningfork.testing.versioned_item import VersionedItem, VersionedRead


def reads(subject: Subject) -> bool:
    """Return whether an operation reads."""
    return subject.operation is not None and subject.operation.method == "GET"


def writes(subject: Subject) -> bool:
    """Return whether an operation changes something."""
    return subject.operation is not None and subject.operation.method in ("PUT", "PATCH", "POST", "DELETE")


@pytest.fixture
def later_second(api_session: ApiSession, client: Client) -> LaterSecond:
    """Lets a second pass by the clock of the target."""
    has_clock = not api_session.lacks("control:clock")
    return LaterSecond(client, functools.cache(api_session.controls) if has_clock else None)


@pytest.fixture
def versioned(
    subject: Subject, client: Client, declared_operation: DeclaredOperation, later_second: LaterSecond
) -> VersionedRead:
    """The read that the claims are judged of."""
    return VersionedRead(declared_operation, subject.model, client, later_second)


@pytest.fixture
def item(subject: Subject, declared_operation: DeclaredOperation, later_second: LaterSecond) -> VersionedItem:
    """A new item that the operation changes; not verified if it changes no item of a declared resource."""
    return VersionedItem.of(declared_operation, subject.model, later_second)


@convention("COND-ETAG", where=reads)
def test_validator_stays_while_nothing_changes(versioned: VersionedRead) -> None:
    first, second = versioned.read(), versioned.read()

    versioned.expect_validator(first)
    before, after = versioned.version(first), versioned.version(second)
    is_stable = before == after or first.content != second.content
    expect_true(is_stable, f"the validator {before}", str(after), second)


@convention("COND-ETAG", where=reads, needs=("write",))
def test_validator_changes_with_the_item(versioned: VersionedRead) -> None:
    """Of an item that an update or a replacement changes, or of a list that gets a new item.

    A version that is a time changes only after its second.
    """
    before = versioned.read()

    versioned.change()

    after = versioned.read()
    is_other = versioned.version(after) != versioned.version(before)
    expect_true(is_other, "another validator", to_json(versioned.version(after)), after)


@convention("COND-NOT-MODIFIED", where=reads)
def test_known_version_is_not_sent_again(subject: Subject, versioned: VersionedRead) -> None:
    """The tag alone, and among others; another tag gets the whole response."""

    def send_known() -> None:
        """Expect that the current version is known, alone and among others."""
        for known in versioned.lists_with(current()):
            response = versioned.read(known)
            expect_status(response, subject.model.not_modified)
            is_empty = response.status == 200 or not response.content
            expect_true(is_empty, "no body", f"{len(response.content)} bytes", response)

    def current() -> Any:
        """Return the version, which others may change."""
        return versioned.version(versioned.read())

    bracket(current, send_known)
    expect(versioned.read(versioned.invented).status, 200, "status with another validator")


@convention("COND-NOT-MODIFIED", where=reads, needs=("write",))
def test_old_version_gets_the_new_one(versioned: VersionedRead) -> None:
    version = versioned.version(versioned.read())

    versioned.change()

    expect(versioned.read(version).status, 200, "status with the old validator")


@convention("COND-MISMATCH", where=writes)
def test_change_of_an_old_version_is_refused(subject: Subject, item: VersionedItem) -> None:
    """The item stays as it is."""
    old = item.old_version()
    before = read_twice(item.resource, item.item)

    response = item.act(old)

    expect_refusal(response, subject.model.mismatch, item.resource.declaration)
    expect_unchanged(item.resource, item.item, before)


@convention("COND-MISMATCH", where=writes)
def test_change_of_the_current_version_succeeds(item: VersionedItem) -> None:
    response = item.act(item.version())

    expect_status(response, item.resource.status(item.action))


@convention("COND-REQUIRED", where=writes)
def test_change_without_a_version_is_refused(subject: Subject, item: VersionedItem) -> None:
    """The item stays as it is."""
    before = read_twice(item.resource, item.item)

    response = item.act_without_version()

    expect_refusal(response, subject.model.required, item.resource.declaration)
    expect_unchanged(item.resource, item.item, before)
