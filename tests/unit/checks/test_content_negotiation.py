from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork.checks import content_negotiation
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

Make = Callable[..., Exchange]


@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("application/json; charset=utf-8", True),
        ("text/html, application/json;q=0.1", True),
        ("application/xml", False),
        ("text/html, application/xml;q=0.9", False),
        ("application/json;q=0, */*", False),
        ("*/*;q=0", False),
        ("application/json;version=2", None),
        ("json", None),
        (",", None),
    ],
)
def test_accepts_json(accept: str, accepted: bool | None) -> None:
    assert content_negotiation.accepts_json(accept) is accepted


@pytest.mark.parametrize(
    ("accept", "code", "results"),
    [
        ("application/xml", 406, [True]),
        ("application/xml", 200, [False]),
        ("application/xml", 401, []),
        ("*/*", 406, [False]),
        ("*/*", 200, [True]),
        ("*/*", 404, []),
        ("json", 406, []),
    ],
)
def test_406_only_if_json_is_excluded(
    make: Make, books: Operation, accept: str, code: int, results: list[bool]
) -> None:
    exchange = make(code, [], sent={"Accept": accept})

    assert [finding.holds for finding in content_negotiation.json_or_406("B-1")(exchange, books)] == results
    assert not list(content_negotiation.json_or_406("B-1")(exchange, None))
