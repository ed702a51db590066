"""From the ends of tests to the verdicts of claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tuningfork.model import BROKEN, Claim, Verdict
from tuningfork.redaction import printable_line
from tuningfork.report.deviations import Deviation
from tuningfork.report.results import ClaimResult
from tuningfork.report.test_result import TestOutcome, TestResult, Violation

SHOWN = 3
"""How many breaches and reasons of a claim are kept."""
LONGEST = 160
"""Characters of a reason."""


def aggregate(
    claims: Iterable[Claim],
    outcomes: Iterable[TestResult],
    deviations: Iterable[Deviation] = (),
    today: date | None = None,
) -> list[ClaimResult]:
    """The verdict of each claim, in the order given.

    A claim is broken if one of its tests failed on it, or if any exchange broke it; else an error if one of
    its tests broke down by our own fault; else passed if one passed; else not verified.

    Args:
        claims: those that were asked for.
        outcomes: of all tests.
        deviations: of this target; a broken claim with one that has not expired is waived.
        today: of the deviations' expiry.
    """
    judged: dict[str, list[TestResult]] = defaultdict(list)
    broken: dict[str, list[Violation]] = defaultdict(list)
    for outcome in outcomes:
        for claim_id in outcome.claims:
            judged[claim_id].append(outcome)
        for breach in _breaches(outcome):
            broken[breach.claim].append(breach.model_copy(update={"test": outcome.test}))
    today = today or date.today()
    waivers = {each.claim: each for each in deviations if not each.is_expired(today)}
    return [_result(claim, judged[claim.id], broken[claim.id], waivers) for claim in claims]


def problems(
    results: Iterable[ClaimResult], deviations: Iterable[Deviation], today: date | None = None
) -> list[str]:
    """Why known deviations fail the run, a sentence each: they may not rot."""
    verdicts = {result.id: result.verdict for result in results}
    today = today or date.today()
    found = []
    for each in deviations:
        if each.is_expired(today):
            found.append(
                f"{each.claim}: the deviation of {each.owner} expired on {each.expiry}; see {each.link}"
            )
        elif verdicts.get(each.claim) is Verdict.PASSED:
            found.append(f"{each.claim}: passes again; remove its deviation")
    return found


def _breaches(outcome: TestResult) -> Sequence[Violation]:
    """What a test saw broken; one that failed without a word of what broke all that it judges."""
    if outcome.breaches or outcome.end != "failed":
        return outcome.breaches
    return [
        Violation(claim=claim_id, expected="the promise to hold", found=outcome.reason or "that it does not")
        for claim_id in outcome.claims
    ]


def _result(
    claim: Claim, judged: Sequence[TestResult], broken: Sequence[Violation], waivers: Mapping[str, Deviation]
) -> ClaimResult:
    verdict, reason = _verdict(claim, judged, broken)
    waiver = waivers.get(claim.id)
    if broken and waiver:
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
        tests=list(dict.fromkeys(outcome.test for outcome in judged)),
        breaches=_different(broken)[:SHOWN],
        exchanges=next((list(outcome.exchanges[-1:]) for outcome in judged if outcome.exchanges), []),
    )


def _verdict(
    claim: Claim, judged: Sequence[TestResult], broken: Sequence[Violation]
) -> tuple[Verdict, str | None]:
    if broken:
        return BROKEN[claim.level], _short(f"expected {broken[0].expected}; found {broken[0].found}")
    if errors := _reasons(judged, "error"):
        return Verdict.ERROR, errors
    if any(outcome.end == "passed" for outcome in judged):
        return Verdict.PASSED, None
    if any(outcome.end == "failed" for outcome in judged):
        return Verdict.NOT_VERIFIED, "its test failed on another claim"
    return Verdict.NOT_VERIFIED, _reasons(judged, "not verified") or "no test of it ran"


def _different(breaches: Iterable[Violation]) -> list[Violation]:
    """Of breaches that say the same, the first."""
    return list({(each.expected, each.found, each.place): each for each in reversed([*breaches])}.values())[
        ::-1
    ]


def _reasons(judged: Iterable[TestResult], end: TestOutcome) -> str:
    """The different reasons of the tests that ended so, in a line."""
    different = list(
        dict.fromkeys(_short(outcome.reason or "no reason given") for outcome in judged if outcome.end == end)
    )
    more = len(different) - SHOWN
    return "; ".join([*different[:SHOWN], *([f"and {more} more"] if more > 0 else [])])


def _short(text: str) -> str:
    return printable_line(" ".join(text.split()), LONGEST)
