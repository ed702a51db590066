from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import pagination
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

Make = Callable[..., Exchange]


def items(body: Any) -> list[Any] | None:
    return body if isinstance(body, list) else None


@pytest.mark.parametrize(("count", "holds"), [(0, True), (3, True), (4, False)])
def test_page_size_is_limited(make: Make, books: Operation, count: int, holds: bool) -> None:
    check = pagination.page_size(items, lambda *_: iter([("B-1", 3)]))

    assert [finding.holds for finding in check(make(200, [1] * count), books)] == [holds]
    assert not list(check(make(200, {"no": "page"}), books))
    assert not list(check(make(200, [1] * count), None))
    assert not list(check(make(404, [1] * count), books))


@pytest.mark.parametrize(
    ("url", "results"),
    [
        (None, []),
        ("https://api.example.com/books?cursor=1", [True]),
        ("https://api.example.com:443/books?cursor=1", [True]),
        ("/books?cursor=1", [False]),
        ("//api.example.com/books", [False]),
        ("https://api.example.com.evil.example/", [False]),
        ("https://[", [False]),
        (7, [False]),
    ],
)
def test_next_link_must_be_absolute_url_on_same_host(make: Make, url: Any, results: list[bool]) -> None:
    check = pagination.next_link("B-1", lambda body: body.get("next"))

    assert [finding.holds for finding in check(make(200, {"next": url}), None)] == results
