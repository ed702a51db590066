from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks.base import Check, status_in
from tuningfork.checks.envelope import EnvelopeSchema, status_in_set
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

Make = Callable[..., Exchange]
ENVELOPE = EnvelopeSchema(
    phrases={200: "OK", 201: "Created", 404: "Not Found", 409: "Conflict"},
    texts={404: "Nothing was found", 409: "It exists already"},
)
GOOD = {"status": 200, "message": "OK", "data": []}
BAD = {"status": 404, "message": "Not Found", "error": "Nothing was found"}


def results(check: Check, exchange: Exchange) -> list[bool]:
    return [finding.holds for finding in check(exchange, None)]


@pytest.mark.parametrize(
    ("body", "media_type", "holds"),
    [
        (GOOD, "application/json", True),
        (GOOD, 'Application/JSON;charset="UTF-8"', True),
        ({**GOOD, "more": 1}, "application/json", True),
        (GOOD, "text/html", False),
        (GOOD, "application/problem+json", False),
        (GOOD, None, False),
        ({"status": "200", "message": "OK"}, "application/json", False),
        ({"status": True, "message": "OK"}, "application/json", False),
        ({"status": 200, "message": None}, "application/json", False),
        ({"status": 200}, "application/json", False),
        ([GOOD], "application/json", False),
        ("OK", "application/json", False),
    ],
)
def test_shape_requires_status_and_message(
    make: Make, body: Any, media_type: str | None, holds: bool
) -> None:
    assert results(ENVELOPE.shape("B-1"), make(200, body, media_type=media_type)) == [holds]


@pytest.mark.parametrize(
    ("rule", "status", "body", "expected"),
    [
        (ENVELOPE.repeats_status, 404, BAD, [True]),
        (ENVELOPE.repeats_status, 404, {**BAD, "status": 200}, [False]),
        (ENVELOPE.repeats_status, 404, {**BAD, "status": "404"}, [False]),
        (ENVELOPE.repeats_status, 404, {"message": "Not Found"}, [False]),
        (ENVELOPE.repeats_status, 404, "no object", []),
        (ENVELOPE.message_text, 404, BAD, [True]),
        (ENVELOPE.message_text, 404, {**BAD, "message": "Not found"}, [False]),
        (ENVELOPE.message_text, 404, {**BAD, "message": None}, [False]),
        (ENVELOPE.message_text, 418, {**BAD, "message": "anything"}, []),
    ],
)
def test_status_and_message_match_http_status(
    make: Make, rule: Callable[[str], Check], status: int, body: Any, expected: list[bool]
) -> None:
    assert results(rule("B-1"), make(status, body)) == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, GOOD, [True]),
        (201, {"data": {}, "error": None}, [True]),
        (200, {"data": 0}, [True]),
        (200, {"status": 200}, [False]),
        (200, {"data": None}, [False]),
        (200, {"data": [], "error": ""}, [False]),
        (200, [GOOD], [False]),
        (200, "", [False]),
        (206, {}, []),
        (404, {}, []),
    ],
)
def test_success_has_data_and_no_error(make: Make, status: int, body: Any, expected: list[bool]) -> None:
    assert results(ENVELOPE.data_on_success("B-1"), make(status, body)) == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, BAD, [True]),
        (418, {"error": "teapot", "data": None}, [True]),
        (503, {"error": "later"}, [True]),
        (404, {"error": ""}, [False]),
        (404, {"error": ["no"]}, [False]),
        (404, {"error": None}, [False]),
        (404, {"error": "no", "data": {}}, [False]),
        (404, {"error": "no", "data": False}, [False]),
        (404, "<h1>No</h1>", [False]),
        (404, "", [False]),
        (302, "", []),
    ],
)
def test_failure_has_error_text_and_no_data(make: Make, status: int, body: Any, expected: list[bool]) -> None:
    assert results(ENVELOPE.error_on_failure("B-1"), make(status, body)) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("Nothing was found", [True]),
        ("nothing was found.", [True]),
        ("Nothing was found: book 7 does not exist", [True]),
        ("Book 7 does not exist", [True]),
        ("Not Found", [True]),
        ("It exists already", [False]),
        ("conflict", [False]),
        ("OK", [False]),
        ("404", [False]),
        (" ", [False]),
        ("", []),
        (None, []),
    ],
)
def test_error_text_matches_status(make: Make, error: Any, expected: list[bool]) -> None:
    assert results(ENVELOPE.error_text("B-1"), make(404, {"error": error})) == expected
    assert results(ENVELOPE.error_text("B-1"), make(418, {"error": error})) == []


@pytest.mark.parametrize("rule", [ENVELOPE.shape, ENVELOPE.data_on_success, ENVELOPE.error_on_failure])
@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (204, {}),
        (304, {}),
        (404, {"method": "HEAD"}),
        (400, {"url": "https://api.example.com/books/%zz"}),
        (414, {}),
        (431, {}),
        (200, {"method": "OPTIONS"}),
        (200, {"method": "TRACE"}),
    ],
)
def test_http_layer_response_needs_no_envelope(
    make: Make, rule: Callable[[str], Check], status: int, sent: dict[str, str]
) -> None:
    assert results(rule("B-1"), make(status, "<h1>No</h1>", media_type="text/html", **sent)) == []


def test_json_response_to_malformed_request_is_checked(make: Make) -> None:
    exchange = make(400, {"status": 200}, url="https://api.example.com/books/%zz")

    assert results(ENVELOPE.repeats_status("B-1"), exchange) == [False]


def test_check_applies_to_its_scope_only(make: Make) -> None:
    rule = ENVELOPE.error_on_failure("B-1", status_in(500))

    assert results(rule, make(404, "")) == []
    assert results(rule, make(500, "")) == [False]


@pytest.mark.parametrize(("status", "holds"), [(200, True), (404, True), (422, False), (502, False)])
def test_status_must_be_in_set(make: Make, books: Operation, status: int, holds: bool) -> None:
    check = status_in_set("B-1", frozenset({200, 404}))

    assert [finding.holds for finding in check(make(status), books)] == [holds]
    assert results(check, make(status)) == []
