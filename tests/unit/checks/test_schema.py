from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import schema
from tuningfork.checks.base import status_in
from tuningfork.checks.simple_style import parse_header_value
from tuningfork.contract.document import Node
from tuningfork.contract.openapi import Operation, Parameter
from tuningfork.contract.schema import Schema, Validators
from tuningfork.model import Exchange

Make = Callable[..., Exchange]
NOT_JSON = "a body that is not JSON: application/json with "


def test_conforming_body_satisfies_claims(make: Make, books: Operation) -> None:
    findings = list(schema.conforms()(make(200, [{"id": 1, "price": 3}]), books))

    assert [(finding.claim, finding.holds) for finding in findings] == [("B-1", True), ("B-2", True)]


def test_similar_violations_are_one_finding(make: Make, books: Operation) -> None:
    (finding,) = schema.body()(make(200, [{"id": 1, "price": "x"}] * 50), books)

    assert (finding.claim, finding.holds, finding.pointer) == ("B-2", False, "/0/price")
    assert finding.found == '"x" (and 49 similar violations)'


@pytest.mark.parametrize(
    ("body", "media_type", "found"),
    [
        (b"", "application/json", "an empty body"),
        ("[", "application/json", NOT_JSON + "["),
        (
            '[{"id": NaN}]',
            "application/json",
            NOT_JSON + '[{"id": NaN}]',
        ),
        (
            "[]".encode("utf-16"),
            "application/json",
            NOT_JSON + '"��[\\u0000]\\u0000"',
        ),
        ([], "text/html", "text/html with []"),
        ([], None, "no Content-Type with []"),
    ],
)
def test_undocumented_body_breaks_claims_of_response(
    make: Make, books: Operation, body: Any, media_type: str | None, found: str
) -> None:
    (finding,) = schema.body()(make(200, body, media_type=media_type), books)

    assert (finding.claim, finding.holds, finding.found) == ("B-1", False, found)


def test_violation_without_claim_is_informational(make: Make, books: Operation) -> None:
    (finding,) = schema.body()(make(404, "nothing", media_type="text/plain"), books)

    assert (finding.claim, finding.holds, finding.expected) == (None, False, "5 or fewer characters")


def test_json_in_jsonp_call_is_validated(make: Make, books: Operation) -> None:
    url = "https://api.example.com/books?callback=show"
    response = make(200, "/**/show([{}]);", media_type="application/javascript", url=url)

    (finding,) = schema.body()(response, books)

    assert finding.expected == 'a property "id"'


@pytest.mark.parametrize(
    "options",
    [
        {"status": 302, "body": "anything"},
        {"status": 418, "body": "anything"},
        {"method": "HEAD"},
        {"status": 304},
    ],
)
def test_undocumented_response_has_no_finding(make: Make, books: Operation, options: dict[str, Any]) -> None:
    assert not list(schema.body()(make(**options), books))
    assert not list(schema.body()(make(**options), None))


def test_excluded_response_is_not_checked(make: Make, books: Operation) -> None:
    assert not list(schema.body(unless=status_in(200))(make(200), books))
    assert not list(schema.headers(unless=status_in(200))(make(200), books))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Total": "3"}, [("B-2", True)]),
        ({"X-Total": "-3"}, [("B-2", False)]),
        ({"X-Total": "many"}, [("B-2", False)]),
        ({}, [("B-2", False)]),
        ({"x-total": "0", "X-Word": "word"}, [("B-2", True), ("B-1", True)]),
        ({"x-total": "0", "X-Word": "W"}, [("B-2", True), ("B-1", False)]),
        ({"x-total": "0", "X-Word": "12"}, [("B-2", True), ("B-1", False)]),
        ({"x-total": "1e400"}, [("B-2", True)]),
        ({"x-total": "NaN"}, [("B-2", False)]),
    ],
)
def test_documented_headers_are_validated(
    make: Make, books: Operation, headers: dict[str, str], expected: list[tuple[str, bool]]
) -> None:
    findings = schema.headers()(make(200, [], headers=headers), books)

    assert [(finding.claim, finding.holds) for finding in findings] == expected


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "array", "items": {"type": "string"}}, "a,b", ["a", "b"]),
        ({"type": "array", "items": {"type": "string"}}, "a, b", ["a", "b"]),
        ({"type": "array", "items": {"type": "string"}}, "1", ["1"]),
        ({"type": "array", "items": {"type": "integer"}}, "1, 2", [1, 2]),
        ({"type": "array", "items": {"type": "integer"}}, "1,x", [1, "x"]),
        ({"type": "array"}, "", []),
        ({"type": ["array", "null"], "items": {"type": "boolean"}}, "true", [True]),
        ({"allOf": [{"type": "array"}, {"items": {"type": "integer"}}]}, "1,2", [1, 2]),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            "1,2",
            ["1", 2],
        ),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, "a,1,b,2", {"a": 1, "b": "2"}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "a,1", {"a": 1}),
        ({"type": "string"}, "a,b", "a,b"),
        ({"type": "string", "pattern": "^x"}, "1,2", "1,2"),
        ({"type": ["integer", "null"]}, "null", None),
        ({"type": "integer"}, "x", "x"),
        ({}, "1", "1"),
    ],
)
def test_header_in_style_simple_is_parsed_by_its_schema(schema: Any, text: str, value: object) -> None:
    assert parse_header_value(text, header(schema)) == value


def test_exploded_object_has_equals_signs() -> None:
    documented = header({"type": "object", "properties": {"a": {"type": "integer"}}}, explode=True)

    assert parse_header_value("a=1,b=x=y", documented) == {"a": 1, "b": "x=y"}


def test_header_with_content_is_json() -> None:
    documented = header({"type": "array"}, media_type="application/json")

    assert parse_header_value('["a,b"]', documented) == ["a,b"]
    assert parse_header_value("a,b", documented) == "a,b"


def header(schema: Any, media_type: str = "", **keywords: Any) -> Parameter:
    node = Node(schema, schema)
    owner = Node(keywords, keywords)
    return Parameter("X-A", "header", False, owner, (), Schema(node, Validators(schema)), media_type)
