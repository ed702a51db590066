"""The expectation that a refused request had no effect on a declared resource."""

from __future__ import annotations

from collections.abc import Sequence

from tuningfork import not_verified
from tuningfork.checks.places import find_value, has_form
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.conventions.resource_keys import Gone
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.expect import expect, expect_no, expect_true
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.item_comparison import changes, values_at
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
    """Require that an item is the same after a request that changes or deletes it."""
    before = read_twice(resource, shown(resource, item)) or resource.undeclared("read")
    operation.of_item(item).send(outsider)
    expect_unchanged(resource, item, before)


def read_twice(resource: DeclaredResource, item: DeclaredItem) -> list[Response]:
    """Return two reads of an item, sent before what must not change it; none if no read is declared."""
    what, count = "a new item cannot be read", 0 if resource.model.read is None else 2
    return [premise_succeeds(resource.read(item), what) for _ in range(count)]


def expect_unchanged(resource: DeclaredResource, item: DeclaredItem, before: Sequence[Response]) -> None:
    """Raise ExpectationFailed unless a read shows an item as two reads did before.

    Compared are its status, its texts, what its creation sent, and what shows a deletion; properties that
    differ between the two reads are left out. Without a declared read nothing is compared.
    """
    if not before:
        return
    after = resource.read(item)
    expect(after.status, before[-1].status, "status", after)
    sent = resource.read_pointers(item.body).values()
    places = [*sent, *(place for places in resource.model.texts.values() for place in places)]
    values = [values_at(each.json, places) for each in before]
    expect_no(changes(values, values_at(after.json, places)), "changes", after)
    is_new = _is_tombstone(resource, after) and not _is_tombstone(resource, before[-1])
    expect_true(not is_new, "an item that is not deleted", "a deleted one", after)


def _is_tombstone(resource: DeclaredResource, response: Response) -> bool:
    """Return whether a read shows a deleted item as `delete.then` declares."""
    then = resource.model.delete.then if resource.model.delete is not None else None
    members = then.members.items() if isinstance(then, Gone) else ()
    return bool(members) and all(has_form(find_value(response.json, place), form) for place, form in members)
