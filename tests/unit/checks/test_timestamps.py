from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import timestamps
from tuningfork.checks.base import is_success
from tuningfork.model import Exchange

Make = Callable[..., Exchange]

DATE = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT"}
AT = 784111777
EARLY, LATE = "2014-12-01T00:00:00Z", "2014-12-01T00:00:01Z"


def items(body: Any) -> Any:
    return body.get("books") if isinstance(body, dict) else None


def books(*times: Any) -> dict[str, Any]:
    return {"books": [{"created_at": time} for time in times]}


@pytest.mark.parametrize(
    ("value", "headers", "holds"),
    [
        (AT, DATE, [True]),
        (AT + 300, DATE, [True]),
        (AT - 301, DATE, [False]),
        (AT * 1000, DATE, [False]),
        ("soon", DATE, []),
        (AT, {}, []),
        (AT, {"Date": "yesterday"}, []),
    ],
)
def test_time_is_close_to_date_header(
    make: Make, value: Any, headers: dict[str, str], holds: list[bool]
) -> None:
    check = timestamps.close_to_date_header("B-1", lambda body: body["at"], 300)

    assert [finding.holds for finding in check(make(200, {"at": value}, headers=headers), None)] == holds


@pytest.mark.parametrize(
    ("body", "holds"),
    [
        (books(LATE, EARLY), [True]),
        (books(EARLY, EARLY), [True]),
        (books(EARLY, LATE), [False]),
        (books(LATE, None, "x", EARLY), [True]),
        (books(), []),
        ([], []),
    ],
)
def test_newest_item_is_first(make: Make, body: Any, holds: list[bool]) -> None:
    check = timestamps.descending("B-1", items, "created_at", is_success)

    assert [finding.holds for finding in check(make(200, body), None)] == holds
    assert not list(check(make(404, body), None))


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("until=1417392001", [True]),
        ("until=1417392000", [False]),
        ("until=x", []),
        ("until=1&until=2", []),
        ("", []),
    ],
)
def test_no_item_is_later_than_parameter(make: Make, query: str, holds: list[bool]) -> None:
    check = timestamps.not_after("B-1", items, "created_at", "until", is_success)
    exchange = make(200, books(LATE, EARLY), url=f"https://api.example.com/books?{query}")

    assert [finding.holds for finding in check(exchange, None)] == holds
