"""The expectation that a list has as many items of a body as requests should have created."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tuningfork import not_verified
from tuningfork.client.marks import UNIQUE_PATTERN
from tuningfork.testing.declared_resource import DeclaredItem, DeclaredResource
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise, premise_holds
from tuningfork.testing.late_effects import shown

UNIQUE_TEXT = re.compile(rf"\b{UNIQUE_PATTERN}\b")
"""What the fixture `unique_name` puts into a text."""
MAX_READS = 100
"""Items that are read one by one, if the list does not show their texts."""


def expect_listed_times(resource: DeclaredResource, body: Any, count: int) -> None:
    """Raise ExpectationFailed unless the list has as many items with the unique texts of a body.

    Without a list nothing is judged. A later item shows that the list has all items of the test, and whether
    it shows their texts; otherwise they are read one by one.
    """
    if resource.model.list_ is None:
        return
    later = resource.create()
    text_of = _text_reader(resource, later)
    texts = unique_texts(body) - unique_texts(later.body)
    premise(bool(texts), "no text distinguishes the items of the test")

    def check() -> None:
        """Read the list once and count."""
        found = [each for each in resource.listed() if any(text in text_of(each) for text in texts)]
        expect_true(len(found) == count, f"{count} listed with {sorted(texts)}", f"{len(found)}", found)

    resource.client.eventually(check)


def unique_texts(body: Any) -> set[str]:
    """Return the unique texts in a body."""
    return set(UNIQUE_TEXT.findall(json.dumps(body)))


def _text_reader(resource: DeclaredResource, item: DeclaredItem) -> Callable[[Any], str]:
    """Return what finds the text of a listed item; not verified if neither the list nor a read has it."""
    premise_holds(lambda: resource.expect_listed(item), "the list does not show a new item yet")
    texts = unique_texts(item.body)
    if texts & unique_texts(resource.find_listed(item)):
        return json.dumps
    can_read = resource.model.read is not None and len(resource.listed()) <= MAX_READS
    if can_read and any(text in resource.read(shown(resource, item)).text for text in texts):
        return lambda listed: resource.read_listed(listed).text
    return not_verified("the list does not show the texts of the items")
