from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import pagination_totals
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

Make = Callable[..., Exchange]


def page(items: int, offset: Any, count: Any) -> dict[str, Any]:
    return {"books": [{}] * items, "totals": {"offset": offset, "count": count}}


CHECK = pagination_totals.offset_and_count(
    "B-1", lambda body: body.get("books"), lambda body: body.get("totals"), "page", "size", max_size=150
)


@pytest.mark.parametrize(
    ("query", "body", "holds"),
    [
        ("", page(2, 0, 2), [True]),
        ("", page(2, 1, 3), [False]),
        ("", page(2, 0, 1), [False]),
        ("page=1&size=2", page(2, 0, 9), [True]),
        ("page=3&size=2", page(2, 4, 9), [True]),
        ("page=3&size=2", page(2, 3, 9), [False]),
        ("page=3", page(2, 100, 102), [True]),
        ("page=3", page(2, 100, 101), [False]),
        ("page=2&size=500", page(150, 150, 300), [True]),
        ("page=0", page(2, 7, 9), [True]),
        ("page=9&size=2", page(0, 3, 9), []),
        ("", page(0, 0, 0), [True]),
        ("", page(0, 0, 9), [False]),
        ("size=2", page(0, 0, 9), [False]),
        ("size=0", page(0, 0, 9), []),
        ("", page(2, "0", 2), []),
        ("", {"books": [{}]}, []),
        ("", {}, []),
    ],
)
def test_offset_and_count_match_page(
    make: Make, books: Operation, query: str, body: Any, holds: list[bool]
) -> None:
    exchange = make(200, body, url=f"https://api.example.com/books?{query}")

    assert [finding.holds for finding in CHECK(exchange, books)] == holds


def test_only_successes_of_documented_operations_are_checked(make: Make, books: Operation) -> None:
    wrong = page(2, 1, 0)

    assert not list(CHECK(make(404, wrong), books))
    assert not list(CHECK(make(200, wrong), None))
