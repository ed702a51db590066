"""What an exchange contributes to claims about several exchanges, as conventions.yaml declares it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tuningfork.checks.series.observation import Observation, Observer
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.registry.default_profile import make_default_profile
from tuningfork.registry.series_observer import make_observer

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: "1"}
servers: [{url: "https://books.test"}]
paths:
  /books:
    get:
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {"200": {description: ok}}
    post: {responses: {"201": {description: ok}}}
"""
CONVENTIONS = """
conventions: 1
pagination: {type: page, parameter: page, items: /books, end: [empty-page], total: {at: /total}, reach: 100}
conditional: {validator: etag, not-modified: 304}
rate-limit:
  refusal: 429
  headers: {limit: X-Limit, remaining: X-Remaining, reset: X-Reset}
  reset: seconds
  limits: [{scope: token, count: 60, per: 1h}]
"""
DATE = "Sun, 01 Nov 2026 12:00:00 GMT"
HEADERS = {
    "Content-Type": "application/json",
    "Date": DATE,
    "ETag": '"a"',
    "X-Limit": "60",
    "X-Remaining": "59",
    "X-Reset": "90",
}


def observer(folder: Path, conventions: str = CONVENTIONS) -> Observer | None:
    specs = folder / "specs/books"
    specs.mkdir(parents=True)
    (specs / "openapi.yaml").write_text(DOCUMENT)
    (specs / "conventions.yaml").write_text(conventions)
    return make_observer(Contract.load(specs), make_default_profile(specs))


def observe(
    folder: Path, query: str = "", status: int = 200, total: Any = 3, method: str = "GET", **headers: str
) -> Observation:
    observe_exchange = observer(folder)
    assert observe_exchange is not None
    body = json.dumps({"books": [{"id": 1}, {"id": "b"}], "total": total}).encode()
    pairs = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}.items()
    exchange = Exchange(
        Request(method, f"https://books.test/books{query}"), Response(status, "", Headers(pairs), body)
    )
    return observe_exchange(exchange, Contract.load(folder / "specs/books").find(method, "/books"))


def test_page_tag_and_quota_are_read_where_they_are_declared(tmp_path: Path) -> None:
    seen = observe(tmp_path)

    assert seen.page is not None
    assert seen.tagged is not None
    assert seen.quota is not None
    assert [key for key, _ in seen.page.items] == ["1", "b"]
    assert seen.page.next_url == "books.test/books?[('page', '2')]"
    assert (seen.page.is_first, seen.page.total, seen.tagged.tag) == (True, 3, '"a"')
    assert (seen.quota.remaining, seen.quota.reset - seen.quota.date) == (59, 90)
    assert [claims for each in (seen.page, seen.tagged, seen.quota) for claims in each.claims] == [
        "BOOKS-PAGE-WALK", "BOOKS-COND-ETAG", "BOOKS-RATE-COUNTS-DOWN",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "total", "expected"),
    [("?page=1", 3, (True, 3)), ("?page=2", 3, (False, 3)), ("", 101, (True, None)), ("", "x", (True, None))],
)
def test_first_page_and_reachable_total_are_recognized(
    tmp_path: Path, query: str, total: Any, expected: tuple[bool, int | None]
) -> None:
    page = observe(tmp_path, query, total=total).page

    assert page is not None
    assert (page.is_first, page.total) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"status": 404},
        {"status": 503},
        {"X_Cache": "HIT"},
        {"query": "?q=word"},
        {"method": "POST", "status": 201},
    ],
)
def test_other_responses_show_no_page(tmp_path: Path, options: dict[str, Any]) -> None:
    seen = observe(tmp_path, **options)

    assert seen.page is None
    assert seen.may_change == (options.get("method") == "POST")


@pytest.mark.parametrize("headers", [{"X_Remaining": "many"}, {"X_Reset": "soon"}, {"Date": "today"}])
def test_quota_without_numbers_is_not_read(tmp_path: Path, headers: dict[str, str]) -> None:
    assert observe(tmp_path, **headers).quota is None


def test_api_without_such_claims_has_no_observer(tmp_path: Path) -> None:
    assert observer(tmp_path, "conventions: 1\nhttp: {empty: 204}\n") is None
