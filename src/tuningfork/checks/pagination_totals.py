"""Checks of the totals in a page: its offset in the list, and the number of all items."""

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
    totals: Callable[[Any], Any],
    page_parameter: str,
    size_parameter: str,
    max_size: int,
    applies: Scope = is_success,
) -> Check:
    """Check that `offset` is the number of items on earlier pages, and `count` includes all items shown.

    Args:
        claim: the claim that a violation breaks.
        items: returns the items of a page.
        totals: returns the object with `offset` and `count` in a JSON body.
        page_parameter: the query parameter with the number of the page, from 1.
        size_parameter: the query parameter with the size of a page.
        max_size: the largest size of a page.
        applies: the successful exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the page has integers as `offset` and `count`, and has items or is first."""
        is_checked = (
            operation is not None and is_success(exchange, operation) and applies(exchange, operation)
        )
        for body in json_values(exchange) if is_checked else ():
            page_totals, page = totals(body), items(body)
            offset, count = (
                page_totals.get(name) if isinstance(page_totals, dict) else None
                for name in ("offset", "count")
            )
            items_before = _items_before(exchange, page_parameter, size_parameter, max_size)
            is_empty_list = page == [] and items_before == 0 and _has_valid_size(exchange, size_parameter)
            if is_empty_list and isinstance(count, int):
                yield Finding(claim, count == 0, "count 0 of an empty list", f"count {count}")
            elif page and isinstance(offset, int) and isinstance(count, int):
                min_count = offset + len(page)
                expected = (
                    f"offset {'…' if items_before is None else items_before}, count {min_count} or more"
                )
                holds = items_before in (offset, None) and min_count <= count
                yield Finding(claim, holds, expected, f"offset {offset}, count {count}")

    return check


def _items_before(exchange: Exchange, page_parameter: str, size_parameter: str, max_size: int) -> int | None:
    """Return the number of items on the pages before the requested one; None if the request is ambiguous."""
    names = {name for name, _ in exchange.request.query}
    page = _positive(exchange, page_parameter) if page_parameter in names else 1
    size = _positive(exchange, size_parameter)
    if page == 1:
        return 0
    return None if page is None or size is None or size > max_size else (page - 1) * size


def _has_valid_size(exchange: Exchange, size_parameter: str) -> bool:
    """Return whether the request has a positive page size or leaves the size to the server."""
    names = {name for name, _ in exchange.request.query}
    return size_parameter not in names or _positive(exchange, size_parameter) is not None


def _positive(exchange: Exchange, name: str) -> int | None:
    """Return a query parameter as a positive integer; None if it is missing, repeated or anything else."""
    text = query_parameter(exchange, name)
    return int(text) if text is not None and re.fullmatch(r"[1-9][0-9]{0,6}", text) else None
