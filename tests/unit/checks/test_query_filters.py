from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import query_filters
from tuningfork.checks.base import status_in
from tuningfork.model import Exchange

Make = Callable[..., Exchange]
OK = status_in(200)


def items(body: Any) -> list[Any] | None:
    return body if isinstance(body, list) else None


@pytest.mark.parametrize(
    ("query", "values", "results"),
    [
        ("pages[from]=10&pages[to]=20", [10, 20, None], [True]),
        ("pages[from]=10", [9.5], [False]),
        ("pages[to]=20", [21], [False]),
        ("pages[to]=many", [21], []),
        ("pages[from]=1&pages[from]=2", [0], []),
        ("pages[from]=1", [], []),
    ],
)
def test_range_filter_checks_every_item(
    make: Make, query: str, values: list[Any], results: list[bool]
) -> None:
    exchange = make(200, [{"pages": value} for value in values], url=f"https://api.example.com/books?{query}")

    assert [
        finding.holds for finding in query_filters.range_filter("B-1", items, "pages", OK)(exchange, None)
    ] == results


@pytest.mark.parametrize(
    ("query", "values", "results"),
    [
        ("ids=1,2", [1, "2"], [True]),
        ("ids=1,2", [1, 3], [False]),
        ("ids=", [1], []),
        ("ids=1;2", [1], []),
        ("", [1], []),
    ],
)
def test_set_filter_checks_every_item(make: Make, query: str, values: list[Any], results: list[bool]) -> None:
    exchange = make(200, [{"id": value} for value in values], url=f"https://api.example.com/books?{query}")

    assert [
        finding.holds for finding in query_filters.set_filter("B-1", items, "id", "ids", OK)(exchange, None)
    ] == results
