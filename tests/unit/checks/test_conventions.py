from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import content_negotiation, headers, jsonp, pagination, query_filters
from tuningfork.checks.base import status_in
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

Make = Callable[..., Exchange]
OK = status_in(200)
ORIGIN = "https://app.example.org"


def items(body: Any) -> list[Any] | None:
    return body if isinstance(body, list) else None


@pytest.mark.parametrize(
    ("check", "fields", "holds"),
    [
        (headers.present("B-1", "WWW-Authenticate", OK), {"www-authenticate": "Key"}, True),
        (headers.present("B-1", "WWW-Authenticate", OK), {"www-authenticate": " "}, False),
        (headers.present("B-1", "WWW-Authenticate", OK), {}, False),
        (
            headers.has_directive("B-1", "Cache-Control", "no-store", OK),
            {"cache-control": "private, No-Store"},
            True,
        ),
        (
            headers.has_directive("B-1", "Cache-Control", "no-store", OK),
            {"cache-control": "no-storing"},
            False,
        ),
        (headers.has_directive("B-1", "Cache-Control", "no-store", OK), {}, False),
        (
            headers.excludes("B-1", "Location", "token=", OK),
            {"location": "https://a.example/#token=1"},
            False,
        ),
        (headers.excludes("B-1", "Location", "token=", OK), {"location": "https://a.example/"}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": "*"}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": ORIGIN}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": "https://b.example"}, False),
        (headers.allows_origin("B-1", OK), {}, False),
        (
            headers.no_credentials_for_foreign_origins("B-1"),
            {"access-control-allow-credentials": "true"},
            True,
        ),
        (headers.no_credentials_for_foreign_origins("B-1"), {"access-control-allow-origin": ORIGIN}, True),
        (
            headers.no_credentials_for_foreign_origins("B-1"),
            {"access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "True"},
            False,
        ),
    ],
)
def test_header_fields(make: Make, check: Any, fields: dict[str, str], holds: bool) -> None:
    (finding,) = check(make(200, headers=fields, sent={"Origin": ORIGIN}), None)

    assert finding.holds == holds
    assert finding.claim == "B-1"


def test_without_an_origin_nothing_is_said_of_it(make: Make) -> None:
    assert not list(headers.allows_origin("B-1", OK)(make(200), None))
    assert not list(headers.no_credentials_for_foreign_origins("B-1")(make(200), None))


def test_a_site_may_open_itself_to_its_own_origin(make: Make) -> None:
    own = "https://www.example.com"
    fields = {"access-control-allow-origin": own, "access-control-allow-credentials": "true"}

    assert not list(
        headers.no_credentials_for_foreign_origins("B-1")(make(headers=fields, sent={"Origin": own}), None)
    )


@pytest.mark.parametrize(("count", "holds"), [(0, True), (3, True), (4, False)])
def test_a_page_is_no_longer_than_asked_for(make: Make, books: Operation, count: int, holds: bool) -> None:
    check = pagination.page_size(items, lambda *_: iter([("B-1", 3)]))

    assert [finding.holds for finding in check(make(200, [1] * count), books)] == [holds]
    assert not list(check(make(200, {"no": "page"}), books))
    assert not list(check(make(200, [1] * count), None))
    assert not list(check(make(404, [1] * count), books))


@pytest.mark.parametrize(
    ("url", "told"),
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
def test_the_link_to_the_next_page_is_on_the_own_host(make: Make, url: Any, told: list[bool]) -> None:
    check = pagination.next_link("B-1", lambda body: body.get("next"))

    assert [finding.holds for finding in check(make(200, {"next": url}), None)] == told


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ('show({"a": [1, "(x)"]})', ("show", {"a": [1, "(x)"]})),
        ('/**/ a.b$c ( "x" ) ;\n', ("a.b$c", "x")),
        ("show()", None),
        ("show(1); evil(2)", None),
        ('{"a": 1}', None),
        ("", None),
    ],
)
def test_a_call_is_unwrapped(text: str, call: tuple[str, Any] | None) -> None:
    assert strip_jsonp(text) == call


