"""Parses JSON strictly, and estimates its memory before it is parsed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

MAX_INTEGER_DIGITS = 300
"""Recorders write no longer numbers."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


class JsonError(ValueError):
    """Malformed JSON.

    Args:
        problem: the message, which follows the name of the file, such as "is nested too deeply".
        location: such as ", line 3, column 5"; empty if it is unknown.
    """

    def __init__(self, problem: str, location: str = "") -> None:
        super().__init__(problem)
        self.location = location


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        JsonError: the text is not JSON, is nested too deeply, or has a duplicate key or an overlong number.
    """
    try:
        return json.loads(text, parse_int=_integer, object_pairs_hook=_mapping)
    except json.JSONDecodeError as error:
        location = f", line {error.lineno}, column {error.colno}"
        raise JsonError("is truncated or not JSON; export it again", location) from None
    except RecursionError:
        raise JsonError("is nested too deeply; export it again") from None


def weigh_json(text: bytes, limit: int, costs: Mapping[bytes, int], string_cost: int = 0) -> int:
    """Return the sum of the costs of strings and of the marks between them; counting stops above the limit.

    Args:
        text: JSON.
        limit: a sum above it, or below half of it, need not be exact.
        costs: of single characters: brackets and commas.
        string_cost: of a string.
    """
    most = string_cost * text.count(b'"') + sum(cost * text.count(mark) for mark, cost in costs.items())
    if 2 * most <= limit:  # marks in strings are counted too; most texts are far below the limit
        return most
    cost, position = 0, 0
    for string in _STRING.finditer(text):
        marks = sum(
            cost_of_mark * text.count(mark, position, string.start()) for mark, cost_of_mark in costs.items()
        )
        cost += string_cost + marks
        position = string.end()
        if cost > limit:
            return cost
    return cost + sum(cost_of_mark * text.count(mark, position) for mark, cost_of_mark in costs.items())


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the pairs of a JSON object as a dict; raise JsonError for a name that occurs twice."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        duplicate = next(name for name, count in counts.items() if count > 1)
        raise JsonError(f"has the key {duplicate[:40]!r} twice in one object; export it again")
    return mapping


def _integer(digits: str) -> int:
    """Return a JSON integer; raise JsonError if it has more than MAX_INTEGER_DIGITS digits."""
    if len(digits) > MAX_INTEGER_DIGITS:
        raise JsonError(f"has a number of {len(digits):,} digits; export it again")
    return int(digits)
