from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import ExpectationFailed
from tuningfork.checks.jsonp import (
    CALLBACK_NAMES,
    INVALID_CALLBACKS,
    NAME,
    calls_callback,
    expect_call,
    expect_no_script,
)
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Headers, Request, Response

SCRIPT, JSON, HTML = "text/javascript", "application/json", "text/html"


def exchange(body: str, kind: str = SCRIPT, status: int = 200) -> Exchange:
    fields = Headers([("Content-Type", kind)])
    return Exchange(Request("GET", "https://api.test/x"), Response(status, "", fields, body.encode()))


@pytest.mark.parametrize("body", ['f({"a": 1})', '/**/f({"a": 1});', ' f ( {"a": 1} ) ; '])
def test_the_argument_of_a_call_is_its_json(body: str) -> None:
    assert expect_call(exchange(body), "f") == {"a": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        exchange("g(1)"),
        exchange("1"),
        exchange("f(1);alert(1)"),
        exchange("f(x)"),
        exchange("f(1)", kind=JSON),
        exchange("f(1)", status=404),
    ],
)
def test_what_is_no_such_call_has_none(wrong: Exchange) -> None:
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
def test_a_callback_may_be_refused_or_ignored(right: Exchange) -> None:
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
def test_it_is_never_a_script(wrong: Exchange) -> None:
    with pytest.raises(ExpectationFailed):
        expect_no_script(wrong, "alert(1)")


@pytest.mark.parametrize("kind", [HTML, "image/svg+xml", ""])
def test_a_tag_is_never_on_a_page(kind: str) -> None:
    with pytest.raises(ExpectationFailed):
        expect_no_script(exchange("no callback <script>x</script>", kind, 400), "<script>x</script>")


def test_a_name_is_one_and_what_is_none_is_not() -> None:
    assert all(NAME.fullmatch(name) for name in CALLBACK_NAMES)
    assert not any(NAME.fullmatch(name) for name in INVALID_CALLBACKS)


@pytest.mark.parametrize(
    ("name", "body", "kind", "holds"),
    [
        ("true", "[1]", JSON, []),
        ("a.b", "[1]", JSON, []),
        ("a.b", "a.b([1])", SCRIPT, [True]),
        ("a.b", "a([1])", SCRIPT, [False]),
    ],
)
def test_what_may_be_no_name_may_be_passed_over(
    make: Callable[..., Exchange], books: Operation, name: str, body: str, kind: str, holds: list[bool]
) -> None:
    url = f"https://api.example.com/books?callback={name}"
    asked = make(200, body, media_type=kind, url=url, sent={"Authorization": "Key 1"})

    assert [finding.holds for finding in calls_callback("B-1")(asked, books)] == holds
