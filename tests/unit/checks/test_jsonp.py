from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import ExpectationFailed
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.checks.jsonp import (
    CALLBACK_NAMES,
    INVALID_CALLBACKS,
    NAME,
    calls_callback,
    expect_call,
    expect_no_script,
    no_script_injection,
)
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Headers, Request, Response

SCRIPT, JSON, HTML = "text/javascript", "application/json", "text/html"


def exchange(body: str, media_type: str = SCRIPT, status: int = 200) -> Exchange:
    headers = Headers([("Content-Type", media_type)])
    return Exchange(Request("GET", "https://api.test/x"), Response(status, "", headers, body.encode()))


@pytest.mark.parametrize("body", ['f({"a": 1})', '/**/f({"a": 1});', ' f ( {"a": 1} ) ; '])
def test_expect_call_returns_argument(body: str) -> None:
    assert expect_call(exchange(body), "f") == {"a": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        exchange("g(1)"),
        exchange("1"),
        exchange("f(1);alert(1)"),
        exchange("f(x)"),
        exchange("f(1)", media_type=JSON),
        exchange("f(1)", status=404),
    ],
)
def test_expect_call_fails_for_other_responses(wrong: Exchange) -> None:
    with pytest.raises(ExpectationFailed):
        expect_call(wrong, "f")


@pytest.mark.parametrize(
    "right",
    [
        exchange("{}", JSON),
        exchange("alert(1)", JSON, 400),
        exchange("", HTML, 302),
        exchange("no", HTML, 404),
        exchange("<p>no callback: alert(1)", HTML, 400),
    ],
)
def test_invalid_callback_may_be_refused_or_ignored(right: Exchange) -> None:
    expect_no_script(right, "alert(1)")


@pytest.mark.parametrize(
    "wrong",
    [
        exchange("alert(1)({})"),
        exchange("/* no callback alert(1) */", SCRIPT, 400),
        exchange("{", JSON),
        exchange("{}", JSON, 500),
    ],
)
def test_invalid_callback_must_not_be_executable(wrong: Exchange) -> None:
    with pytest.raises(ExpectationFailed):
        expect_no_script(wrong, "alert(1)")


@pytest.mark.parametrize("media_type", [HTML, "image/svg+xml", ""])
def test_invalid_callback_with_tag_must_not_be_in_page(media_type: str) -> None:
    with pytest.raises(ExpectationFailed):
        expect_no_script(exchange("no callback <script>x</script>", media_type, 400), "<script>x</script>")


def test_constants_have_valid_and_invalid_names() -> None:
    assert all(NAME.fullmatch(name) for name in CALLBACK_NAMES)
    assert not any(NAME.fullmatch(name) for name in INVALID_CALLBACKS)


@pytest.mark.parametrize(
    ("name", "body", "media_type", "holds"),
    [
        ("true", "[1]", JSON, []),
        ("a.b", "[1]", JSON, []),
        ("a.b", "a.b([1])", SCRIPT, [True]),
        ("a.b", "a([1])", SCRIPT, [False]),
    ],
)
def test_callback_with_dots_may_be_ignored(
    make: Callable[..., Exchange], books: Operation, name: str, body: str, media_type: str, holds: list[bool]
) -> None:
    url = f"https://api.example.com/books?callback={name}"
    response = make(200, body, media_type=media_type, url=url, sent={"Authorization": "Key 1"})

    assert [finding.holds for finding in calls_callback("B-1")(response, books)] == holds


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
def test_strip_jsonp(text: str, call: tuple[str, Any] | None) -> None:
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
def test_response_calls_callback(
    make: Callable[..., Exchange], books: Operation, body: str, media_type: str, holds: bool
) -> None:
    url = "https://api.example.com/books?callback=show"
    exchange = make(200, body, media_type=media_type, url=url, sent={"Authorization": "Key 1"})

    assert [finding.holds for finding in calls_callback("B-1")(exchange, books)] == [holds]
    assert not list(calls_callback("B-1")(make(200, body, url=url), books))


@pytest.mark.parametrize(
    ("callback", "body", "media_type", "results"),
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
def test_invalid_callback_is_not_executable(
    make: Callable[..., Exchange], callback: str, body: str, media_type: str, results: list[bool]
) -> None:
    exchange = make(
        200, body, media_type=media_type, url=f"https://api.example.com/books?callback={callback}"
    )

    assert [finding.holds for finding in no_script_injection("B-1")(exchange, None)] == results
