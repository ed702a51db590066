"""Expectations of suite tests; each raises ExpectationFailed with the exchange that did not meet it.

The exchange is that of `source`: the response, or the JSON object of a response, from which a test read the
value. Without `source` it is that of the value itself, if the value is a response, a JSON object or a list
of JSON objects; for any other value the report shows the last exchange of the test.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from tuningfork.client.response import JsonObject, Response
from tuningfork.model import Exchange, ExpectationFailed
from tuningfork.testing.listings import at_least_one

T = TypeVar("T")
Source = Response | JsonObject | None


def expect(actual: Any, expected: Any, what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `actual` equals `expected`.

    Args:
        actual: a value that a test read from a response.
        expected: the value that the documentation promises.
        what: the name of the value, such as "title": the report says "expected title 'a'; found 'b'".
        source: see above, and so in the other functions.
    """
    expect_true(actual == expected, f"{what} {expected!r}", repr(actual), source or actual)


def expect_properties(json_object: JsonObject, **expected: Any) -> None:
    """Raise ExpectationFailed unless a JSON object has these properties with these values."""
    for name, value in expected.items():
        expect(json_object[name], value, name, json_object)


def expect_true(condition: bool, expected: str, found: str, source: Any = None) -> None:
    """Raise ExpectationFailed with the texts `expected` and `found` unless `condition` is true."""
    if not condition:
        raise ExpectationFailed(expected, found, exchange=_exchange_of(source))


def expect_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `collection`, which `what` names, contains `item`."""
    expect_true(item in collection, f"{item!r} in {what}", repr(collection), source or collection)


def expect_not_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed if `collection`, which `what` names, contains `item`."""
    expect_true(item not in collection, f"no {item!r} in {what}", repr(collection), source or collection)


def expect_once(item: Any, items: Sequence[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `items`, which `what` names, contain `item` exactly once."""
    count = items.count(item)
    expect_true(count == 1, f"{item!r} once in {what}", f"{count} times in {items!r}", source or items)


def expect_each(items: Iterable[T], is_expected: Callable[[T], bool], expected: str) -> None:
    """Raise ExpectationFailed with the first item for which `is_expected` is false.

    Without any item the test is not verified.

    Args:
        items: JSON objects, responses or other values.
        is_expected: a condition that each item must meet.
        expected: the condition in words, such as "a track with an absolute permalink_url".
    """
    for item in at_least_one(items, f"no item in which to expect {expected}"):
        expect_true(is_expected(item), expected, repr(item), item)


def _exchange_of(value: Any) -> Exchange | None:
    """Return the exchange of a response or JSON object, or that of the first JSON object in a list."""
    if isinstance(value, Response | JsonObject):
        return value.exchange
    if isinstance(value, list):
        return next((item.exchange for item in value if isinstance(item, JsonObject)), None)
    return None
