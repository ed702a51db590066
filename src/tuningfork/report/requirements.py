"""Judges whether a run verified what it had to, by options or keys of the target."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from tuningfork.model import Verdict
from tuningfork.report.needs import what_it_takes
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import count_verified, plural


def unmet_requirements(results: Results) -> list[str]:
    """Return a sentence for each requirement that a run does not meet; each fails the run.

    A sentence names the claims and, in the words of tuningfork.toml, what would verify them.
    """
    return [*_too_few_verified(results), *_required_but_unverified(results)]


def matching(claims: Iterable[str], pattern: str) -> list[str]:
    """Return the ids of claims that a glob matches."""
    return [claim for claim in claims if fnmatch.fnmatchcase(claim, pattern)]


def _too_few_verified(results: Results) -> Iterator[str]:
    """Yield a sentence if fewer claims are verified than required."""
    required, verified = results.run.requirements.min_verified, count_verified(results.claims)
    if verified < required:
        number = plural(len(results.claims), "claim")
        missing = _missing(results, [claim.id for claim in results.claims])
        yield f"only {verified} of {number} are verified, {required} are required; {missing}."


def _required_but_unverified(results: Results) -> Iterator[str]:
    """Yield a sentence for each glob that matches a claim without a verdict."""
    ids = [claim.id for claim in results.claims]
    for pattern in results.run.requirements.require:
        required = matching(ids, pattern)
        if missing := _missing(results, required):
            yield f"{pattern} is required, but not every claim of it is verified; {missing}."


def _missing(results: Results, claims: Iterable[str]) -> str:
    """Return what each unverified one of the claims needs: "add users.second (SC-A-01, SC-A-02); …"."""
    wanted = set(claims)
    needs = {reason: ids for reason, ids in what_it_takes(results).items() if not wanted.isdisjoint(ids)}
    for claim in results.claims:
        if claim.verdict is Verdict.ERROR and claim.id in wanted:
            needs.setdefault(f"in error: {_first_reason(claim)}", []).append(claim.id)
    return "; ".join(
        f"{reason} ({', '.join(claim for claim in ids if claim in wanted)})" for reason, ids in needs.items()
    )


def _first_reason(claim: ClaimResult) -> str:
    """Return why the first test of a claim was in error."""
    return (claim.reason or "no reason given").partition(";")[0]
