"""Expectations of suite tests; each raises ExpectationFailed with the exchange that did not meet it.

The exchange is that of `source`: the response, JSON object or list of JSON objects from which a test read
the value. Without `source` it is that of the value itself, if the value is one of these three. For any other
value it is the latest one that the test has read since its last expectation was met; the report also shows
the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

from tuningfork.checks.places import MISSING
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed
from tuningfork.testing.listings import at_least_one

T = TypeVar("T")
Source = Response | JsonObject | Sequence[JsonObject] | None


def expect(actual: Any, expected: Any, what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `actual` equals `expected`.

    Args:
        actual: a value that a test read from a response.
        expected: the value that the documentation promises.
        what: the name of the value, such as "title": the report says `expected title: "a"; found "b"`.
        source: where the value was read, as the module's docstring says.
    """
    if actual == expected:
        EVIDENCE.settle()
    else:
        _fail(f"{what}: {to_json(expected)}", to_json(actual), source, actual)


def expect_properties(json_object: JsonObject, **expected: Any) -> None:
    """Raise ExpectationFailed unless a JSON object has these properties with these values."""
    for name, value in expected.items():
        expect(json_object[name], value, name, json_object)


def expect_true(condition: bool, expected: str, found: str, source: Source = None) -> None:
    """Raise ExpectationFailed with the texts `expected` and `found` unless `condition` is true."""
    if condition:
        EVIDENCE.settle()
    else:
        _fail(expected, found, source)


def expect_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `collection`, which `what` names, contains `item`."""
    if item in collection:
        EVIDENCE.settle()
    else:
        _fail(f"{to_json(item)} in {what}", to_json(collection), source, collection)


def expect_one_of(actual: Any, allowed: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `actual`, which `what` names, is one of the allowed values."""
    if actual in allowed:
        EVIDENCE.settle()
    else:
        _fail(f"{what}: {' or '.join(map(to_json, allowed))}", to_json(actual), source, actual)


def expect_not_in(item: Any, collection: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed if `collection`, which `what` names, contains `item`."""
    if item not in collection:
        EVIDENCE.settle()
    else:
        _fail(f"no {to_json(item)} in {what}", to_json(collection), source, collection)


def expect_no(items: Collection[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless there are no `items`, which `what` names in the plural."""
    if not items:
        EVIDENCE.settle()
    else:
        _fail(f"no {what}", to_json(items), source, items)


def expect_once(item: Any, items: Sequence[Any], what: str, source: Source = None) -> None:
    """Raise ExpectationFailed unless `items`, which `what` names, contain `item` exactly once."""
    count = items.count(item)
    if count == 1:
        EVIDENCE.settle()
    else:
        times = "not once" if count == 0 else f"{count} times"
        _fail(f"{to_json(item)} once in {what}", f"it {times} in {to_json(items)}", source, items)


def expect_each(items: Iterable[T], is_expected: Callable[[T], bool], expected: str) -> None:
    """Raise ExpectationFailed with the first item for which `is_expected` is false.

    Without any item the test is not verified.

    Args:
        items: JSON objects, responses or other values.
        is_expected: a condition that each item must meet.
        expected: the condition in words, such as "a track with an absolute permalink_url".
    """
    for item in at_least_one(items, f"no item in which to expect {expected}"):
        if not is_expected(item):
            _fail(expected, _shown(item), item)
        EVIDENCE.settle()


def _shown(item: Any) -> str:
    """Return the property of a JSON object that the condition has read last, or the text of another item."""
    read = EVIDENCE.of(item.exchange) if isinstance(item, JsonObject) and item.exchange is not None else None
    if read is None or read.parent is not item:
        return to_json(item)
    value = dict.get(item, read.name, MISSING)
    return f"no {read.name}" if value is MISSING else f"{read.name}: {to_json(value)}"


def _fail(expected: str, found: str, *sources: Any) -> NoReturn:
    """Raise ExpectationFailed with the exchange of the first source that has one."""
    exchanges = (_exchange_of(source) for source in sources)
    exchange = next((exchange for exchange in exchanges if exchange is not None), None)
    raise ExpectationFailed(expected, found, exchange=exchange)


def _exchange_of(source: Any) -> Exchange | None:
    """Return the exchange of a response, of a JSON object, or of the first item of a list."""
    if isinstance(source, list):
        return _exchange_of(source[0]) if source else None
    return source.exchange if isinstance(source, Response | JsonObject) else None
