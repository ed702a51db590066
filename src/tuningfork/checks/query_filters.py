"""Filters of lists: nothing is in the result that the filter leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.checks.base import Check, Scope
from tuningfork.checks.json_body import json_values
from tuningfork.checks.pagination import Items
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def range_filter(claim: str, items: Items, member: str, applies: Scope) -> Check:
    """`member[from]` and `member[to]`, where they are whole numbers, bound that member of each item."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        low = _number(query_parameter(exchange, f"{member}[from]"))
        high = _number(query_parameter(exchange, f"{member}[to]"))
        if (low is None and high is None) or not applies(exchange, operation):
            return
        expected = f"{member} from {low if low is not None else '…'} to {high if high is not None else '…'}"
        values = [value for value in _members(exchange, items, member) if isinstance(value, int | float)]
        wrong = [v for v in values if (low is not None and v < low) or (high is not None and v > high)]
        if values:
            yield Finding(claim, not wrong, expected, repr_short(wrong or values))

    return check


def set_filter(claim: str, items: Items, member: str, name: str, applies: Scope) -> Check:
    """A comma-separated parameter holds every value that an item's member has."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        asked = query_parameter(exchange, name)
        if asked is None or not re.fullmatch(r"\w+(,\w+)*", asked) or not applies(exchange, operation):
            return
        values = [value for value in _members(exchange, items, member) if value is not None]
        wrong = [value for value in values if str(value) not in asked.split(",")]
        if values:
            yield Finding(claim, not wrong, f"{member} one of {asked}", repr_short(wrong or values))

    return check


def query_parameter(exchange: Exchange, name: str) -> str | None:
    """The one value of a parameter of the query; None where there is none, or several."""
    values = [value for key, value in exchange.request.query if key == name]
    return values[0] if len(values) == 1 else None


def _members(exchange: Exchange, items: Items, member: str) -> list[Any]:
    pages = [items(body) or [] for body in json_values(exchange)]
    return [item.get(member) for page in pages for item in page if isinstance(item, dict)]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None
