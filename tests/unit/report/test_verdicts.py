from __future__ import annotations

from datetime import date

import pytest
from tests.unit.report.conftest import MakeClaim, MakeResult, MakeViolation

from tuningfork.model import Level, Verdict
from tuningfork.report.deviations import Deviation
from tuningfork.report.verdicts import aggregate, problems

TODAY = date(2024, 5, 1)


def deviation(expiry: date = date(2024, 5, 1), claim: str = "SC-A-01") -> Deviation:
    return Deviation(
        claim=claim, target="staging", reason="known", link="https://x/1", owner="ann", expiry=expiry
    )


@pytest.mark.parametrize(
    ("level", "verdict"),
    [(Level.MUST, Verdict.FAILED), (Level.SHOULD, Verdict.WARNED), (Level.MAY, Verdict.INFO)],
)
def test_level_of_broken_claim_decides_verdict(
    make_claim: MakeClaim,
    make_result: MakeResult,
    make_violation: MakeViolation,
    level: Level,
    verdict: Verdict,
) -> None:
    [result] = aggregate(
        [make_claim(level=level)],
        [make_result(), make_result(outcome="failed", violations=(make_violation(),))],
    )

    assert result.verdict is verdict
    assert result.reason == "GET /tracks: expected 401; found 200"
    assert result.violations[0].test == "t.py::SC-A-01"


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], Verdict.NOT_VERIFIED),
        (["passed", "passed"], Verdict.PASSED),
        (["passed", "not verified"], Verdict.PASSED),
        (["not verified"], Verdict.NOT_VERIFIED),
        (["passed", "error"], Verdict.ERROR),
        (["error", "failed"], Verdict.FAILED),
    ],
)
def test_worst_outcome_decides_verdict(
    make_claim: MakeClaim, make_result: MakeResult, outcomes: list[str], verdict: Verdict
) -> None:
    [result] = aggregate([make_claim()], [make_result(outcome=each, reason=each) for each in outcomes])

    assert result.verdict is verdict
    assert (result.reason is None) == (verdict is Verdict.PASSED)


def test_violation_found_by_test_of_another_claim_fails_claim(
    make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    claims = [make_claim("SC-A-01"), make_claim("SC-A-02")]

    one, two = aggregate(
        claims, [make_result("SC-A-01"), make_result("SC-A-02", violations=(make_violation("SC-A-01"),))]
    )

    assert (one.verdict, two.verdict) == (Verdict.FAILED, Verdict.PASSED)


def test_claim_of_test_that_failed_on_another_claim_is_not_verified(
    make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    both = make_result(
        claims=("SC-A-01", "SC-A-02"), outcome="failed", violations=(make_violation("SC-A-01"),)
    )

    one, two = aggregate([make_claim("SC-A-01"), make_claim("SC-A-02")], [both])

    assert (one.verdict, two.verdict) == (Verdict.FAILED, Verdict.NOT_VERIFIED)
    assert two.reason == "its test failed on another claim"


def test_distinct_reasons_are_joined_and_truncated(make_claim: MakeClaim, make_result: MakeResult) -> None:
    reasons = ["needs user2", "needs user2", "no list\nis long", "x" * 300, "four", "five"]

    [result] = aggregate(
        [make_claim()], [make_result(outcome="not verified", reason=reason) for reason in reasons]
    )

    assert result.reason is not None
    first, second, third, more = result.reason.split("; ")
    assert (first, second, more) == ("needs user2", "no list is long", "and 2 more")
    assert len(third) == 160


def test_first_three_distinct_violations_are_reported(
    make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    found = ["200", "200", "500", "501", "502"]

    [result] = aggregate(
        [make_claim()],
        [make_result(outcome="failed", violations=(make_violation(found=each),)) for each in found],
    )

    assert [each.found for each in result.violations] == ["200", "500", "501"]


def test_violation_names_the_operations_of_others_with_the_same_texts(
    make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    found = [("GET /b", "200"), ("GET /c", "200"), ("GET /a", "200"), ("GET /b", "200"), ("GET /d", "500")]

    [result] = aggregate(
        [make_claim()],
        [
            make_result(outcome="failed", violations=(make_violation(found=text, operation=operation),))
            for operation, text in found
        ],
    )

    assert [(each.operation, each.also) for each in result.violations] == [
        ("GET /b", ("GET /a", "GET /c")),
        ("GET /d", ()),
    ]
    assert ("also at", "GET /a, GET /c") in result.violations[0].rows()


def test_broken_claim_is_waived_until_deviation_expires(
    make_claim: MakeClaim, make_result: MakeResult
) -> None:
    failed = [make_result(outcome="failed", reason="no")]

    [waived] = aggregate([make_claim()], failed, [deviation()], TODAY)
    [failed_again] = aggregate([make_claim()], failed, [deviation()], date(2024, 5, 2))

    assert (waived.verdict, waived.reason) == (Verdict.WAIVED, "known (https://x/1, until 2024-05-01)")
    assert failed_again.verdict is Verdict.FAILED


def test_expired_or_fixed_deviation_is_a_problem(make_claim: MakeClaim, make_result: MakeResult) -> None:
    passed = aggregate([make_claim()], [make_result()], [deviation()], TODAY)
    skipped = aggregate([make_claim()], [make_result(outcome="not verified")], [deviation()], TODAY)

    assert problems(passed, [deviation()], TODAY) == ["SC-A-01: passes again; remove its deviation"]
    assert problems(skipped, [deviation()], TODAY) == []
    assert problems(skipped, [deviation(date(2024, 4, 30))], TODAY) == [
        "SC-A-01: the deviation of ann expired on 2024-04-30; see https://x/1"
    ]


def test_error_is_not_waived(make_claim: MakeClaim, make_result: MakeResult) -> None:
    [result] = aggregate(
        [make_claim()], [make_result(outcome="error", reason="KeyError")], [deviation()], TODAY
    )

    assert (result.verdict, result.reason) == (Verdict.ERROR, "KeyError")
