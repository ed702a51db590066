"""Checks of timestamps: the server's clock, and the order and the limits of times in lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from tuningfork.checks.base import Check, Scope
from tuningfork.checks.json_body import json_values
from tuningfork.checks.pagination import Items, property_values
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.formats import unix_seconds
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding
from tuningfork.numbers import to_float

UTC_TIME = re.compile("[0-9-]+T[0-9:]+Z")
MAX_PAIRS_SHOWN = 3
"""Pairs of items in the wrong order that a message shows."""


def close_to_date_header(claim: str, timestamp: Callable[[Any], Any], seconds: int) -> Check:
    """Check that the Unix time in a body is close to the Date header, if present (RFC 9110 6.6.1).

    Args:
        claim: the claim that a violation breaks.
        timestamp: returns the Unix time in a JSON body.
        seconds: the largest allowed difference, in seconds.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the response has a Date header and a JSON body with the Unix time."""
        date = _parse_date(exchange.response.headers.get("date", ""))
        values = [timestamp(body) for body in json_values(exchange)] if date is not None else []
        for value in values:
            if (time := to_float(value)) is not None and date is not None:
                expected = f"within {seconds} seconds of the Date header, {date:.0f}"
                yield Finding(claim, abs(time - date) <= seconds, expected, repr_short(value))

    return check


def descending(claim: str, items: Items, name: str, applies: Scope) -> Check:
    """Check that the items of a page are sorted by a property with a UTC time, the newest first.

    Args:
        claim: the claim that a violation breaks.
        items: returns the items of a page.
        name: the name of the property.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and an item has a UTC time."""
        if not applies(exchange, operation):
            return
        texts = property_values(exchange, items, name)
        times = [(text, time) for text in texts if (time := parse_unix_time(text)) is not None]
        wrong = [
            f"{later_text} after {text}"
            for (text, time), (later_text, later_time) in pairwise(times)
            if later_time > time
        ]
        if times:
            found = "; ".join(wrong[:MAX_PAIRS_SHOWN]) or "the newest first"
            yield Finding(claim, not wrong, f"the newest {name} first", found)

    return check


def not_after(claim: str, items: Items, name: str, parameter: str, applies: Scope) -> Check:
    """Check that no item has a time after the Unix time in a query parameter.

    Args:
        claim: the claim that a violation breaks.
        items: returns the items of a page.
        name: the name of the property with the time of an item.
        parameter: the name of the query parameter.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the query has a Unix time as the parameter and the page has items."""
        limit = query_parameter(exchange, parameter)
        if limit is None or not re.fullmatch(r"[0-9]{1,11}", limit) or not applies(exchange, operation):
            return
        times = property_values(exchange, items, name)
        wrong = [text for text in times if (time := parse_unix_time(text)) is not None and time > int(limit)]
        if times:
            yield Finding(claim, not wrong, f"{name} up to {limit}", repr_short(wrong or times))

    return check


def parse_unix_time(text: Any) -> float | None:
    """Return the Unix time of `YYYY-MM-DDTHH:MM:SSZ`; None for any other value."""
    return unix_seconds(text) if isinstance(text, str) and UTC_TIME.fullmatch(text) else None


def _parse_date(text: str) -> float | None:
    """Return the Unix time of a Date header; None if it is not valid."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
