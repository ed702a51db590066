"""The expectation that a refused request had no effect on a declared resource."""

from __future__ import annotations

from typing import Any

from tuningfork import not_verified
from tuningfork.checks.places import find_value
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.late_effects import shown
from tuningfork.testing.listed_times import expect_listed_times


def expect_no_effect(operation: DeclaredOperation, outsider: Client) -> None:
    """Raise ExpectationFailed if a request that must be refused changes something.

    Args:
        operation: an operation that creates, changes or deletes items of a declared resource.
        outsider: its credentials do not permit the operation.
    """
    resource = operation.changed_resource
    if resource is None:
        not_verified(f"no declared resource is changed by {operation.operation.key}")
    resource = resource.with_parent()
    if operation.creates:
        _expect_nothing_created(operation, resource, outsider)
    else:
        _expect_unchanged(operation, resource, resource.create(), outsider)


def _expect_nothing_created(
    operation: DeclaredOperation, resource: DeclaredResource, outsider: Client
) -> None:
    """Require that the same request creates one item, when it is sent again with valid credentials."""
    accepted = resource.create()  # its body is the one of several that the target accepts
    request = operation.with_body(operation.below(resource.parent), resource.similar_body(accepted))
    request.send(outsider)
    response = request.send(resource.client)
    expected = "the same request by an authorized client to succeed"
    expect_true(resource.is_success(response), expected, str(response.status), response)
    premise(
        resource.model.list_ is not None, f"no list shows whether a refused request creates {resource.name}"
    )
    expect_listed_times(resource, request.body, 1)


def _expect_unchanged(
    operation: DeclaredOperation, resource: DeclaredResource, item: DeclaredItem, outsider: Client
) -> None:
    """Require that an item exists with the same texts after a request that changes or deletes it."""
    before = premise_succeeds(resource.read(shown(resource, item)), "a new item cannot be read")
    operation.of_item(item).send(outsider)
    after = resource.read(item)
    expect(after.status, before.status, "status", after)
    for place in (place for places in resource.model.texts.values() for place in places):
        expect(_text(after, place), _text(before, place), f"text at {place}", after)


def _text(response: Response, place: str) -> Any:
    """Return the value at a location of a response."""
    return find_value(response.json, place)
