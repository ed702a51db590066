"""Filters, searches and sort orders of the reference server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tuningfork.conventions.lists import Filter, Lists, SortKey
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.part import Part

Item = Any


class ListPart(Part):
    """Selects and sorts the items of a list by the query of a request."""

    key = "lists"
    order = 55

    def select(self, call: Call, items: Sequence[Item], query: Mapping[str, str]) -> list[Item]:
        """Return the items that match the filters and the search of a query, in the same order."""
        declared = self.of(call)
        selected = list(items)
        for name, value in self.conditions(declared, query):
            selected = [item for item in selected if declared and self.matches(declared, name, item, value)]
        return selected

    def sort(self, call: Call, items: Sequence[Item], query: Mapping[str, str]) -> list[Item]:
        """Return the items in the requested order."""
        declared = self.of(call)
        keys = [] if declared is None or declared.sort is None else self.sort_keys(declared, query)
        ordered = list(items)
        for key in reversed(keys):
            ordered.sort(key=lambda item: sort_value(places.read(item, key.by)), reverse=self.is_falling(key))
        return ordered

    def conditions(self, declared: Lists | None, query: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the filters and the search of a query: parameter and value."""
        if declared is None:
            return []
        names = [*declared.filters, *([declared.search.parameter] if declared.search else [])]
        return [(name, query[name]) for name in names if name in query]

    def sort_keys(self, declared: Lists, query: Mapping[str, str]) -> list[SortKey]:
        """Return the keys of the requested order."""
        assert declared.sort is not None
        return declared.sort.values.get(query.get(declared.sort.parameter, ""), [])

    def is_falling(self, key: SortKey) -> bool:
        """Return whether an order begins with the greatest value."""
        return key.direction == "descending"

    def matches(self, declared: Lists, name: str, item: Item, value: str) -> bool:
        """Return whether an item matches a filter, or the search."""
        if name in declared.filters:
            return self.matches_filter(declared.filters[name], item, value)
        assert declared.search is not None
        texts = [str(places.read(item, pointer) or "") for pointer in declared.search.in_]
        return any(self.finds(text, value, declared.search.match) for text in texts)

    def finds(self, text: str, value: str, match: str) -> bool:
        """Return whether a search finds a text; a prefix is the beginning of any of its words."""
        if match == "prefix":
            return any(word.startswith(value.casefold()) for word in re.findall(r"\w+", text.casefold()))
        return has_match(text, value, match)

    def matches_filter(self, declared: Filter, item: Item, value: str) -> bool:
        """Return whether an item matches a filter."""
        found = places.read(item, declared.member)
        if found is None:
            return False
        if declared.match in ("from", "to"):
            return is_within(found, value, declared.match)
        text = str(found).lower() if isinstance(found, bool) else str(found)
        if declared.case == "insensitive":
            text, value = text.casefold(), value.casefold()
        return has_match(text, value, declared.match)


def has_match(text: str, value: str, match: str) -> bool:
    """Return whether a text matches a value."""
    if match == "any-of":
        return text in value.split(",")
    if match == "contains":
        return value in text
    if match == "prefix":
        return text.startswith(value)
    if match == "word":
        return value.casefold() in re.findall(r"\w+", text.casefold())
    return text == value


def is_within(found: Any, value: str, match: str) -> bool:
    """Return whether a number or a time is on the right side of a bound."""
    if isinstance(found, int | float):
        try:
            bound: Any = float(value)
        except ValueError:
            return False
    else:
        found, bound = str(found), value
    return bool(found >= bound) if match == "from" else bool(found <= bound)


def sort_value(value: Any) -> tuple[int, Any]:
    """Return what sorts values of several types: nothing, then numbers, then texts."""
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, str(value))
