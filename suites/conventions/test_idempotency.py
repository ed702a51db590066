"""`idempotency`: a request that is repeated with its key has one effect."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.item_expectations import CLIENT_ERROR
from tuningfork.testing.keyed_requests import KeyedRequests, expect_one_effect, expect_replay
from tuningfork.testing.late_effects import delete_fully
from tuningfork.testing.listed_times import expect_listed_times
from tuningfork.testing.refusal import expect_refusal

CONCURRENT_REQUESTS = 4
SECONDS_LEFT = 5


def creates(subject: Subject) -> bool:
    """Return whether an operation may create something."""
    return subject.operation is not None and subject.operation.method == "POST"


@pytest.fixture
def keyed(
    subject: Subject, declared_operation: DeclaredOperation, unique_name: Callable[[str], str]
) -> KeyedRequests:
    """Sends the requests that the claims are judged of; not verified if they create no declared resource."""
    found = declared_operation.find_action() if declared_operation.creates else None
    if found is None:
        not_verified(f"conventions.yaml has no resource that {subject.name} creates")
    return KeyedRequests(found[0].with_parent(), subject.model, unique_name)


@convention("IDEM-REPLAY", where=creates)
def test_repeated_request_has_one_effect_and_the_same_response(keyed: KeyedRequests) -> None:
    """With `replay: equal` the properties of both bodies are equal, and the status may be another 2xx."""
    body, key = keyed.body(), keyed.key()
    first = keyed.send_first(body, key)

    second, third = keyed.send(body, key), keyed.send(body, key)

    for response in (second, third):
        expect_replay(keyed, first, response)
    expect_listed_times(keyed.resource, body, 1)


@convention("IDEM-MARKED", where=creates)
def test_only_a_repetition_is_marked(subject: Subject, keyed: KeyedRequests) -> None:
    body, key = keyed.body(), keyed.key()

    first, second = keyed.send_first(body, key), keyed.send(body, key)

    header = subject.model.marked.header
    expect_true(header not in first.headers, f"no {header}", first.headers.get(header, ""), first)
    expect_true(header in second.headers, header, "no such header", second)


@convention("IDEM-KEPT", where=creates)
def test_key_of_a_refused_request_is_used_or_free_as_declared(keyed: KeyedRequests) -> None:
    """Of a duplicate that is refused, and sent again with its key when the first item is deleted."""
    resource, key = keyed.resource, keyed.key()
    item = resource.create()
    refused = keyed.send(item.body, key)
    if resource.model.duplicate is None or refused.status not in CLIENT_ERROR:
        not_verified("no duplicate is refused")
    delete_fully(resource, item)

    response = keyed.send(item.body, key)

    if keyed.declared.kept == "all":
        expect(response.status, refused.status, "status", response)
    else:
        expect_true(resource.is_success(response), "a success", str(response.status), response)


@convention("IDEM-OTHER-BODY", where=creates)
def test_key_with_another_body_is_refused(subject: Subject, keyed: KeyedRequests) -> None:
    """It creates nothing."""
    body, other, key = keyed.body(), keyed.body(), keyed.key()
    keyed.send_first(body, key)

    response = keyed.send(other, key)

    expect_refusal(response, subject.model.mismatch, keyed.resource.declaration)
    expect_listed_times(keyed.resource, other, 0)


@convention("IDEM-CONCURRENT", where=creates)
def test_concurrent_requests_with_one_key_have_one_effect(keyed: KeyedRequests) -> None:
    """Each gets the response to the one that was processed, or is refused as declared."""
    body, key = keyed.body(), keyed.key()

    responses = send_concurrently(
        keyed.resource.client, CONCURRENT_REQUESTS, lambda client: keyed.send(body, key, client)
    )

    created = expect_one_effect(keyed, responses)
    expect_listed_times(keyed.resource, body, len(created))


@convention("IDEM-MISSING", where=creates)
def test_request_without_a_key_is_refused(subject: Subject, keyed: KeyedRequests) -> None:
    """It creates nothing; with a key the same request succeeds."""
    body = keyed.body()

    response = keyed.send(body, None)

    expect_refusal(response, subject.model.missing, keyed.resource.declaration)
    expect_listed_times(keyed.resource, body, 0)
    keyed.send_first(body, keyed.key())


@convention("IDEM-OTHER-USER", where=creates)
def test_key_of_another_user_is_another_key(keyed: KeyedRequests, other_user: Client) -> None:
    """Below a parent of that user's own."""
    key, others = keyed.key(), keyed.of_user(other_user)
    first = keyed.send_first(keyed.body(), key)
    others.send_first(others.body(), others.key())

    response = others.send(others.body(), key)

    expect_true(keyed.resource.is_success(response), "a new item", str(response.status), response)
    expect_true(keyed.id_of(response) != keyed.id_of(first), "another id", keyed.id_of(response), response)


@convention("IDEM-WINDOW", where=creates)
def test_key_is_remembered_until_its_time_is_over(keyed: KeyedRequests, controls: ControlsClient) -> None:
    body, key = keyed.body(), keyed.key()
    first = keyed.send_first(body, key)

    controls.clock((keyed.declared.window or 0) - SECONDS_LEFT)
    response = keyed.send(body, key)

    expect(keyed.id_of(response), keyed.id_of(first), "id", response)
