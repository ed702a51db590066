"""Checks of filtered lists: each item matches the filter in the query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check, Scope
from tuningfork.checks.pagination import Items, property_values
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def range_filter(claim: str, items: Items, name: str, applies: Scope) -> Check:
    """Check that a property of each item is between the query parameters `name[from]` and `name[to]`.

    Bounds that are not whole numbers are ignored.

    Args:
        claim: the claim that a violation breaks.
        items: returns the items of a page.
        name: the name of the property and the prefix of the parameters.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the query has a bound and an item has a number as the property."""
        low = _integer(query_parameter(exchange, f"{name}[from]"))
        high = _integer(query_parameter(exchange, f"{name}[to]"))
        if (low is None and high is None) or not applies(exchange, operation):
            return
        expected = f"{name} from {low if low is not None else '…'} to {high if high is not None else '…'}"
        values = [value for value in property_values(exchange, items, name) if isinstance(value, int | float)]
        wrong = [
            value
            for value in values
            if (low is not None and value < low) or (high is not None and value > high)
        ]
        if values:
            yield Finding(claim, not wrong, expected, repr_short(wrong or values))

    return check


def set_filter(claim: str, items: Items, name: str, parameter: str, applies: Scope) -> Check:
    """Check that a property of each item is one of the comma-separated values of a query parameter.

    Args:
        claim: the claim that a violation breaks.
        items: returns the items of a page.
        name: the name of the property.
        parameter: the name of the query parameter.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the query has the parameter and an item has the property."""
        allowed = query_parameter(exchange, parameter)
        if allowed is None or not re.fullmatch(r"\w+(,\w+)*", allowed) or not applies(exchange, operation):
            return
        values = [value for value in property_values(exchange, items, name) if value is not None]
        names = frozenset(allowed.split(","))
        wrong = [value for value in values if str(value) not in names]
        if values:
            yield Finding(claim, not wrong, f"{name} one of {allowed}", repr_short(wrong or values))

    return check


def query_parameter(exchange: Exchange, name: str) -> str | None:
    """Return the only value of a query parameter; None if the parameter is missing or repeated."""
    values = [value for key, value in exchange.request.query if key == name]
    return values[0] if len(values) == 1 else None


def _integer(text: str | None) -> int | None:
    """Return a text of up to 15 digits as an integer; None for any other text."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None
