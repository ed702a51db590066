"""The expectation that a list has one item of what several requests sent."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_resource import DeclaredResource
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listed_times import unique_texts

MAX_PAGES = 30
"""Pages of a list that are read; others may have filled it with thousands."""


def expect_listed_once(resource: DeclaredResource, body: Any, other: Any) -> None:
    """Raise ExpectationFailed if a list has two items with a unique text of a body, still after `settle`.

    No item, and no list that can be read, says nothing. An item on two pages counts once, by its id.

    Args:
        resource: the resource whose items several requests have created.
        body: the body of these requests.
        other: another body of the same kind; a text that it has too, such as a date, is not unique.
    """
    texts = unique_texts(body) - unique_texts(other)

    def check() -> None:
        """Read the list once and count."""
        found = [each for each in _listed(resource) if any(text in json.dumps(each) for text in texts)]
        ids = sorted({str(resource.listed_id(each)) for each in found})
        expect_true(len(ids) <= 1, f"at most one listed item with {sorted(texts)}", f"the items {ids}", found)

    if texts:
        resource.client.eventually(check)


def _listed(resource: DeclaredResource) -> Iterator[Any]:
    """Yield the items of the first pages of a list, until a page cannot be read."""
    if (pattern := resource.model.list_) is None:
        return
    pages = resource.client.pages(resource.path(pattern, resource.parent_ids))
    with contextlib.suppress(ExpectationFailed, pytest.skip.Exception):
        for page in islice(pages, MAX_PAGES):
            yield from page.expect_ok().items
