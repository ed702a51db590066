"""The expectation that refused requests leave nothing new behind."""

from __future__ import annotations

import time
from collections.abc import Callable

from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.fairness import premise

TRIES = 2


def expect_nothing_new(resource: DeclaredResource | None, case: Callable[[], None]) -> None:
    """Run a case; raise ExpectationFailed if the list of a resource has more items after it than before.

    What others create at the same time is not counted: after the case the list must stay the same for as long
    as the case took, and must have something new in each of two runs of the case.

    Args:
        resource: what the requests of the case would create; without one only the case counts.
        case: sends requests that must be refused.
    """
    if resource is None or resource.model.list_ is None:
        case()
        return
    for _ in range(TRIES):
        new = _new_ids(resource, case)
        if not new:
            return
    raise ExpectationFailed("a list without anything new", f"{len(new)} new items: {sorted(new)}")


def _new_ids(resource: DeclaredResource, case: Callable[[], None]) -> set[str]:
    """Return the ids that a list has only after the case; not verified if others change the list."""
    before, start = _ids(resource), time.monotonic()
    case()
    own = _settled(resource)
    after, seconds = _ids(resource) - own, time.monotonic() - start
    if new := after - before:
        premise(_is_steady(resource, after, own, seconds), "the list changed meanwhile")
    return new


def _is_steady(resource: DeclaredResource, after: set[str], own: set[str], seconds: float) -> bool:
    """Return whether a list stays the same for as long as the case took."""
    start = time.monotonic()
    while _ids(resource) - own == after:
        if time.monotonic() - start > seconds:
            return True
    return False


def _settled(resource: DeclaredResource) -> set[str]:
    """Wait until a list that may lag shows an item that was created last; return the id of that item."""
    if not resource.client.settle or resource.model.create is None:
        return set()
    item = resource.create()
    resource.expect_listed(item)
    return {str(item.id)}


def _ids(resource: DeclaredResource) -> set[str]:
    """Return the ids of the list."""
    return {str(resource.listed_id(item)) for item in resource.listed()}
