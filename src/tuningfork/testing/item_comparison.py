"""Compares what several responses show of one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tuningfork.checks.places import MISSING, find_value

Differences = dict[str, tuple[Any, Any]]
COUNTERS = ("_count", "_counter", "count", "views", "plays")
"""Ends of the names of properties that others change at any time."""


def common_differences(first: Any, second: Any) -> Differences:
    """Return {pointer: (first value, second value)} of the common properties that differ, at any depth."""
    return {
        pointer: pair for pointer, pair in _pairs(first, second, "") if _stable(pair[0]) != _stable(pair[1])
    }


def stable_differences(listed: Any, reads: list[Any]) -> Differences:
    """Return the common properties that differ between a list and the last of two reads.

    Properties that differ between the reads are left out, and so are counters.
    """
    volatile = common_differences(reads[0], reads[-1])
    found = common_differences(listed, reads[-1])
    return {
        pointer: pair
        for pointer, pair in found.items()
        if pointer not in volatile and not pointer.lower().endswith(COUNTERS)
    }


def changes(before: Sequence[Mapping[str, Any]], after: Mapping[str, Any]) -> Differences:
    """Return {pointer: (value before, value after)} of the values that were lost or changed.

    Args:
        before: the values by pointer, of two reads; those that differ between them are left out.
        after: the values by pointer.
    """
    stable = {pointer: value for pointer, value in before[-1].items() if before[0].get(pointer) == value}
    found = {pointer: (value, after.get(pointer)) for pointer, value in stable.items()}
    return {pointer: pair for pointer, pair in found.items() if _stable(pair[0]) != _stable(pair[1])}


def leaves(body: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a body that are not objects, by their pointers."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from leaves(value, f"{pointer}/{escape(name)}")
    else:
        yield pointer, body


def values_at(body: Any, pointers: Iterator[str] | list[str]) -> dict[str, Any]:
    """Return the values of a body at these pointers; those that it lacks are left out."""
    found = {pointer: find_value(body, pointer) for pointer in pointers}
    return {pointer: value for pointer, value in found.items() if value is not MISSING}


def escape(name: str) -> str:
    """Return the name of a property as a segment of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _pairs(first: Any, second: Any, pointer: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield the values of both at each common location."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for name in sorted(first.keys() & second.keys()):
            yield from _pairs(first[name], second[name], f"{pointer}/{escape(name)}")
    else:
        yield pointer, (first, second)


def _stable(value: Any) -> Any:
    """Return a URL without its query, which may be a signature; any other value unchanged."""
    is_url = isinstance(value, str) and value.startswith(("http://", "https://"))
    return value.partition("?")[0] if is_url else value
