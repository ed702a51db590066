"""Everything that the templates show, in the order in which they show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuningfork.model import Level, Verdict
from tuningfork.report.comparison import Comparison, compare
from tuningfork.report.needs import missing, what_it_takes
from tuningfork.report.page.claim_view import ClaimView, claim_view
from tuningfork.report.page.faults import Fault, faults_by_claim
from tuningfork.report.page.filters import date, duration
from tuningfork.report.page.headline import Headline, headline
from tuningfork.report.page.operation_view import OperationView, TimeScale, operation_view
from tuningfork.report.results import Api, Results
from tuningfork.report.sections import claims_by_api, sections

DETAILED = (Verdict.FAILED, Verdict.ERROR, Verdict.WARNED, Verdict.INFO, Verdict.WAIVED)
"""The verdicts whose claims come first, in this order."""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of an API's documentation: its anchor, its name, its claims."""

    id: str
    name: str
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class ApiView:
    """An API: its name and description, its sections, its operations."""

    name: str
    api: Api
    sections: tuple[SectionView, ...]
    operations: tuple[OperationView, ...]

    @property
    def claims(self) -> list[ClaimView]:
        """The claims of all sections."""
        return [claim for section in self.sections for claim in section.claims]


@dataclass(frozen=True, slots=True)
class Unverified:
    """Claims that are not verified: why, or what would verify them (`is_remedy`), and their ids."""

    sentence: str
    claims: Sequence[str]
    is_remedy: bool


@dataclass(frozen=True, slots=True)
class View:
    """The whole page.

    Args:
        results: of the run.
        is_contract: whether the page shows claims without a run.
        headline: the verdict of the run.
        started: when the run started, in words.
        duration: how long it took, in words.
        apis: with their claims and operations.
        broken: the claims that are violated or in error, the worst first; not those of the clean-up alone.
        cleanup: the claims that were violated during the clean-up.
        unverified: what would verify more claims.
        comparison: with an older run, if there is one.
        scale: of the response times.
    """

    results: Results
    is_contract: bool
    headline: Headline
    started: str
    duration: str
    apis: tuple[ApiView, ...]
    broken: tuple[ClaimView, ...]
    cleanup: tuple[ClaimView, ...]
    unverified: tuple[Unverified, ...]
    comparison: Comparison | None
    scale: TimeScale

    @property
    def claims(self) -> list[ClaimView]:
        """The claims of all APIs."""
        return [claim for api in self.apis for claim in api.claims]

    @property
    def levels(self) -> dict[Level, int]:
        """The number of claims of each level that occurs."""
        levels = [claim.result.level for claim in self.claims]
        return {level: levels.count(level) for level in Level if level in levels}


def view(results: Results, faults: Iterable[Fault], previous: Results | None, is_contract: bool) -> View:
    """Return everything that the page shows.

    Args:
        results: of a run, or the claims of contracts without one.
        faults: of the APIs.
        previous: the results of an older run.
        is_contract: whether there was no run.
    """
    apis = _apis(results, faults)
    claims = {claim.result.id: claim for api in apis for claim in api.claims}
    broken = sorted(
        (claim for claim in claims.values() if claim.is_broken and (claim.violations or not claim.cleanup)),
        key=lambda claim: DETAILED.index(claim.result.verdict),
    )
    return View(
        results=results,
        is_contract=is_contract,
        headline=headline(results),
        started=date(results.run.started),
        duration=duration(results.run.seconds),
        apis=apis,
        broken=tuple(broken),
        cleanup=tuple(claim for claim in claims.values() if claim.cleanup),
        unverified=() if is_contract else _unverified(results),
        comparison=None if previous is None else compare(previous, results),
        scale=TimeScale.of(results.operations),
    )


def _unverified(results: Results) -> tuple[Unverified, ...]:
    """Return the groups of claims that are not verified: first those that a change of the target verifies."""
    gained = {claim for each in missing(results) for claim in each.claims}
    return tuple(
        Unverified(sentence, claims, is_remedy=claims[0] in gained)
        for sentence, claims in what_it_takes(results).items()
    )


def _apis(results: Results, faults: Iterable[Fault]) -> tuple[ApiView, ...]:
    """Return the APIs in the order of their claims, then those with operations only."""
    tests = {test.id: test for test in results.tests}
    faults_of = faults_by_claim(faults)
    views: dict[str, list[SectionView]] = {api: [] for api in claims_by_api(results)}
    views |= {each.api: [] for each in results.operations if each.api not in views}
    for section in sections(results):
        claims = tuple(
            claim_view(claim, results, tests, faults_of.get(claim.id, ())) for claim in section.claims
        )
        views[section.api].append(SectionView(_anchor(section.api, section.name), section.name, claims))
    return tuple(
        ApiView(
            name,
            results.run.apis.get(name, Api(title=name)),
            tuple(section_views),
            tuple(operation_view(each) for each in results.operations if each.api == name),
        )
        for name, section_views in views.items()
    )


def _anchor(api: str, section: str) -> str:
    """Return the anchor of a section: "bookshop-rate-limits"."""
    return re.sub(r"[^a-z0-9]+", "-", f"{api} {section}".lower()).strip("-")
