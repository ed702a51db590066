"""The checks of declared forms: which responses break them, and which are not judged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tuningfork.checks.declared import declared_checks
from tuningfork.contract.document import Node
from tuningfork.contract.operation import Operation
from tuningfork.conventions.catalogue import catalogue
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange, Headers, Request, Response

OPERATION = Operation("GET", "/things", Node({}, {}), (), {}, (), secured=False)
PROBLEM = {"members": {"/code": "^[a-z_]+$"}, "code": "/code", "codes": {"404": ["not_found"]}}
NOT_FOUND = '{"code": "not_found"}'
GOOD = '{"status": 200, "data": {"id": 7, "created_at": "2026-01-02T03:04:05Z"}}'
ENVELOPE = {"members": {"/status": "integer"}, "data": "/data", "status": "/status", "closed": True}


def broken(
    declared: dict[str, Any],
    status: int,
    body: str,
    headers: dict[str, str] | None = None,
    request: Request | None = None,
    operation: Operation | None = OPERATION,
) -> set[str]:
    """Return the generic claims that a response breaks."""
    groups = {key: [catalogue()[key].model.model_validate(value)] for key, value in declared.items()}
    checks = list(declared_checks(Declaration("acme", prefix="AC", groups=groups)))
    sent = {"Content-Type": "application/json", **(headers or {})}
    exchange = Exchange(
        request or Request("GET", "https://acme.invalid/things"),
        Response(status, "", Headers(sent.items()), body.encode()),
    )
    findings = [finding for check in checks for finding in check(exchange, operation)]
    return {str(finding.claim).removeprefix("AC-") for finding in findings if not finding.holds}


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (NOT_FOUND, set()),
        ('{"code": "not_found", "more": 1}', set()),
        ('{"code": "gone"}', {"ERRORS-CODE"}),
        ('{"code": "GONE"}', {"ERRORS-CODE", "ERRORS-FORM"}),
        ("{}", {"ERRORS-CODE", "ERRORS-FORM"}),
        ("{", {"ERRORS-CODE", "ERRORS-FORM", "ERRORS-IS-JSON"}),
        ("", {"ERRORS-CODE", "ERRORS-FORM"}),
    ],
)
def test_form_of_an_error(body: str, claims: set[str]) -> None:
    assert broken({"errors": PROBLEM}, 404, body) == claims


def test_error_outside_of_the_document_breaks_a_claim_of_its_own() -> None:
    assert broken({"errors": PROBLEM}, 404, "{}", operation=None) == {"ERRORS-EVERYWHERE"}


def test_bare_status_may_have_any_form() -> None:
    assert broken({"errors": {**PROBLEM, "bare": [405]}}, 405, "<p>", {"Content-Type": "text/html"}) == set()
    assert broken({"errors": PROBLEM}, 405, "<p>", {"Content-Type": "text/html"}) != set()


def test_refusal_of_a_malformed_request_by_the_http_layer_is_not_judged() -> None:
    malformed = Request("GET", "https://acme.invalid/things/%zz")

    assert broken({"errors": PROBLEM}, 400, "bad", {"Content-Type": "text/plain"}, malformed) == set()


def test_success_is_an_error_where_a_value_says_so() -> None:
    errors = {"when": {"/ok": False}, "members": {"/error": "."}}

    assert broken({"errors": errors}, 200, '{"ok": false}') == {"ERRORS-FORM"}
    assert broken({"errors": errors}, 200, '{"ok": true}') == set()
    assert broken({"errors": errors}, 200, '{"ok": 0}') == set()


@pytest.mark.parametrize(
    ("standard", "media_type", "body"),
    [
        ("problem-details", "application/problem+json", {"status": 404, "title": "Not found"}),
        ("json-api", "application/vnd.api+json", {"errors": [{"status": "404", "title": "Not found"}]}),
        (
            "scim",
            "application/scim+json",
            {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404"},
        ),
        ("odata", "application/json", {"error": {"code": "NotFound", "message": "Not found"}}),
        (
            "fhir",
            "application/fhir+json",
            {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]},
        ),
    ],
)
def test_standard_form(standard: str, media_type: str, body: dict[str, Any]) -> None:
    declared = {"errors": {"standard": standard}}
    sent = {"Content-Type": f"{media_type}; charset=utf-8"}

    assert broken(declared, 404, json.dumps(body), sent) == set()
    assert broken(declared, 404, '["Not found"]', sent) != set()
    assert broken(declared, 404, json.dumps(body), {"Content-Type": "text/plain"}) == {"ERRORS-MEDIA-TYPE"}


def test_standard_repeats_the_status() -> None:
    declared = {"errors": {"standard": "problem-details"}}
    sent = {"Content-Type": "application/problem+json"}

    assert broken(declared, 404, '{"status": 400}', sent) == {"ERRORS-STATUS"}
    assert broken(declared, 404, "{}", sent) == set()


@pytest.mark.parametrize(
    ("text", "is_broken"),
    [("No such thing", False), ("Thing 7 is gone.", False), ("No credentials", True), ("-", True)],
)
def test_text_of_an_error_says_more_about_its_status(text: str, is_broken: bool) -> None:
    phrases = {"at": "/error", "404": "No such thing", "401": "No credentials", "more": "allowed"}

    found = broken({"errors": {"phrases": phrases}}, 404, json.dumps({"error": text}))

    assert found == ({"ERRORS-PHRASE"} if is_broken else set())


def test_internals_in_an_error() -> None:
    declared = {"errors": {"no-internals": True, "no-5xx": True}}
    query = "SELECT * FROM things"
    request = Request("POST", "https://acme.invalid/things", body=query.encode())

    assert broken(declared, 400, f"unexpected: {query}") == {"ERRORS-NO-INTERNALS"}
    assert broken(declared, 400, f"unexpected: {query}", request=request) == set()
    assert broken(declared, 500, "sorry") == {"ERRORS-NO-5XX"}
    assert broken(declared, 501, "sorry") == set()


@pytest.mark.parametrize(
    ("body", "claims"),
    [
        (GOOD, set()),
        (GOOD.replace("200", "201"), {"ENVELOPE-STATUS"}),
        (GOOD.replace("200", '"200"'), {"ENVELOPE-SHAPE"}),
        ('{"status": 200}', {"ENVELOPE-DATA"}),
        ('{"status": 200, "data": null}', set()),
        ('{"status": 200, "data": 1, "x": 1}', {"ENVELOPE-CLOSED"}),
        ('{"status": 200, "data": 1, "code": "late"}', {"ENVELOPE-CLOSED", "ENVELOPE-ERROR"}),
        ('{"status": 200, "data": 1, "code": null}', {"ENVELOPE-CLOSED"}),
        ("", {"ENVELOPE-DATA", "ENVELOPE-SHAPE", "ENVELOPE-STATUS"}),
    ],
)
def test_form_of_a_success(body: str, claims: set[str]) -> None:
    declared = {"envelope": ENVELOPE, "errors": {"members": {"/code": "string", "/status": "integer"}}}

    assert broken(declared, 200, body) == claims


@pytest.mark.parametrize("status", [202, 204, 304])
def test_response_without_a_body_has_no_envelope(status: int) -> None:
    assert broken({"envelope": ENVELOPE}, status, "") == set()


def test_error_has_no_data() -> None:
    assert broken({"envelope": {"data": "/data"}}, 404, '{"data": {}}') == {"ENVELOPE-ERROR"}
    assert broken({"envelope": {"data": "/data"}}, 404, '{"data": null}') == set()


@pytest.mark.parametrize(
    ("value", "is_broken"),
    [
        (1767323045, False),
        (1767323045000, False),
        ('"2026-01-02T03:04:05Z"', False),
        (1767323345, False),
        (1767323346, True),
        (0, True),
        ("null", True),
    ],
)
def test_clock_is_near_the_header_date(value: object, is_broken: bool) -> None:
    sent = {"Date": "Fri, 02 Jan 2026 03:04:05 GMT"}

    found = broken({"envelope": {"clock": "/time"}}, 200, f'{{"time": {value}}}', sent)

    assert found == ({"ENVELOPE-CLOCK"} if is_broken else set())


@pytest.mark.parametrize(
    ("allow", "claims"),
    [(None, {"REFUSAL-ALLOW"}), ("GET, POST", {"REFUSAL-ALLOW"}), ("POST", set()), ("", set())],
)
def test_allow_of_a_405(allow: str | None, claims: set[str]) -> None:
    sent = {} if allow is None else {"Allow": allow}

    assert broken({"refusals": {"method-allow": True}}, 405, "{}", sent) == claims


@pytest.mark.parametrize(
    ("status", "body", "headers", "claims"),
    [
        (204, "", {}, set()),
        (204, "", {"Content-Length": "0"}, set()),
        (204, "{}", {}, {"HTTP-EMPTY"}),
        (204, "", {"Content-Length": "2"}, {"HTTP-EMPTY"}),
        (304, "", {"Content-Length": "2"}, set()),
        (200, "{}", {}, set()),
    ],
)
def test_statuses_without_a_body(status: int, body: str, headers: dict[str, str], claims: set[str]) -> None:
    assert broken({"http": {"empty": [204, 304]}}, status, body, headers) == claims


@pytest.mark.parametrize(
    ("accepted", "is_broken"),
    [("gzip", False), ("*", False), ("gzip;q=0.1", False), ("gzip;q=0", True), ("br", True), ("", True)],
)
def test_coding_is_one_that_the_client_accepts(accepted: str, is_broken: bool) -> None:
    request = Request("GET", "https://acme.invalid/things", Headers([("Accept-Encoding", accepted)]))

    found = broken({"http": {"compression": True}}, 200, "{}", {"Content-Encoding": "gzip"}, request)

    assert found == ({"HTTP-COMPRESSION"} if is_broken else set())


@pytest.mark.parametrize(
    ("form", "value", "is_broken"),
    [
        ("rfc3339", '"2026-01-02T03:04:05.25+01:00"', False),
        ("rfc3339", '"2026-01-02 03:04:05"', True),
        ("rfc3339", "1767323045", True),
        ("epoch", "1767323045", False),
        ("epoch", '"1767323045"', True),
        ("http-date", '"Fri, 02 Jan 2026 03:04:05 GMT"', False),
        ("http-date", '"2026-01-02"', True),
        (r"^\\d{4}-\\d\\d$".replace("\\\\", "\\"), '"2026-01"', False),
        ("rfc3339", "null", False),
    ],
)
def test_form_of_times(form: str, value: str, is_broken: bool) -> None:
    body = f'{{"items": [{{"created_at": {value}}}]}}'

    by_name = broken({"formats": {"timestamps": form}}, 200, body)
    by_location = broken({"formats": {"timestamps": form, "at": ["/items/*/created_at"]}}, 200, body)

    assert by_name == by_location == ({"FORMAT-TIMESTAMPS"} if is_broken else set())


@pytest.mark.parametrize(
    ("form", "value", "is_broken"),
    [("integer", "7", False), ("integer", '"7"', True), ("uuid", '"7"', True), ("^t_", '"t_7"', False)],
)
def test_form_of_ids(form: str, value: str, is_broken: bool) -> None:
    found = broken({"formats": {"ids": form}}, 200, f'[{{"owner": {{"id": {value}}}}}]')

    assert found == ({"FORMAT-IDS"} if is_broken else set())


@pytest.mark.parametrize(
    ("headers", "claims"),
    [
        ({}, {"DEPRECATION-SUNSET", "DEPRECATION-DATE", "DEPRECATION-LINK"}),
        (
            {
                "Sunset": "Fri, 02 Jan 2026 03:04:05 GMT",
                "Deprecation": "@1688169599",
                "Link": '<https://acme.invalid/>; rel="help deprecation"',
            },
            set(),
        ),
        (
            {
                "Sunset": "Fri, 02 Jan 2026 03:04:05 GMT",
                "Deprecation": "@1893456000",
                "Link": "<https://acme.invalid/>; rel=deprecation",
            },
            {"DEPRECATION-ORDER"},
        ),
    ],
)
def test_headers_of_a_deprecated_operation(headers: dict[str, str], claims: set[str]) -> None:
    declared = {"deprecation": {"sunset": True, "deprecation": True, "link": "deprecation"}}

    assert broken(declared, 200, "{}", headers) == claims


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "1e400", "-" + "9" * 400])
def test_a_number_of_any_size_is_judged(number: str) -> None:
    declared = {
        "errors": {"members": {"/n": "integer"}},
        "envelope": {"members": {"/id": "integer", "/count": "number"}, "data": "/data", "clock": "/time"},
        "formats": {"ids": "integer"},
    }
    headers = {"Date": "Mon, 30 Nov 2026 12:00:00 GMT", "Age": "9" * 5000}

    assert broken(declared, 404, f'{{"n": {number}}}', headers) == set()
    body = f'{{"data": {{}}, "id": {number}, "count": {number}, "time": {number}}}'
    assert broken(declared, 200, body, headers) == {"ENVELOPE-CLOCK"}


@pytest.mark.parametrize(
    ("total", "limit", "claims"),
    [
        ("7", "5", set()),
        ("9" * 5000, "9" * 5000, set()),
        ("²", "5", {"PAGE-TOTAL"}),
        ("many", "²", {"PAGE-TOTAL", "RATE-HEADERS"}),
    ],
)
def test_headers_have_numbers_of_any_size(total: str, limit: str, claims: set[str]) -> None:
    declared = {
        "pagination": {
            "operations": ["GET /things"],
            "type": "page",
            "parameter": "page",
            "items": "/data",
            "total": {"at": {"header": "X-Total"}},
        },
        "rate-limit": {"refusal": 429, "headers": {"limit": "X-Limit", "remaining": "X-Left"}},
    }
    headers = {"X-Total": total, "X-Limit": limit, "X-Left": "1"}

    assert broken(declared, 200, '{"data": [1]}', headers) == claims
