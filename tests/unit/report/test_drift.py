"""A live exchange is compared with its recording in three tiers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tuningfork.model import Exchange, Finding, Headers, Level, Request, Response
from tuningfork.redaction import Disclosure
from tuningfork.report import drift_report, table
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.drift import Comparable, Comparison, Difference, Tier, enum_names
from tuningfork.report.drift_report import Drift
from tuningfork.report.recorded_exchange import RecordedExchange

COMPARISON = Comparison({"A-1": Level.MUST, "A-2": Level.SHOULD}, frozenset({"sharing"}))
BODY = {"id": 1, "title": "a", "sharing": "public", "user": {"id": 2, "city": None}, "tags": ["x"]}


def comparable(
    body: Any = BODY,
    findings: Iterable[Finding] = (),
    operation: str | None = "GET /tracks",
    status: int = 200,
    **headers: str,
) -> Comparable:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = [
        ("Content-Type", "application/json"),
        *((name.replace("_", "-"), value) for name, value in headers.items()),
    ]
    exchange = Exchange(Request("GET", "https://a.test/tracks/7"), Response(status, "", Headers(pairs), text))
    checked = CheckedExchange(RecordedExchange(Path("a"), 1, exchange), "a", operation, tuple(findings))
    return Comparable(exchange, checked)


def compare(old: Comparable | list[Comparable], new: Comparable | list[Comparable]) -> list[Difference]:
    old, new = ([each] if isinstance(each, Comparable) else each for each in (old, new))
    return list(COMPARISON.compare(old, new))


@pytest.mark.parametrize(
    "live",
    [
        comparable({**BODY, "id": 99, "title": "other words", "user": {"id": 5, "city": "Bonn"}}),
        comparable({**BODY, "tags": []}),
        comparable({**BODY, "tags": ["y", "z"]}),
        comparable({**BODY, "title": None}),
        comparable(Date="later", Server="other", Content_Length="77", ETag='"2"'),
    ],
)
def test_expected_differences_are_not_reported(live: Comparable) -> None:
    assert compare(comparable(Date="now"), live) == []


@pytest.mark.parametrize(
    ("live", "text"),
    [
        (comparable({**BODY, "new": 1}), "/new is new"),
        (comparable({name: BODY[name] for name in BODY if name != "title"}), "/title is missing"),
        (comparable({**BODY, "user": {"id": 2}}), "/user/city is missing"),
        (comparable({**BODY, "id": "1"}), "/id is a string instead of a number"),
        (comparable({**BODY, "tags": [1]}), "/tags/* is a number instead of a string"),
        (comparable({**BODY, "sharing": "private"}), "/sharing has the value private"),
        (comparable(status=203), "the status is 203 instead of 200"),
        (comparable(X_New="1"), "the header x-new is new"),
        (comparable(b"<p>"), None),
    ],
)
def test_other_structure_is_a_difference(live: Comparable, text: str | None) -> None:
    found = compare(comparable(), live)

    assert [(each.tier, each.text) for each in found] == ([(Tier.DIFFERENCE, text)] if text else [])


def test_missing_header_and_other_media_type_are_differences() -> None:
    old, new = comparable(X_Old="1"), comparable()
    page = Response(200, "", Headers([("Content-Type", "text/html; charset=utf-8")]), b"<p>")
    html = Comparable(Exchange(new.exchange.request, page), new.checked)

    assert [each.text for each in compare(old, new)] == ["the header x-old is missing"]
    assert [each.text for each in compare(new, html)] == [
        "the media type is text/html instead of application/json"
    ]


def test_property_of_some_items_does_not_differ() -> None:
    old = comparable([{"id": 1, "note": "x"}, {"id": 2}])

    assert compare(old, comparable([{"id": 3}, {"id": 4, "note": "y"}])) == []
    assert [each.text for each in compare(old, comparable([{"id": 3}]))] == ["/*/note is missing"]
    assert compare(old, comparable([])) == []


def test_finding_that_the_recording_does_not_have_decides_the_tier() -> None:
    known = Finding("A-1", False, "a number", "'x'", "/items/0/id")
    same = Finding("A-1", False, "a number", "'y'", "/items/3/id")
    broken = Finding("A-2", False, "a title", "none", "/title")
    note = Finding(None, False, "a string", "1", "/other")

    found = compare(comparable(findings=[known]), comparable(findings=[same, broken, note]))

    assert [(each.tier, each.claim, each.level) for each in found] == [
        (Tier.CLAIM, "A-2", Level.SHOULD),
        (Tier.DOCUMENT, "", None),
    ]


def test_requests_are_aligned_by_their_operation() -> None:
    create, read, delete = (
        comparable(operation=each) for each in ("POST /x", "GET /x/{id}", "DELETE /x/{id}")
    )
    changed = comparable({**BODY, "new": 1}, operation="DELETE /x/{id}")

    found = compare([create, read, delete], [create, read, read, read, comparable(operation=None), changed])

    assert [(each.operation, each.text, each.number) for each in found] == [
        ("GET /tracks/*", "the request was not recorded", 5),
        ("DELETE /x/{id}", "/new is new", 6),
    ]
    assert [each.text for each in compare([create, read], [create])] == ["the recorded request was not sent"]


@pytest.mark.parametrize(
    ("level", "tier", "reached"),
    [
        (Level.MUST, Tier.CLAIM, [True, True, True]),
        (Level.SHOULD, Tier.CLAIM, [False, False, False]),
        (None, Tier.DOCUMENT, [False, True, True]),
        (None, Tier.DIFFERENCE, [False, False, True]),
    ],
)
def test_a_tier_includes_the_more_serious_ones(level: Level | None, tier: Tier, reached: list[bool]) -> None:
    found = Drift("staging", differences=[("test", Difference(tier, "GET /x", "text", "A-1", level))])

    assert [found.has_reached(each) for each in Tier] == reached


def test_report_has_no_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    text = "found https://a.test/?access_token=PLANTED-SECRET\x1b[2J"
    found = Drift("staging", 1, 1, [("test", Difference(Tier.DOCUMENT, "GET /x", text))], {"other": text})

    drift_report.print_drift(found, table.console(), Disclosure())
    output = f"{capsys.readouterr().out}{drift_report.as_json(found, Disclosure())}"

    assert "PLANTED" not in output
    assert "\x1b" not in output
    assert "access_token=$ACCESS_TOKEN" in output


def test_names_with_an_enum_are_found_anywhere_in_the_document() -> None:
    schema = {"properties": {"kind": {"const": "x"}, "inner": {"properties": {"sharing": {"enum": ["a"]}}}}}

    assert set(enum_names({"components": [schema]})) == {"kind", "sharing"}
