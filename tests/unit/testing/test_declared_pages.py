"""How a client turns the pages of declared lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork.checks.places import MISSING
from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.client.response import Response
from tuningfork.conventions.pagination import Pagination
from tuningfork.model import Exchange, ExpectationFailed, Headers, Request
from tuningfork.model import Response as RawResponse
from tuningfork.testing.declared_pages import PageRequest, PageTurner, find_link, resolve_link

BASE = "https://api.example.com/v1/things?limit=2"
FIRST = PageRequest("/things", {"limit": 2, "name": "a"})


def page(body: Any, **headers: str) -> Response:
    """Return the response with a page."""
    response = RawResponse(200, "OK", Headers(list(headers.items())), json.dumps(body).encode())
    return Response(Exchange(Request("GET", BASE), response), SinglePagePaginator("items"))


def next_of(declared: dict[str, Any], body: Any, request: PageRequest = FIRST, **headers: str) -> Any:
    """Return the request of the next page."""
    size = {"parameter": "limit", "maximum": 50}
    turner = PageTurner(Pagination.model_validate({"items": "/items", "size": size, **declared}))
    return turner.next(request, page(body, **headers), received=2)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://api.example.com/v1/things?cursor=x", "https://api.example.com/v1/things?cursor=x"),
        ("/v1/things?cursor=x", "https://api.example.com/v1/things?cursor=x"),
        ("?cursor=x", "https://api.example.com/v1/things?cursor=x"),
        ("http://api.example.com/v1/things?cursor=x", "https://api.example.com/v1/things?cursor=x"),
    ],
)
def test_link_is_resolved_against_the_request(link: str, url: str) -> None:
    assert resolve_link(BASE, link) == url


@pytest.mark.parametrize(
    "link", ["https://evil.example.com/things", "//evil.example.com/", "https://api.example.com.evil/"]
)
def test_link_to_another_host_is_not_followed(link: str) -> None:
    with pytest.raises(ExpectationFailed, match=r"a next page on api\.example\.com"):
        resolve_link(BASE, link)


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<https://a/2>; rel="next"', "https://a/2"),
        ("<https://a/1>; rel=prev, <https://a/2>; rel=next", "https://a/2"),
        ('<https://a/2>; title="x"; rel="last next"', "https://a/2"),
        ('<https://a/2>; REL="NEXT"', "https://a/2"),
        ('<https://a/2>; rel="nextish"', MISSING),
        ("", MISSING),
    ],
)
def test_link_header_is_read_as_rfc_8288_says(header: str, url: Any) -> None:
    assert find_link(header, "next") == url


def test_cursor_keeps_the_filters_and_the_size() -> None:
    declared = {"type": "cursor", "parameter": "cursor", "next": "/next"}

    assert next_of(declared, {"items": [1, 2], "next": "x"}).query == {"limit": 2, "name": "a", "cursor": "x"}


def test_nothing_is_added_to_a_cursor_that_has_the_filters() -> None:
    declared = {"type": "cursor", "parameter": "cursor", "next": "/next", "filters": "in-the-cursor"}

    assert next_of(declared, {"items": [1, 2], "next": "x"}).query == {"cursor": "x"}


def test_url_is_sent_as_it_is_unless_a_client_repeats_the_filters() -> None:
    body = {"items": [1, 2], "next": "?cursor=x"}

    kept = next_of({"type": "url", "next": "/next", "filters": "kept"}, body)
    repeated = next_of({"type": "url", "next": "/next", "filters": "repeat"}, body)

    assert kept.url == "https://api.example.com/v1/things?cursor=x"
    assert repeated.url == "https://api.example.com/v1/things?cursor=x&name=a"


@pytest.mark.parametrize("end", [{}, {"next": None}, {"next": ""}])
def test_page_without_next_is_the_last_one(end: dict[str, Any]) -> None:
    assert next_of({"type": "cursor", "next": "/next"}, {"items": [1, 2], **end}) is None


def test_offset_grows_by_the_size_and_the_number_of_a_page_by_one() -> None:
    offset = next_of({"type": "offset", "parameter": "start", "from": 1}, {"items": [1, 2]})
    number = next_of(
        {"type": "page", "parameter": "p"}, {"items": [1, 2]}, FIRST.with_parameter("p", "query", 3)
    )

    assert offset.query["start"] == 3
    assert number.query["p"] == 4


def test_parameters_may_be_headers_or_in_the_body() -> None:
    body = {"items": [1, 2], "next": "x"}

    header = next_of({"type": "cursor", "parameter": "X-Cursor", "in": "header", "next": "/next"}, body)
    inner = next_of({"type": "cursor", "parameter": "/page/cursor", "in": "body", "next": "/next"}, body)

    assert header.headers == {"X-Cursor": "x"}
    assert inner.body == {"/page/cursor": "x"}


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ({"end": ["short-page"]}, {"items": [1]}),
        ({"end": ["total"], "total": {"at": "/total"}}, {"items": [1, 2], "total": 2}),
        ({"end": [{"/more": False}]}, {"items": [1, 2], "more": False}),
        ({"end": []}, {"items": []}),
    ],
)
def test_declared_signal_ends_a_walk(declared: dict[str, Any], body: Any) -> None:
    assert next_of({"type": "page", "parameter": "p", **declared}, body) is None
