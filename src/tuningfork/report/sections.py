"""The claims of a run grouped by API, by section of the documentation and by reason, for all reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results, RunInfo, Test
from tuningfork.report.sources import source_text


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an API's documentation, its claims, and the tests of these claims."""

    api: str
    name: str
    claims: tuple[ClaimResult, ...]
    tests: tuple[Test, ...]

    def count(self, verdict: Verdict) -> int:
        """Return the number of claims with this verdict."""
        return count(self.claims, verdict)

    @property
    def verified(self) -> int:
        """The number of claims that a test or an exchange verified or broke."""
        return count_verified(self.claims)

    @property
    def requests(self) -> int:
        """The number of requests that its tests sent."""
        return sum(test.requests for test in self.tests)


def sections(results: Results) -> list[Section]:
    """Return the sections in the order of the documentation, where the claims of a section are adjacent."""
    tests = {test.id: test for test in results.tests}
    result = []
    for (api, name), group in groupby(results.claims, lambda claim: (claim.api, claim.section)):
        claims = tuple(group)
        ids = dict.fromkeys(test for claim in claims for test in claim.tests)
        result.append(Section(api, name, claims, tuple(tests[test] for test in ids if test in tests)))
    return result


def claims_by_api(results: Results) -> dict[str, list[ClaimResult]]:
    """Return the claims of each API, in the order of the results."""
    grouped: dict[str, list[ClaimResult]] = {}
    for claim in results.claims:
        grouped.setdefault(claim.api, []).append(claim)
    return grouped


def count(claims: Iterable[ClaimResult], verdict: Verdict) -> int:
    """Return the number of claims with a verdict."""
    return sum(claim.verdict is verdict for claim in claims)


def count_verified(claims: Iterable[ClaimResult]) -> int:
    """Return the number of claims whose verdict is neither "not verified" nor "error"."""
    return sum(claim.verdict not in (Verdict.NOT_VERIFIED, Verdict.ERROR) for claim in claims)


def title(results: Results, api: str) -> str:
    """Return the title of an API."""
    return results.run.apis[api].title if api in results.run.apis else api


def source(results: Results, claim: ClaimResult) -> str:
    """Return where a claim is documented, with the URLs of the documents that its source names."""
    return source_text(claim.source, results.run.apis.get(claim.api))


def total(results: Results, api: str) -> str:
    """Return the totals of an API in one line: "Bookshop: 155 claims, 155 verified, 0 failed"."""
    claims = claims_by_api(results).get(api, [])
    parts = [plural(len(claims), "claim"), f"{count_verified(claims)} verified"]
    parts += [f"{count(claims, Verdict.FAILED)} failed"]
    other_verdicts = (Verdict.WARNED, Verdict.INFO, Verdict.WAIVED, Verdict.ERROR, Verdict.NOT_VERIFIED)
    parts += [f"{number} {verdict.value}" for verdict in other_verdicts if (number := count(claims, verdict))]
    return f"{title(results, api)}: {', '.join(parts)}"


def assumed(results: Results) -> list[str]:
    """Return the ids of the claims that no document states: their source is A (assumed)."""
    return [claim.id for claim in results.claims if re.match(r"A\b", claim.source)]


def by_reason(results: Results, verdict: Verdict = Verdict.NOT_VERIFIED) -> dict[str, list[str]]:
    """Return the ids of the claims with a verdict, by reason; the most frequent reason first."""
    grouped: dict[str, list[str]] = {}
    for claim in results.claims:
        if claim.verdict is verdict:
            grouped.setdefault(claim.reason or "", []).append(claim.id)
    return dict(sorted(grouped.items(), key=lambda entry: -len(entry[1])))


def redundant_skips(results: Results) -> dict[str, int]:
    """Return how many tests were skipped for each reason although other tests verified all their claims.

    The other skipped tests need no mention: their claims are "not verified", for the same reasons.
    """
    unverified = {claim.id for claim in results.claims if claim.verdict is Verdict.NOT_VERIFIED}
    reasons: dict[str, int] = {}
    for test in results.tests:
        if test.outcome == "not verified" and unverified.isdisjoint(test.claims):
            reasons[test.reason or ""] = reasons.get(test.reason or "", 0) + 1
    return dict(sorted(reasons.items(), key=lambda entry: -entry[1]))


def at_depth(run: RunInfo) -> str:
    """Return " at smoke" or " at standard" to follow the word "passed"; empty for a whole run."""
    return "" if run.depth == "full" else f" at {run.depth}"


def verdict_counts(results: Results) -> str:
    """Return the number of claims with each verdict: "37 passed at smoke, 1 failed", or "none"."""
    counts = [
        f"{number:,} {verdict}{at_depth(results.run) if verdict is Verdict.PASSED else ''}"
        for verdict in Verdict
        if (number := count(results.claims, verdict))
    ]
    return ", ".join(counts) or "none"


def plural(number: int, noun: str) -> str:
    """Return a number and its noun: "1 claim", "2,000 claims"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
