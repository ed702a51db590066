"""The claims of a run by API and by section of the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results, Test


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an API's documentation, its claims, and the tests that judged them."""

    api: str
    name: str
    claims: tuple[ClaimResult, ...]
    tests: tuple[Test, ...]

    def count(self, verdict: Verdict) -> int:
        """How many claims have this verdict."""
        return sum(claim.verdict is verdict for claim in self.claims)

    @property
    def verified(self) -> int:
        """How many claims were judged, whatever came of it."""
        return verified(self.claims)

    @property
    def requests(self) -> int:
        """How many its tests sent."""
        return sum(test.requests for test in self.tests)


def sections(results: Results) -> list[Section]:
    """In the order of the documentation; a claim's section and API stand together there."""
    tests = {test.id: test for test in results.tests}
    found = []
    for (api, name), group in groupby(results.claims, lambda claim: (claim.api, claim.section)):
        claims = tuple(group)
        judges = dict.fromkeys(test for claim in claims for test in claim.tests)
        found.append(Section(api, name, claims, tuple(tests[test] for test in judges if test in tests)))
    return found


def verified(claims: tuple[ClaimResult, ...]) -> int:
    """How many claims were judged, whatever came of it."""
    return sum(claim.verdict not in (Verdict.NOT_VERIFIED, Verdict.ERROR) for claim in claims)


def title(results: Results, api: str) -> str:
    """An API's name for readers."""
    return results.run.apis[api].title if api in results.run.apis else api


def source(results: Results, claim: ClaimResult) -> str:
    """Where a claim is documented, with the address of the documentation."""
    known = results.run.apis.get(claim.api)
    return f"{claim.source}, {known.documentation}" if known and known.documentation else claim.source


def total(results: Results, api: str) -> str:
    """An API's claims in a line: "Bookshop: 155 claims, 155 verified, 0 failed"."""
    claims = tuple(claim for claim in results.claims if claim.api == api)
    count = {verdict: sum(claim.verdict is verdict for claim in claims) for verdict in Verdict}
    parts = [plural(len(claims), "claim"), f"{verified(claims)} verified", f"{count[Verdict.FAILED]} failed"]
    others = (Verdict.WARNED, Verdict.NOTED, Verdict.WAIVED, Verdict.ERROR, Verdict.NOT_VERIFIED)
    parts += [f"{count[verdict]} {verdict.value}" for verdict in others if count[verdict]]
    return f"{title(results, api)}: {', '.join(parts)}"


def assumed(results: Results) -> list[str]:
    """The claims that no document makes: their source is A (assumed)."""
    return [claim.id for claim in results.claims if re.match(r"A\b", claim.source)]


def by_reason(results: Results) -> dict[str, list[str]]:
    """The claims that are not verified, by reason; the commonest reason first."""
    grouped: dict[str, list[str]] = {}
    for claim in results.claims:
        if claim.verdict is Verdict.NOT_VERIFIED:
            grouped.setdefault(claim.reason or "", []).append(claim.id)
    return dict(sorted(grouped.items(), key=lambda entry: -len(entry[1])))


def plural(count: int, noun: str) -> str:
    """A count and its noun: "1 claim", "2,000 claims"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
