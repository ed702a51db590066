"""Items of lists that belong to no resource, from the schemas of the document."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tuningfork.conventions.lists import Lists
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.reference import places

START = datetime(2026, 1, 1, tzinfo=UTC)
MIN_ITEMS = 27
MAX_ITEMS = 520
MORE_ITEMS = 7
GROUPS = 5
"""Number of different values of a property that is filtered."""
TIME_NAME = re.compile(r"(?:_at|At|date|time|Time|Date)$")


def seed_count(declared: Pagination) -> int:
    """Return the number of items that a list needs so that each size and bound of its pages has an effect."""
    bounds = (declared.size.default, declared.size.maximum, declared.reach)
    longest = max([bound for bound in bounds if bound is not None and bound <= MAX_ITEMS], default=0)
    return max(MIN_ITEMS, longest + MORE_ITEMS)


def seed_items(declared: Pagination, lists: Lists | None, sample: Any) -> list[Any]:
    """Return the items of a list.

    Args:
        declared: how the list is paged.
        lists: its filters and orders; None without any.
        sample: an item of the document; an empty object without one.
    """
    return [_item(declared, lists, sample, number) for number in range(1, seed_count(declared) + 1)]


def _item(declared: Pagination, lists: Lists | None, sample: Any, number: int) -> Any:
    """Return one item."""
    if declared.key == "":
        return f"item-{number:04}"
    item = sample
    for pointer, is_grouped in _properties(declared, lists):
        position = number % GROUPS if is_grouped else number
        item = places.write(item, pointer, _value(pointer, places.read(sample, pointer), position))
    item = places.write(item, declared.key, _key(places.read(sample, declared.key), number))
    if isinstance(declared.next, str) and declared.type == "after":
        item = places.write(item, declared.next, places.read(item, declared.key))
    return item


def _properties(declared: Pagination, lists: Lists | None) -> Iterator[tuple[str, bool]]:
    """Yield the properties that a list compares, and whether several items share a value."""
    if lists is not None:
        for each in lists.filters.values():
            yield each.member, True
        for pointer in lists.search.in_ if lists.search is not None else ():
            yield pointer, False
        for keys in lists.sort.values.values() if lists.sort is not None else ():
            yield from ((key.by, False) for key in keys)
    yield from ((key.by, False) for key in declared.order)


def _value(pointer: str, sample: Any, number: int) -> Any:
    """Return a value of a property: a number, a time or a text."""
    if isinstance(sample, bool):
        return number % 2 == 0
    if isinstance(sample, int | float):
        return number
    if TIME_NAME.search(pointer) or re.match(r"\d{4}-\d\d-\d\dT", str(sample or "")):
        return (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{_word(number)} text"


def _word(number: int) -> str:
    """Return a word of eight letters."""
    digits = f"{number * 7919 % 99_999_989:08}"
    return "".join("abcdefghijk"[int(digit)] for digit in digits)


def _key(sample: Any, number: int) -> Any:
    """Return the key of an item, of the type of the sample."""
    if sample is None or (isinstance(sample, int) and not isinstance(sample, bool)):
        return 1000 + number
    if re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(sample)):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, str(number)))
    return f"item-{number:04}"


def list_sample(body: Any, pointer: str) -> Any:
    """Return the first item of a documented list; an empty object without one."""
    found = body
    for name in places.segments(pointer):
        found = _only_array(found) if name == "*" else places.read(found, f"/{name}")
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, Mapping) else {}


def _only_array(body: Any) -> Any:
    """Return a body that is an array, or the only array of an object; else None."""
    if isinstance(body, list):
        return body
    arrays = (
        [value for value in body.values() if isinstance(value, list)] if isinstance(body, Mapping) else []
    )
    return arrays[0] if len(arrays) == 1 else None
