from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.page import render
from tuningfork.report.results import ClaimResult, Results, totals

MakeExchange = Callable[..., ExchangeRecord]
Change = Callable[..., Results]


def parse(page: str) -> BeautifulSoup:
    """Return the parsed page, without its optional line breaks."""
    return BeautifulSoup(page.replace("<wbr>", ""), "html.parser")


@pytest.fixture
def soup(results: Results) -> BeautifulSoup:
    """The page of `results`."""
    return parse(render(results))


@pytest.fixture
def make_exchange() -> MakeExchange:
    def make(body: str = "", status: int = 200, **headers: str) -> ExchangeRecord:
        return ExchangeRecord(
            method="GET",
            url="https://api.example.test/tracks?limit=2",
            status=status,
            reason="OK",
            seconds=0.25,
            request=Message(headers=[("Accept", "*/*")], body=""),
            response=Message(headers=list(headers.items()), body=body),
            curl='curl "https://api.example.test/tracks?limit=2"',
        )

    return make


@pytest.fixture
def change(results: Results) -> Change:
    """Returns `results` with other values in one claim."""

    def changed(name: str, **values: object) -> Results:
        claims = [each.model_copy(update=values) if each.id == name else each for each in results.claims]
        return with_claims(results, claims)

    return changed


def with_claims(results: Results, claims: list[ClaimResult]) -> Results:
    """Return the results with other claims."""
    return results.model_copy(update={"claims": claims, "totals": totals(claims)})
