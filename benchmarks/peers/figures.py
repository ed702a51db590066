"""What the rows say: medians of the runs without a fault, and the faults that each judge has killed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.peers.judges import Judge, TuningFork
from benchmarks.peers.rows import Row, RowKey, Rows

from tuningfork.audit.fault import MockPatch


class Medians(NamedTuple):
    """The medians of some runs of a judge; `note` says why it has no runs."""

    runs: int
    seconds: float
    processor: float
    requests: float
    failures: int
    note: str


class Kills(NamedTuple):
    """What a judge has killed, and what all its runs against faults took."""

    killed: int
    requests: int
    seconds: float
    processor: float

    @property
    def per_thousand_requests(self) -> float:
        """Return the faults killed per 1,000 requests."""
        return 1_000 * self.killed / max(self.requests, 1)

    @property
    def per_minute(self) -> float:
        """Return the faults killed per minute."""
        return 60 * self.killed / max(self.seconds, 0.01)

    @property
    def per_processor_minute(self) -> float:
        """Return the faults killed per minute of the judge's processor time."""
        return 60 * self.killed / max(self.processor, 0.01)


def healthy(rows: Rows, judge: str, api: str) -> list[Row]:
    """Return the runs of a judge against the mock of an API without a fault."""
    return [row for row in rows.rows if (row.judge, row.api, row.fault) == (judge, api, "")]


def medians(rows: Sequence[Row]) -> Medians:
    """Return the medians of runs; of none if they have no figures."""
    measured = [row for row in rows if row.requests]
    note = "; ".join(sorted({row.note for row in rows if row.note}))
    if not measured:
        return Medians(0, 0.0, 0.0, 0.0, 0, note or "not measured")
    return Medians(
        runs=len(measured),
        seconds=median(row.seconds for row in measured),
        processor=median(row.processor for row in measured),
        requests=median(row.requests for row in measured),
        failures=len({failure for row in measured for failure in row.failures}),
        note=note,
    )


def is_killed(row: Row, judge: Judge, fault: MockPatch, rows: Rows) -> bool:
    """Return whether a judge has found a fault.

    It has reported what it does not report of the mock without a fault; Tuning Fork, a claim of the fault.
    """
    usual = {failure for each in healthy(rows, judge.name, row.api) for failure in each.failures}
    found = set(row.failures) - usual
    return bool(found & set(fault.claims) if isinstance(judge, TuningFork) else found)


def complete(rows: Rows, judges: Sequence[Judge], faults: Iterable[MockPatch]) -> list[MockPatch]:
    """Return the faults that all of the judges have met."""
    return [fault for fault in faults if all(rows.find(key(judge, fault)) for judge in judges)]


def key(judge: Judge, fault: MockPatch) -> RowKey:
    """Return the key of the row of a judge and a fault."""
    return RowKey(judge.name, fault.api, fault.id)


def kills(rows: Rows, judge: Judge, faults: Iterable[MockPatch]) -> Kills:
    """Return what a judge has killed of faults that it has met, and what that took."""
    met: Mapping[MockPatch, Row] = {
        fault: row for fault in faults if (row := rows.find(key(judge, fault))) is not None
    }
    return Kills(
        killed=sum(is_killed(row, judge, fault, rows) for fault, row in met.items()),
        requests=sum(row.requests for row in met.values()),
        seconds=sum(row.seconds for row in met.values()),
        processor=sum(row.processor for row in met.values()),
    )
