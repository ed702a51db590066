"""Aggregates the results of tests into the verdicts of claims."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tuningfork.model import BROKEN, Claim, Level, Verdict
from tuningfork.redaction import printable_line
from tuningfork.report.deviations import Deviation
from tuningfork.report.results import ClaimResult, Test, Waiver
from tuningfork.report.test_result import NOT_JUDGED, TestOutcome, TestResult, Violation

MAX_VIOLATIONS_SHOWN = 3
MAX_REASONS_SHOWN = 3
MAX_REASON_CHARS = 160
NO_TEST = "no test of it ran"
_DIGITS = re.compile(r"[0-9]+")


def aggregate(
    claims: Iterable[Claim],
    results: Iterable[TestResult],
    deviations: Iterable[Deviation] = (),
    today: date | None = None,
) -> list[ClaimResult]:
    """Return the verdict of each claim, in the order of the claims.

    A claim is broken if one of its tests failed on it or an exchange of any test broke it. Otherwise it is an
    error if one of its tests was in error, passed if one passed, and not verified if none did.

    Args:
        claims: the claims of the run.
        results: of all tests.
        deviations: of the target; a broken claim with a deviation that has not expired is waived.
        today: the date that decides whether a deviation has expired; the current date by default.
    """
    results_of: dict[str, list[TestResult]] = defaultdict(list)
    violations_of: dict[str, list[Violation]] = defaultdict(list)
    for result in results:
        for claim_id in result.claims:
            results_of[claim_id].append(result)
        for claim_id in result.unjudged:
            update = {"outcome": "not verified", "reason": NOT_JUDGED}
            results_of[claim_id].append(result.model_copy(update=update))
        for violation in _violations(result):
            violations_of[violation.claim].append(violation.model_copy(update={"test": result.test}))
    today = today or date.today()
    waivers = {each.claim: each for each in deviations if not each.is_expired(today)}
    return [_claim_result(claim, results_of[claim.id], violations_of[claim.id], waivers) for claim in claims]


def problems(
    results: Iterable[ClaimResult], deviations: Iterable[Deviation], today: date | None = None
) -> list[str]:
    """Return a sentence for each deviation that has expired or whose claim passes; each fails the run."""
    verdicts = {result.id: result.verdict for result in results}
    today = today or date.today()
    sentences = []
    for each in deviations:
        if each.is_expired(today):
            sentences.append(
                f"{each.claim}: the deviation of {each.owner} expired on {each.expiry}; see {each.link}"
            )
        elif verdicts.get(each.claim) is Verdict.PASSED:
            sentences.append(f"{each.claim}: passes again; remove its deviation")
    return sentences


def _violations(result: TestResult) -> Sequence[Violation]:
    """Return the violations of a test; a failed test without any violates each of its claims."""
    if result.violations or result.outcome != "failed":
        return result.violations
    found = result.reason or "that it does not"
    return [Violation(claim=each, expected="the promise to hold", found=found) for each in result.claims]


def _claim_result(
    claim: Claim,
    results: Sequence[TestResult],
    violations: Sequence[Violation],
    waivers: Mapping[str, Deviation],
) -> ClaimResult:
    """Return the verdict of a claim, its tests, its first violations and an example of an exchange."""
    verdict, reason = decide(claim.level, results, violations)
    waiver = waivers.get(claim.id)
    if violations and waiver:
        verdict, reason = Verdict.WAIVED, f"{waiver.reason} ({waiver.link}, until {waiver.expiry})"
    return ClaimResult(
        id=claim.id,
        api=claim.api,
        level=claim.level,
        section=claim.section,
        source=claim.source,
        promise=claim.promise,
        needs=list(claim.needs),
        note=claim.note,
        verdict=verdict,
        reason=reason,
        tests=list(dict.fromkeys(result.test for result in results)),
        violations=most_important(violations),
        exchanges=[]
        if violations
        else next((list(result.exchanges) for result in results if result.exchanges), []),
        waiver=as_waiver(waiver) if violations and waiver else None,
    )


def as_waiver(deviation: Deviation) -> Waiver:
    """Return what results.json says about a deviation."""
    return Waiver(
        reason=deviation.reason, link=deviation.link, owner=deviation.owner, expiry=str(deviation.expiry)
    )


def decide(
    level: Level, results: Sequence[TestResult | Test], violations: Sequence[Violation]
) -> tuple[Verdict, str | None]:
    """Return the verdict of a claim without regard to waivers, and its reason; None for a passed claim.

    Args:
        level: of the claim.
        results: of its tests.
        violations: of the claim, by any test.
    """
    if violations:
        first = violations[0]
        return BROKEN[level], _truncated(first.sentence)
    if errors := _reasons(results, "error"):
        return Verdict.ERROR, errors
    if any(result.outcome == "passed" for result in results):
        return Verdict.PASSED, None
    if any(result.outcome == "failed" for result in results):
        return Verdict.NOT_VERIFIED, "its test failed on another claim"
    return Verdict.NOT_VERIFIED, _reasons(results, "not verified") or NO_TEST


def most_important(violations: Sequence[Violation]) -> list[Violation]:
    """Return a few of the violations: the first with the same texts and pointer, those of clean-up last.

    Violations of clean-up that differ only in numbers, such as ids, count as the same.
    """
    same: dict[tuple[object, ...], list[Violation]] = defaultdict(list)
    for violation in violations:
        texts: tuple[str, ...] = (violation.expected, violation.found, violation.pointer)
        if violation.during_cleanup:
            texts = tuple(_DIGITS.sub("0", text) for text in texts)
        same[violation.during_cleanup, *texts].append(violation)
    ordered = sorted(map(_joined, same.values()), key=lambda violation: violation.during_cleanup)
    return ordered[:MAX_VIOLATIONS_SHOWN]


def _joined(same: Sequence[Violation]) -> Violation:
    """Return the first of the violations with the same texts; it names the operations of the others."""
    first, operations = same[0], {name for each in same for name in (each.operation, *each.also)}
    return first.model_copy(update={"also": tuple(sorted(operations - {first.operation, ""}))})


def _reasons(results: Iterable[TestResult | Test], outcome: TestOutcome) -> str:
    """Return the distinct reasons of the tests with this outcome, in one line."""
    reasons = [_truncated(each.reason or "no reason given") for each in results if each.outcome == outcome]
    distinct = list(dict.fromkeys(reasons))
    more = len(distinct) - MAX_REASONS_SHOWN
    return "; ".join([*distinct[:MAX_REASONS_SHOWN], *([f"and {more} more"] if more > 0 else [])])


def _truncated(text: str) -> str:
    """Return a text in one line of at most MAX_REASON_CHARS characters."""
    return printable_line(" ".join(text.split()), MAX_REASON_CHARS)
