from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import information_disclosure, json_properties, status
from tuningfork.checks.base import all_of, is_client_error, not_, status_in
from tuningfork.checks.http_rejections import is_malformed, rejected_by_http_layer
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Headers, Request

Make = Callable[..., Exchange]


@pytest.mark.parametrize("code", [201, 499, 500])
def test_unexpected_status_is_informational(make: Make, books: Operation, code: int) -> None:
    (finding,) = status.documented()(make(code), books)

    assert (finding.claim, finding.holds) == (None, False)
    assert finding.expected == "one of 200, 302, 404, 400, 422"
    assert not list(status.documented()(make(code), None))


@pytest.mark.parametrize("code", [200, 302, 404, 422])
def test_expected_status_has_no_finding(make: Make, books: Operation, code: int) -> None:
    assert not list(status.documented()(make(code), books))


@pytest.mark.parametrize(
    ("code", "holds"), [(200, True), (499, True), (500, False), (503, False), (599, False)]
)
def test_5xx_is_a_violation(make: Make, code: int, holds: bool) -> None:
    (finding,) = status.no_server_error("B-9")(make(code), None)

    assert finding.holds == holds


@pytest.mark.parametrize(
    ("body", "media_type", "holds", "found"),
    [
        ({"code": 1, "text": ""}, "application/json", True, "all properties"),
        ({"code": 1}, "application/json; charset=utf-8", False, "no text"),
        ([], "application/json", False, "application/json with []"),
        ("", "application/json", False, "an empty body"),
        ({"code": 1, "text": ""}, "text/html", False, 'text/html with {"code": 1, "text": ""}'),
    ],
)
def test_required_properties(make: Make, body: Any, media_type: str, holds: bool, found: str) -> None:
    check = json_properties.require_properties("B-1", ("code", "text"), is_client_error)

    (finding,) = check(make(404, body, media_type=media_type), None)

    assert (finding.holds, finding.found) == (holds, found)
    assert not list(check(make(200, body), None))
    assert not list(check(make(404, method="HEAD"), None))


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        (json_properties.is_status, [404], ["404", 400, True, None]),
        (
            json_properties.starts_with_status,
            ["404 - Not Found", "404"],
            ["4040", "Not Found 404", 404, "404x"],
        ),
        (json_properties.is_text, [""], [None, 1]),
        (json_properties.is_text_or_null, ["", None], [1, {}]),
    ],
)
def test_property_values(make: Make, test: json_properties.Test, good: list[Any], bad: list[Any]) -> None:
    check = json_properties.require_property("B-1", "code", "right", test, is_client_error)

    assert all(finding.holds for value in good for finding in check(make(404, {"code": value}), None))
    assert [finding.holds for value in bad for finding in check(make(404, {"code": value}), None)] == [
        False
    ] * len(bad)
    assert not list(check(make(404, {}), None))


def test_json_body_needs_json_and_content_type(make: Make) -> None:
    check = json_properties.json_body_required("B-1", status_in(429))

    assert [finding.holds for finding in check(make(429, {}), None)] == [True]
    assert [finding.holds for finding in check(make(429, {}, media_type="text/plain"), None)] == [False]
    assert [finding.holds for finding in check(make(429, "no"), None)] == [False]
    assert not list(check(make(404, "no"), None))


@pytest.mark.parametrize(
    "text",
    [
        'Traceback (most recent call last):\n  File "/srv/app/main.py", line 3, in <module>',
        "java.lang.NullPointerException\n\tat com.example.Main.run(Main.java:12)",
        "NoMethodError: undefined method",
        "Error: no\n    at Object.<anonymous> (/home/me/index.js:3:1)",
        "Fatal error in /var/www/html/index.php on line 12",
        "open C:\\inetpub\\site.config",
        "see handler.go:123",
        '{"message": "SELECT id FROM tracks WHERE id = 1"}',
        "You have an error in your SQL syntax",
        "SQLSTATE[42000]",
        "goroutine 12 [running]:",
    ],
)
def test_internals_in_5xx_are_a_violation(make: Make, text: str) -> None:
    (finding,) = information_disclosure.no_internals("B-1")(make(500, text), None)

    assert not finding.holds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<h1>500 Internal Server Error</h1>",
        '{"code":503,"message":"503 - Service Unavailable","link":"https://a.example/docs/api/explorer/open-api"}',
        "Select an item from the list, or update your app and set it up again.",
        "InternalServerError",
        "upstream request timeout",
        "See https://a.example/usr/guide.html for help with /tracks/12/streams.",
    ],
)
def test_5xx_without_internals_is_allowed(make: Make, text: str) -> None:
    (finding,) = information_disclosure.no_internals("B-1")(make(503, text), None)

    assert finding.holds, finding
    assert not list(information_disclosure.no_internals("B-1")(make(404, "Traceback"), None))


@pytest.mark.parametrize(
    ("method", "url", "headers", "is_invalid"),
    [
        ("GET", "https://a.example/tracks?q=a%20b", [], False),
        ("GET", "https://a.example/tracks?q=%C3%A9", [], False),
        ("PROPFIND", "https://a.example/", [("X-A", "ünï")], False),
        ("POST", "https://a.example/", [("Content-Length", "0")], False),
        ("G ET", "https://a.example/", [], True),
        ("GET", "https://a.example/%zz", [], True),
        ("GET", "https://a.example/?q=%00", [], True),
        ("GET", "https://a.example/?q=%ff", [], True),
        ("GET", "https://a.example/a b", [], True),
        ("GET", "https://a.example/ä", [], True),
        ("GET", "https://a.example/a/../b", [], True),
        ("GET", "https://[a.example/", [], True),
        ("GET", "https://a.example/", [("X A", "1")], True),
        ("GET", "https://a.example/", [("X-A", "a\x00b")], True),
        ("GET", "https://a.example/", [("Host", "a"), ("host", "b")], True),
        ("POST", "https://a.example/", [("Content-Length", "-1")], True),
        ("POST", "https://a.example/", [("Content-Length", "1"), ("Transfer-Encoding", "chunked")], True),
    ],
)
def test_is_malformed(method: str, url: str, headers: list[tuple[str, str]], is_invalid: bool) -> None:
    assert is_malformed(Request(method, url, Headers(headers))) == is_invalid


@pytest.mark.parametrize(
    ("code", "url", "is_rejected"),
    [
        (414, "https://a.example/", True),
        (431, "https://a.example/", True),
        (417, "https://a.example/", True),
        (400, "https://a.example/%zz", True),
        (400, "https://a.example/", False),
        (404, "https://a.example/%zz", False),
    ],
)
def test_rejected_by_http_layer(make: Make, code: int, url: str, is_rejected: bool) -> None:
    assert rejected_by_http_layer(make(code, url=url)) == is_rejected


def test_scopes_can_be_combined(make: Make) -> None:
    scope = all_of(is_client_error, not_(status_in(404)))

    assert [scope(make(code), None) for code in (400, 404, 200)] == [True, False, False]
