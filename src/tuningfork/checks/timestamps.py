"""Times: the server's own, and those of what it lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from tuningfork.checks.base import Check, Scope
from tuningfork.checks.json_body import json_values
from tuningfork.checks.pagination import Items
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.formats import unix_seconds
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

FORM = re.compile("[0-9-]+T[0-9:]+Z")


def close_to_date_header(claim: str, stamp: Callable[[Any], Any], seconds: int) -> Check:
    """The Unix time in a body is about that of the Date field, where the answer has one (RFC 9110 6.6.1)."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        date = _date(exchange.response.headers.get("date", ""))
        told = [stamp(body) for body in json_values(exchange)] if date is not None else []
        for value in told:
            if isinstance(value, int | float) and date is not None:
                expected = f"within {seconds} seconds of {date:.0f}, the Date field"
                yield Finding(claim, abs(value - date) <= seconds, expected, repr_short(value))

    return check


def descending(claim: str, items: Items, member: str, applies: Scope) -> Check:
    """No item of a page has a later time than the one before it."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if not applies(exchange, operation):
            return
        times = [
            (text, when)
            for text in _members(exchange, items, member)
            if (when := parse_unix_time(text)) is not None
        ]
        wrong = [f"{b[0]} after {a[0]}" for a, b in pairwise(times) if b[1] > a[1]]
        if times:
            yield Finding(claim, not wrong, f"the newest {member} first", "; ".join(wrong[:3]) or "it is")

    return check


def not_after(claim: str, items: Items, member: str, name: str, applies: Scope) -> Check:
    """No item has a later time than a parameter says, in Unix seconds."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        asked = query_parameter(exchange, name)
        if asked is None or not re.fullmatch(r"[0-9]{1,11}", asked) or not applies(exchange, operation):
            return
        times = _members(exchange, items, member)
        wrong = [text for text in times if (when := parse_unix_time(text)) is not None and when > int(asked)]
        if times:
            yield Finding(claim, not wrong, f"{member} up to {asked}", repr_short(wrong or times))

    return check


def parse_unix_time(text: Any) -> float | None:
    """The Unix time of `YYYY-MM-DDTHH:MM:SSZ`; None of anything else."""
    return unix_seconds(text) if isinstance(text, str) and FORM.fullmatch(text) else None


def _members(exchange: Exchange, items: Items, member: str) -> list[Any]:
    pages = [items(body) or [] for body in json_values(exchange)]
    return [item.get(member) for page in pages for item in page if isinstance(item, dict)]


def _date(text: str) -> float | None:
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
