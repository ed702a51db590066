"""`http`: rules of HTTP that an API keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tuningfork.checks.places import find_value
from tuningfork.client.client import Client
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource, DeclaredResources
from tuningfork.testing.expect import expect, expect_in, expect_true
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.item_versions import IDENTITY
from tuningfork.testing.late_effects import shown
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.operation_kinds import has_ids, is_get
from tuningfork.testing.refusal import expect_refusal

MIN_COMPRESSED_BYTES = 1400
"""A server may leave a shorter body as it is."""


def has_head(subject: Subject) -> bool:
    """Return whether HEAD is declared to work for an operation."""
    return is_get(subject) and subject.model.head is True


def refuses_head(subject: Subject) -> bool:
    """Return whether HEAD is declared to be refused for an operation."""
    return is_get(subject) and isinstance(subject.model.head, Refusal)


@convention("HTTP-HEAD", where=has_head)
def test_head_returns_what_get_does(declared_operation: DeclaredOperation, client: Client) -> None:
    """Between two GETs that return the same; a content coding may have another ETag."""
    request = declared_operation.existing()
    headers = {**request.arguments.get("headers", {}), **IDENTITY}
    arguments = {**request.arguments, "headers": headers}

    before, head, after = (
        client.request(method, request.path, **arguments) for method in ("GET", "HEAD", "GET")
    )

    premise(before.status == after.status, f"GET returns {before.status}, then {after.status}")
    expect(head.status, before.status, "status", head)
    stable = [
        name
        for name in ("Content-Type", "ETag")
        if name in head.headers and before.headers.get(name) == after.headers.get(name)
    ]
    expected = {name: before.headers.get(name) for name in stable}
    expect({name: head.headers[name] for name in stable}, expected, "headers", head)


@convention("HTTP-HEAD", where=refuses_head)
def test_head_is_refused(subject: Subject, declared_operation: DeclaredOperation, client: Client) -> None:
    """Only by its status: a response to HEAD has no body."""
    request = declared_operation.existing()

    response = client.head(request.path, **request.arguments)

    refusal = Refusal(subject.model.head.statuses)
    expect_refusal(response, refusal, declared_operation.declaration, declared_operation.operation)


@convention("HTTP-OPTIONS")
def test_options_names_the_method_of_an_operation(
    declared_operation: DeclaredOperation, client: Client
) -> None:
    response = client.options(declared_operation.absent().path)

    methods = [name.strip() for name in response.headers.get("Allow", "").split(",")]
    expect_true(200 <= response.status < 300, "status 2xx", str(response.status), response)
    expect_in(declared_operation.operation.method, methods, "Allow", response)


@convention("HTTP-SAFE", where=is_get, needs=("write",))
def test_get_and_head_change_nothing(
    declared_operation: DeclaredOperation, resources: DeclaredResources, client: Client
) -> None:
    """Own items keep what they were created with, and stay in the list."""
    own = created_items(resources)

    for resource, item in at_least_one(own, "no declared resource can be created and read"):
        before = sent_properties(resource, item)
        for request in (declared_operation.of_item(item), declared_operation.existing()):
            request.send(client)
            request.send(client)
            client.head(request.path, **request.arguments)

        expect(sent_properties(resource, item), before, "members that the item was created with")
        expect_still_listed(resource, item)


@convention("HTTP-SAFE", where=has_ids, needs=("write",))
@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method"])
def test_get_is_no_other_method(
    declared_operation: DeclaredOperation, resources: DeclaredResources, client: Client, header: str
) -> None:
    """Headers and parameters that name another method have no effect."""
    premise(declared_operation.operation.method == "GET", "this is about GET")
    own = created_items(resources)

    for resource, item in at_least_one(own, "no declared resource can be created and read"):
        before = sent_properties(resource, item)
        request = declared_operation.of_item(item)
        request.send(client, headers={header: "DELETE"})
        request.send(client, params={"_method": "DELETE"})

        expect(sent_properties(resource, item), before, "members that the item was created with")


@convention("HTTP-EMPTY")
def test_response_without_a_body_has_no_byte(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    """Read from the socket, byte by byte."""
    responses = []

    for _ in range(2):
        request = declared_operation.harmless()
        headers, body = request.arguments.get("headers", {}), request.arguments.get("content", b"")
        responses.append(client.send_raw(request.operation.method, request.path, list(headers.items()), body))

    empty = [response for response in responses if response.status in subject.model.empty]
    for response in at_least_one(empty, f"the statuses are {[each.status for each in responses]}"):
        expect(response.content, b"", "body", response)


@convention("HTTP-EMPTY", where=is_get)
def test_304_has_no_byte(subject: Subject, declared_operation: DeclaredOperation, client: Client) -> None:
    request = declared_operation.existing()
    validator = request.send(client).headers.get("ETag", "")
    premise(validator != "", "the response has no ETag")

    response = client.send_raw("GET", request.path, [("If-None-Match", validator)])

    premise(response.status in subject.model.empty, f"the status is {response.status}")
    expect(response.content, b"", "body", response)


@convention("HTTP-COMPRESSION", where=is_get, needs=("write",))
def test_body_is_compressed_for_a_client_that_accepts_it(
    declared_operation: DeclaredOperation, resources: DeclaredResources, client: Client
) -> None:
    """The items of the list are long, as far as they have a text."""
    long = [item for _, item in created_items(resources, "long text " * 200)]
    request = declared_operation.of_item(long[0]) if long else declared_operation.existing()

    plain = premise_succeeds(request.send(client, headers={"Accept-Encoding": "identity"}), "a GET")
    for accepted in ("gzip", "gzip;q=0.5, identity;q=0.1"):
        packed = premise_succeeds(request.send(client, headers={"Accept-Encoding": accepted}), "a GET")
        premise(len(plain.content) >= MIN_COMPRESSED_BYTES, f"the body has only {len(plain.content)} bytes")
        expect(packed.headers.get("Content-Encoding"), "gzip", "Content-Encoding", packed)
        vary = [name.strip().lower() for name in packed.headers.get("Vary", "").split(",")]
        expect_in("accept-encoding", [*vary, *(["accept-encoding"] if "*" in vary else [])], "Vary", packed)


@convention("HTTP-COMPRESSION", where=is_get)
@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br;q=0.1, gzip;q=0, *;q=0"])
def test_body_has_no_coding_that_the_client_refuses(
    declared_operation: DeclaredOperation, client: Client, accepted: str
) -> None:
    """The checks of every exchange compare Content-Encoding with Accept-Encoding."""
    response = declared_operation.existing().send(client, headers={"Accept-Encoding": accepted})

    premise_succeeds(response, "a GET")


def created_items(
    resources: DeclaredResources, text: str | None = None
) -> Iterator[tuple[DeclaredResource, DeclaredItem]]:
    """Yield a new item of each resource whose items the target creates and shows."""
    for name, declared in resources.declaration.named.get("resources", {}).items():
        if declared.create is not None and declared.read is not None:
            with suppress(pytest.skip.Exception):
                resource = resources[name].with_parent()
                yield resource, shown(resource, resource.create(text))


def expect_still_listed(resource: DeclaredResource, item: DeclaredItem) -> None:
    """Raise ExpectationFailed if the list of a resource, where one is declared, lacks an item."""
    if resource.model.list_ is not None:
        resource.expect_listed(item)


def sent_properties(resource: DeclaredResource, item: DeclaredItem) -> Any:
    """Return the status of a read, and the properties of an item that its creation has sent."""
    response = resource.read(item)
    root = resource.id_pointer.rpartition("/")[0]
    sent = item.body if isinstance(item.body, dict) else {}
    body = response.json if response.status == 200 else {}
    return response.status, {name: find_value(body, f"{root}/{name}") for name in sent}
