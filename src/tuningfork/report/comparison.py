"""Compares the results of two runs, claim by claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results, RunInfo

FAILING = (Verdict.FAILED, Verdict.ERROR)
VIOLATED = (Verdict.FAILED, Verdict.WARNED, Verdict.INFO, Verdict.WAIVED)
GROUPS = {
    "newly failing": "failed or in error now, but not before",
    "newly warned": "a violated SHOULD or MAY, or a waived claim, that was not violated before",
    "newly not verified": "decided before, but not now",
    "still failing": "failed or in error in both runs",
    "fixed": "violated or in error before, passed now",
    "newly verified": "not verified before, passed now",
    "changed": "another change of the verdict",
    "gone": "not in this run",
    "new": "not in the older run",
}
"""The kinds of change and what they mean, the worst first."""


class DepthError(ValueError):
    """Two runs that can't be compared, because they are of different depths; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A claim whose verdict changed or is still bad; a verdict is None if the run does not have the claim."""

    claim: ClaimResult
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The older run, and the changes of each kind that occurred since, the worst first."""

    previous: RunInfo
    changes: dict[str, list[Change]]


def compare(previous: Results, current: Results) -> Comparison:
    """Return the differences between the verdicts of two runs.

    Raises:
        DepthError: the runs are of different depths, of which one may miss what the other finds.
    """
    require_same_depth(previous.run, current.run)
    grouped: dict[str, list[Change]] = {group: [] for group in GROUPS}
    for change in _changes(previous, current):
        if group := _group(change.before, change.after):
            grouped[group].append(change)
    return Comparison(previous.run, {group: changes for group, changes in grouped.items() if changes})


def require_same_depth(previous: RunInfo, current: RunInfo) -> None:
    """Raise DepthError unless two runs are of the same depth."""
    if previous.depth != current.depth:
        raise DepthError(
            f"the older run is at depth {previous.depth}, this one at {current.depth}; "
            "only runs of the same depth can be compared."
        )


def _changes(previous: Results, current: Results) -> Iterator[Change]:
    """Yield the verdicts of each claim in both runs, first in the order of the current run."""
    before = {claim.id: claim for claim in previous.claims}
    for claim in current.claims:
        old = before.pop(claim.id, None)
        yield Change(claim, old.verdict if old else None, claim.verdict)
    yield from (Change(claim, claim.verdict, None) for claim in before.values())


def _group(before: Verdict | None, after: Verdict | None) -> str:
    """Return the kind of a change; empty for a verdict that stayed the same and is not failing."""
    if before is None or after is None:
        return "gone" if after is None else "new"
    if after in FAILING:
        return "still failing" if before in FAILING else "newly failing"
    if before is after:
        return ""
    if after is Verdict.PASSED:
        return "newly verified" if before is Verdict.NOT_VERIFIED else "fixed"
    if after is Verdict.NOT_VERIFIED:
        return "newly not verified"
    return "changed" if before in (*VIOLATED, *FAILING) else "newly warned"
