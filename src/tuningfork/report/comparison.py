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


class IncomparableError(ValueError):
    """Two runs whose verdicts can't be compared; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """A claim whose verdict changed or is still bad; a verdict is None if the run does not have the claim."""

    claim: ClaimResult
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, and the changes of each kind from the older to the current one, the worst first."""

    previous: RunInfo
    current: RunInfo
    changes: dict[str, list[Change]]

    @property
    def notes(self) -> list[str]:
        """Sentences on what else than the behaviour of the target may have changed verdicts."""
        pairs = {
            "targets": (self.previous.target, self.current.target),
            "depths": (self.previous.depth, self.current.depth),
            "APIs": tuple(", ".join(sorted(run.apis)) for run in (self.previous, self.current)),
        }
        return [
            f"The runs have different {name}: {old or 'none'} before, {new or 'none'} now."
            for name, (old, new) in pairs.items()
            if old != new
        ]


def compare(previous: Results, current: Results, *, any_depth: bool = False) -> Comparison:
    """Return the differences between the verdicts of two runs.

    Args:
        previous: the results of the older run.
        current: the results of the current run.
        any_depth: compare runs of different depths too.

    Raises:
        IncomparableError: the runs chose their tests by different depths, or one is a shard.
    """
    for shard in filter(None, (previous.run.shard, current.run.shard)):
        raise IncomparableError(
            f"one of the runs is only shard {shard}; join the shards by `tuningfork merge` first"
        )
    before, now = previous.run.depth, current.run.depth
    if before != now and not any_depth:
        raise IncomparableError(
            f"the older run is at depth {before}, this one at {now}, so that claims were not judged by the "
            "same tests; run both at the same depth, or compare them by `tuningfork diff --any-depth`"
        )
    grouped: dict[str, list[Change]] = {group: [] for group in GROUPS}
    for change in _changes(previous, current):
        if group := _group(change.before, change.after):
            grouped[group].append(change)
    return Comparison(
        previous.run, current.run, {group: changes for group, changes in grouped.items() if changes}
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
    if after is None:
        return "gone"
    if after in FAILING:
        return "still failing" if before in FAILING else "newly failing"
    if before is None:
        return "new"
    if before is after:
        return ""
    if after is Verdict.PASSED:
        return "newly verified" if before is Verdict.NOT_VERIFIED else "fixed"
    if after is Verdict.NOT_VERIFIED and before is not Verdict.ERROR:
        return "newly not verified"
    return "changed" if before in (*VIOLATED, *FAILING) else "newly warned"
