"""Totals: what a page tells of the whole list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tuningfork.checks.base import Check, Scope, is_success
from tuningfork.checks.json_body import json_values
from tuningfork.checks.pagination import Items
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def offset_and_count(
    claim: str,
    items: Items,
    told: Callable[[Any], Any],
    number: str,
    size: str,
    largest: int,
    applies: Scope = is_success,
) -> Check:
    """A page tells how many items stand before it, and no fewer in all than it shows.

    Args:
        claim: that is judged.
        items: of the page.
        told: an object with `offset` and `count`, out of the API's envelope.
        number: the parameter that says which page it is, from 1.
        size: the parameter that says how long pages are.
        largest: no page is longer.
        applies: where, of the successes.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        judged = operation is not None and is_success(exchange, operation) and applies(exchange, operation)
        for body in json_values(exchange) if judged else ():
            said, page = told(body), items(body)
            offset, count = (said.get(one) if isinstance(said, dict) else None for one in ("offset", "count"))
            before = _before(exchange, number, size, largest)
            if page == [] and before == 0 and isinstance(count, int) and _is_sensible(exchange, size):
                yield Finding(claim, count == 0, "count 0 of an empty list", f"count {count}")
            elif page and isinstance(offset, int) and isinstance(count, int):
                least = offset + len(page)
                expected = f"offset {'…' if before is None else before}, count {least} or more"
                holds = before in (offset, None) and least <= count
                yield Finding(claim, holds, expected, f"offset {offset}, count {count}")

    return check


def _before(exchange: Exchange, number: str, size: str, largest: int) -> int | None:
    """How many items the pages before this one have; None where the request does not tell."""
    names = {name for name, _ in exchange.request.query}
    page = _positive(exchange, number) if number in names else 1
    items = _positive(exchange, size)
    if page == 1:
        return 0
    return None if page is None or items is None or items > largest else (page - 1) * items


def _is_sensible(exchange: Exchange, size: str) -> bool:
    """Whether the request asks for some items, or leaves it to the server how many."""
    return size not in {name for name, _ in exchange.request.query} or _positive(exchange, size) is not None


def _positive(exchange: Exchange, name: str) -> int | None:
    text = query_parameter(exchange, name)
    return int(text) if text is not None and re.fullmatch(r"[1-9][0-9]{0,6}", text) else None