@pytest.mark.parametrize(
    ("body", "media_type", "holds"),
    [
        ("show([1]);", "application/javascript", True),
        ("/**/show([1])", "text/javascript; charset=utf-8", True),
        ("show([1]);", "application/json", False),
        ("other([1]);", "application/javascript", False),
        ("[1]", "application/json", False),
    ],
)
def test_an_answer_is_wrapped_in_a_call(
    make: Make, books: Operation, body: str, media_type: str, holds: bool
) -> None:
    url = "https://api.example.com/books?callback=show"
    exchange = make(200, body, media_type=media_type, url=url, sent={"Authorization": "Key 1"})

    assert [finding.holds for finding in jsonp.calls_callback("B-1")(exchange, books)] == [holds]
    assert not list(jsonp.calls_callback("B-1")(make(200, body, url=url), books))


@pytest.mark.parametrize(
    ("callback", "body", "media_type", "told"),
    [
        ("alert(1)//", "alert(1)//([1])", "application/json", [False]),
        ("alert(1)//", "/**/ alert(1)//([1])", "application/javascript", [False]),
        ("<script>", "<p>no <script></p>", "text/html", [False]),
        ("<script>", '{"message": "no <script>"}', "application/json", [True]),
        ("<script>", "[1]", "application/json", [True]),
        ("show", "show([1])", "application/javascript", []),
        ("", "[1]", "application/json", []),
    ],
)
def test_a_callback_that_is_no_name_is_never_a_script(
    make: Make, callback: str, body: str, media_type: str, told: list[bool]
) -> None:
    exchange = make(
        200, body, media_type=media_type, url=f"https://api.example.com/books?callback={callback}"
    )

    assert [finding.holds for finding in jsonp.no_script_injection("B-1")(exchange, None)] == told


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
def test_an_accept_field_lets_json_through(accept: str, accepted: bool | None) -> None:
    assert content_negotiation.accepts_json(accept) is accepted


@pytest.mark.parametrize(
    ("accept", "code", "told"),
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
def test_406_is_for_those_who_exclude_json(
    make: Make, books: Operation, accept: str, code: int, told: list[bool]
) -> None:
    exchange = make(code, [], sent={"Accept": accept})

    assert [finding.holds for finding in content_negotiation.json_or_406("B-1")(exchange, books)] == told
    assert not list(content_negotiation.json_or_406("B-1")(exchange, None))


@pytest.mark.parametrize(
    ("query", "values", "told"),
    [
        ("pages[from]=10&pages[to]=20", [10, 20, None], [True]),
        ("pages[from]=10", [9.5], [False]),
        ("pages[to]=20", [21], [False]),
        ("pages[to]=many", [21], []),
        ("pages[from]=1&pages[from]=2", [0], []),
        ("pages[from]=1", [], []),
    ],
)
def test_bounds_hold_for_every_item(make: Make, query: str, values: list[Any], told: list[bool]) -> None:
    exchange = make(200, [{"pages": value} for value in values], url=f"https://api.example.com/books?{query}")

    assert [
        finding.holds for finding in query_filters.range_filter("B-1", items, "pages", OK)(exchange, None)
    ] == told


@pytest.mark.parametrize(
    ("query", "values", "told"),
    [
        ("ids=1,2", [1, "2"], [True]),
        ("ids=1,2", [1, 3], [False]),
        ("ids=", [1], []),
        ("ids=1;2", [1], []),
        ("", [1], []),
    ],
)
def test_a_list_has_only_what_was_asked_for(
    make: Make, query: str, values: list[Any], told: list[bool]
) -> None:
    exchange = make(200, [{"id": value} for value in values], url=f"https://api.example.com/books?{query}")

    assert [
        finding.holds for finding in query_filters.set_filter("B-1", items, "id", "ids", OK)(exchange, None)
    ] == told
