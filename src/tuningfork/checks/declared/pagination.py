"""Judgements of `pagination` on every page: its size, and the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tuningfork.checks.base import Check, is_success
from tuningfork.checks.json_body import json_values
from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.list_operations import is_paged_list
from tuningfork.conventions.pagination import Pagination, claims
from tuningfork.model import Exchange, Finding
from tuningfork.numbers import is_integer, is_number, read_digits


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of the pages of all declared lists."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield the findings of a page of a list."""
        group = None if operation is None else group_of(declaration, exchange, operation)
        if operation is None or group is None or not is_success(exchange, operation):
            return
        for body in json_values(exchange):
            items = find_value(body, group.items)
            if isinstance(items, list):
                brought = {claim.id for claim in claims(group)}
                for generic, holds, expected, found in [
                    *size(group, exchange, items),
                    *total(group, exchange, body, items),
                ]:
                    for own in declaration.own_ids(generic, operation) if generic in brought else ():
                        yield Finding(own, holds, expected, found)

    return [check] if declaration.groups.get("pagination") else []


def group_of(declaration: Declaration, exchange: Exchange, operation: Operation) -> Pagination | None:
    """Return the group for a request: one whose condition it meets, else that of its operation."""
    query = dict(exchange.request.query)
    groups = [
        group
        for group in declaration.with_condition("pagination", operation)
        if all(query.get(name) == value for name, value in group.when.items())
    ]
    found = next(iter(groups), declaration.of("pagination", operation))
    is_list = isinstance(found, Pagination) and is_paged_list(declaration, found, operation)
    return found if is_list else None


Judgement = tuple[str, bool, str, str]
"""A generic claim, whether it holds, what was expected and what was found."""


def size(declared: Pagination, exchange: Exchange, items: list[Any]) -> Iterator[Judgement]:
    """Yield the judgements of the number of items on a page."""
    requested, maximum, count = requested_size(declared, exchange), declared.size.maximum, len(items)
    if requested is not None and requested > 0:
        yield "PAGE-SIZE", count <= requested, f"at most {requested} items", f"{count} items"
    if maximum is not None:
        yield "PAGE-MAXIMUM", count <= maximum, f"at most {maximum} items", f"{count} items"


def requested_size(declared: Pagination, exchange: Exchange) -> int | None:
    """Return the size in the query or the headers of a request; None without a number."""
    name = declared.size.parameter
    if name is None or declared.size.in_ == "body":
        return None
    is_query = declared.size.in_ == "query"
    text = dict(exchange.request.query).get(name) if is_query else exchange.request.headers.get(name)
    number = read_digits(text)
    return None if number is None else int(number)


def total(declared: Pagination, exchange: Exchange, body: Any, items: list[Any]) -> Iterator[Judgement]:
    """Yield the judgement of the total: a number, and if it is exact not less than the items of the page."""
    if declared.total is None:
        return
    at = declared.total.at
    value = (
        find_in_response(exchange.response, at)
        if at.header is not None
        else find_value(body, at.pointer or "")
    )
    number = read_digits(value) if declared.total.at.header is not None else value
    least = len(items) if declared.total.exact else 0
    holds = is_number(number) and is_integer(number) and number >= least
    found = "no total" if value is MISSING else repr_short(value)
    expected = f"a number from {least} at {declared.total.at}"
    yield "PAGE-TOTAL", holds, expected, found
