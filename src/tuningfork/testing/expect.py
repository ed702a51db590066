"""Expectations of suite tests; each raises ExpectationFailed with the exchange that did not meet it.

The exchange is that of `source`: the response, JSON object or list of JSON objects from which a test read
the value. Without `source` it is that of the value itself, if the value is one of these three. For any other
value it is the latest one that the test has read since its last expectation was met; the report also shows
the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from tuningfork.client.response import JsonObject, Response
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed
from tuningfork.testing.listings import at_least_one

T = TypeVar("T")
Source = Response | JsonObject | Sequence[JsonObject] | None


def expect(actual: Any, expected: Any, what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `actual` equals `expected`.

    Args:
        actual: a value that a test read from a response.
        expected: the value that the documentation promises.
        what: the name of the value, such as "title": the report says "expected title 'a'; found 'b'".
        source: where the value was read, as the module's docstring says.
    """
    _expect(actual == expected, f"{what} {expected!r}", repr(actual), source, actual)


def expect_properties(json_object: JsonObject, **expected: Any) -> None:
    """Raise ExpectationFailed unless a JSON object has these properties with these values."""
    for name, value in expected.items():
        expect(json_object[name], value, name, json_object)


def expect_true(condition: bool, expected: str, found: str, source: Source = None) -> None:
    """Raise ExpectationFailed with the texts `expected` and `found` unless `condition` is true."""
    _expect(condition, expected, found, source)


def expect_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `collection`, which `what` names, contains `item`."""
    _expect(item in collection, f"{item!r} in {what}", repr(collection), source, collection)


def expect_not_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed if `collection`, which `what` names, contains `item`."""
    _expect(item not in collection, f"no {item!r} in {what}", repr(collection), source, collection)


def expect_once(item: Any, items: Sequence[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `items`, which `what` names, contain `item` exactly once."""
    count = items.count(item)
    _expect(count == 1, f"{item!r} once in {what}", f"{count} times in {items!r}", source, items)


def expect_each(items: Iterable[T], is_expected: Callable[[T], bool], expected: str) -> None:
    """Raise ExpectationFailed with the first item for which `is_expected` is false.

    Without any item the test is not verified.

    Args:
        items: JSON objects, responses or other values.
        is_expected: a condition that each item must meet.
        expected: the condition in words, such as "a track with an absolute permalink_url".
    """
    for item in at_least_one(items, f"no item in which to expect {expected}"):
        _expect(is_expected(item), expected, repr(item), item)


def _expect(condition: bool, expected: str, found: str, *sources: Any) -> None:
    """Raise ExpectationFailed, with the exchange of the first source that has one, for a false condition."""
    if condition:
        EVIDENCE.settle()
    else:
        exchanges = (_exchange_of(source) for source in sources)
        exchange = next((exchange for exchange in exchanges if exchange is not None), None)
        raise ExpectationFailed(expected, found, exchange=exchange)


def _exchange_of(source: Any) -> Exchange | None:
    """Return the exchange of a response, of a JSON object, or of the first item of a list."""
    if isinstance(source, list):
        return _exchange_of(source[0]) if source else None
    return source.exchange if isinstance(source, Response | JsonObject) else None
