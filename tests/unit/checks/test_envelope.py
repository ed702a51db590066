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
    texts={404: "Nothing is here", 409: "It was here before"},
)
GOOD = {"status": 200, "message": "OK", "data": []}
BAD = {"status": 404, "message": "Not Found", "error": "Nothing is here"}


def verdicts(check: Check, exchange: Exchange) -> list[bool]:
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
def test_the_shape_of_a_body(make: Make, body: Any, media_type: str | None, holds: bool) -> None:
    assert verdicts(ENVELOPE.shape("B-1"), make(200, body, media_type=media_type)) == [holds]


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
def test_what_a_body_says_again(
    make: Make, rule: Callable[[str], Check], status: int, body: Any, expected: list[bool]
) -> None:
    assert verdicts(rule("B-1"), make(status, body)) == expected


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
def test_a_success_has_data_alone(make: Make, status: int, body: Any, expected: list[bool]) -> None:
    assert verdicts(ENVELOPE.data_on_success("B-1"), make(status, body)) == expected


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
def test_an_error_has_a_text_alone(make: Make, status: int, body: Any, expected: list[bool]) -> None:
    assert verdicts(ENVELOPE.error_on_failure("B-1"), make(status, body)) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("Nothing is here", [True]),
        ("nothing is here.", [True]),
        ("Nothing is here: there is no book 7", [True]),
        ("There is no book 7", [True]),
        ("Not Found", [True]),
        ("It was here before", [False]),
        ("conflict", [False]),
        ("OK", [False]),
        ("404", [False]),
        (" ", [False]),
        ("", []),
        (None, []),
    ],
)
def test_an_error_speaks_of_its_status(make: Make, error: Any, expected: list[bool]) -> None:
    assert verdicts(ENVELOPE.error_text("B-1"), make(404, {"error": error})) == expected
    assert verdicts(ENVELOPE.error_text("B-1"), make(418, {"error": error})) == []


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
def test_what_http_answers_itself_has_no_envelope(
    make: Make, rule: Callable[[str], Check], status: int, sent: dict[str, str]
) -> None:
    assert verdicts(rule("B-1"), make(status, "<h1>No</h1>", media_type="text/html", **sent)) == []


def test_json_of_a_malformed_request_is_judged_all_the_same(make: Make) -> None:
    exchange = make(400, {"status": 200}, url="https://api.example.com/books/%zz")

    assert verdicts(ENVELOPE.repeats_status("B-1"), exchange) == [False]


def test_a_rule_is_only_of_its_scope(make: Make) -> None:
    rule = ENVELOPE.error_on_failure("B-1", status_in(500))

    assert verdicts(rule, make(404, "")) == []
    assert verdicts(rule, make(500, "")) == [False]


@pytest.mark.parametrize(("status", "holds"), [(200, True), (404, True), (422, False), (502, False)])
def test_an_operation_answers_what_is_listed(make: Make, books: Operation, status: int, holds: bool) -> None:
    check = status_in_set("B-1", frozenset({200, 404}))

    assert [finding.holds for finding in check(make(status), books)] == [holds]
    assert verdicts(check, make(status)) == []
