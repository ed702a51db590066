"""A read of a deleted item: refused, or that of another item which has the id now."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tuningfork.checks.places import MISSING
from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.client.response import Response
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.model import Exchange, ExpectationFailed, Headers, Request
from tuningfork.model import Response as RawResponse
from tuningfork.testing.item_expectations import expect_unreadable

ITEM: Any = SimpleNamespace(text="item 1234abcd", body={"name": "item 1234abcd"})


def resource_that_shows(status: int, text: object, ids: str) -> Any:
    """Return a resource whose read has a status and shows a text."""
    request = Request("GET", "http://127.0.0.1/items/5", Headers(()), b"")
    exchange = Exchange(request, RawResponse(status, "", Headers(()), b"{}"))
    return SimpleNamespace(
        name="item",
        declaration=None,
        model=SimpleNamespace(read=None),
        reads_lag=False,
        deletion=SimpleNamespace(then=Refusal(Statuses(("404",))), ids=ids, async_=False),
        read=lambda _: Response(exchange, SinglePagePaginator(items_property="data")),
        is_success=lambda response: response.status < 400,
        shown_texts=lambda *_: {"/name": text},
    )


def test_refused_read_passes() -> None:
    expect_unreadable(resource_that_shows(404, MISSING, "may-return"), ITEM)


@pytest.mark.parametrize(
    ("text", "ids"),
    [(ITEM.text, "may-return"), (MISSING, "may-return"), ("another", "never-again")],
    ids=["its own text", "no text", "an id that never returns"],
)
def test_read_of_the_item_itself_fails(text: object, ids: str) -> None:
    with pytest.raises(ExpectationFailed, match="404"):
        expect_unreadable(resource_that_shows(200, text, ids), ITEM)


def test_read_of_another_item_with_the_id_decides_nothing() -> None:
    with pytest.raises(pytest.skip.Exception, match="was given to another one"):
        expect_unreadable(resource_that_shows(200, "another", "may-return"), ITEM)
