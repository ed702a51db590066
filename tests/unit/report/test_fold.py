from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tuningfork.model import Claim, Level, Verdict
from tuningfork.report.deviations import Deviation
from tuningfork.report.test_result import Breach, Outcome
from tuningfork.report.verdicts import fold, problems

Make = Callable[..., Outcome]
TODAY = date(2024, 5, 1)


def deviation(expiry: date = date(2024, 5, 1), claim: str = "SC-A-01") -> Deviation:
    return Deviation(
        claim=claim, target="staging", reason="known", link="https://x/1", owner="ann", expiry=expiry
    )


@pytest.mark.parametrize(
    ("level", "verdict"),
    [(Level.MUST, Verdict.FAILED), (Level.SHOULD, Verdict.WARNED), (Level.MAY, Verdict.NOTED)],
)
def test_a_broken_claim_counts_by_its_level(
    claim: Callable[..., Claim], outcome: Make, breach: Callable[..., Breach], level: Level, verdict: Verdict
) -> None:
    [result] = fold([claim(level=level)], [outcome(), outcome(end="failed", breaches=(breach(),))])

    assert result.verdict is verdict
    assert result.reason == "expected 401; found 200"
    assert result.breaches[0].test == "t.py::SC-A-01"


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ([], Verdict.NOT_VERIFIED),
        (["passed", "passed"], Verdict.PASSED),
        (["passed", "not verified"], Verdict.PASSED),
        (["not verified"], Verdict.NOT_VERIFIED),
        (["passed", "error"], Verdict.ERROR),
        (["error", "failed"], Verdict.FAILED),
    ],
)
def test_the_worst_end_decides(
    claim: Callable[..., Claim], outcome: Make, ends: list[str], verdict: Verdict
) -> None:
    [result] = fold([claim()], [outcome(end=end, reason=end) for end in ends])

    assert result.verdict is verdict
    assert (result.reason is None) == (verdict is Verdict.PASSED)


def test_what_an_exchange_broke_fails_a_claim_that_its_own_test_passed(
    claim: Callable[..., Claim], outcome: Make, breach: Callable[..., Breach]
) -> None:
    claims = [claim("SC-A-01"), claim("SC-A-02")]

    one, two = fold(claims, [outcome("SC-A-01"), outcome("SC-A-02", breaches=(breach("SC-A-01"),))])

    assert (one.verdict, two.verdict) == (Verdict.FAILED, Verdict.PASSED)


def test_a_test_that_failed_on_one_claim_says_nothing_of_its_others(
    claim: Callable[..., Claim], outcome: Make, breach: Callable[..., Breach]
) -> None:
    both = outcome(claims=("SC-A-01", "SC-A-02"), end="failed", breaches=(breach("SC-A-01"),))

    one, two = fold([claim("SC-A-01"), claim("SC-A-02")], [both])

    assert (one.verdict, two.verdict) == (Verdict.FAILED, Verdict.NOT_VERIFIED)
    assert two.reason == "its test failed on another claim"


def test_reasons_are_joined_once_each_and_short(claim: Callable[..., Claim], outcome: Make) -> None:
    reasons = ["needs user2", "needs user2", "no list\nis long", "x" * 300, "four", "five"]

    [result] = fold([claim()], [outcome(end="not verified", reason=reason) for reason in reasons])

    assert result.reason is not None
    first, second, third, more = result.reason.split("; ")
    assert (first, second, more) == ("needs user2", "no list is long", "and 2 more")
    assert len(third) == 160


def test_breaches_that_say_the_same_are_kept_once(
    claim: Callable[..., Claim], outcome: Make, breach: Callable[..., Breach]
) -> None:
    found = ["200", "200", "500", "501", "502"]

    [result] = fold([claim()], [outcome(end="failed", breaches=(breach(found=each),)) for each in found])

    assert [each.found for each in result.breaches] == ["200", "500", "501"]


def test_a_known_deviation_is_waived_until_its_last_day(claim: Callable[..., Claim], outcome: Make) -> None:
    failed = [outcome(end="failed", reason="no")]

    [waived] = fold([claim()], failed, [deviation()], TODAY)
    [failed_again] = fold([claim()], failed, [deviation()], date(2024, 5, 2))

    assert (waived.verdict, waived.reason) == (Verdict.WAIVED, "known (https://x/1, until 2024-05-01)")
    assert failed_again.verdict is Verdict.FAILED


def test_deviations_do_not_rot(claim: Callable[..., Claim], outcome: Make) -> None:
    passed = fold([claim()], [outcome()], [deviation()], TODAY)
    skipped = fold([claim()], [outcome(end="not verified")], [deviation()], TODAY)

    assert problems(passed, [deviation()], TODAY) == ["SC-A-01: passes again; remove its deviation"]
    assert problems(skipped, [deviation()], TODAY) == []
    assert problems(skipped, [deviation(date(2024, 4, 30))], TODAY) == [
        "SC-A-01: the deviation of ann expired on 2024-04-30; see https://x/1"
    ]


def test_an_error_is_never_waived(claim: Callable[..., Claim], outcome: Make) -> None:
    [result] = fold([claim()], [outcome(end="error", reason="KeyError")], [deviation()], TODAY)

    assert (result.verdict, result.reason) == (Verdict.ERROR, "KeyError")
