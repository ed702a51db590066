"""Keeps a run's results on disk while it goes on, and writes all reports at its end."""

from __future__ import annotations

import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import TypedDict

from tuningfork.model import Claim
from tuningfork.report import junit, summary
from tuningfork.report.deviations import Deviation
from tuningfork.report.results import (
    FILE,
    OperationStats,
    Results,
    RunInfo,
    Test,
    as_json,
    totals,
    write,
    write_text,
)
from tuningfork.report.test_result import TestResult
from tuningfork.report.verdicts import aggregate, problems

WRITE_INTERVAL_S = 2.0
"""Seconds between two writes while the run goes on."""


class OperationCounts(TypedDict):
    """How often an operation answered with each status, and after how many seconds."""

    statuses: Mapping[int, int]
    seconds: Sequence[float]


class ApiStats(TypedDict):
    """What one process sent to one API, by operation ("GET /tracks")."""

    requests: int
    operations: Mapping[str, OperationCounts]


@dataclass
class ResultsWriter:
    """Writes results.json, junit.xml and summary.md into a folder.

    Args:
        folder: where the reports go.
        run: what is known of the run at its start.
        claims: those that were asked for.
        deviations: of the target.
    """

    folder: Path
    run: RunInfo
    claims: Sequence[Claim]
    deviations: Sequence[Deviation] = ()
    outcomes: list[TestResult] = field(default_factory=list)
    _started: float = field(default_factory=time.monotonic)
    _written: float = 0.0

    def start(self) -> None:
        """Put results without a verdict, recognisably incomplete, in the place of older ones."""
        for name in ("junit.xml", "summary.md"):
            (self.folder / name).unlink(missing_ok=True)
        self._write(self._results(()))

    def add(self, outcome: TestResult) -> None:
        """Take in the end of a test."""
        self.outcomes.append(outcome)
        if time.monotonic() - self._written > WRITE_INTERVAL_S:
            with contextlib.suppress(OSError):  # a disk that is full now may have space at the end
                self._write(self._results(()))

    def finish(
        self,
        tallies: Iterable[Mapping[str, ApiStats]] = (),
        complete: bool = True,
        errors: Sequence[str] = (),
        lost: str = "",
    ) -> Results:
        """Write all reports; one that can't be written is an error of the run.

        Args:
            tallies: of each process, by API.
            complete: false for a run that was ended before its time.
            errors: why the run can't be trusted.
            lost: why the target counts as lost; such a run is not complete.
        """
        self.run = self.run.model_copy(update={"lost": lost})
        results = self._results(list(tallies), complete, errors)
        renderers = {"junit.xml": junit.render, "summary.md": summary.render, FILE: as_json}
        for name, render in renderers.items():  # results.json last, so that it tells of the others
            try:
                write_text(render(results), self.folder / name)
            except OSError as failed:
                results = results.error_on_failure(
                    f"{self.folder / name}: can't be written ({failed.strerror}); "
                    "free the space or choose another --report-dir."
                )
        return results

    def _results(
        self, tallies: Sequence[Mapping[str, ApiStats]], complete: bool = False, errors: Sequence[str] = ()
    ) -> Results:
        complete = complete and not errors and not self.run.lost
        claims = aggregate(self.claims, self.outcomes, self.deviations)
        sent = sum(tally["requests"] for each in tallies for tally in each.values())
        run = self.run.model_copy(
            update={
                "seconds": round(time.monotonic() - self._started, 3),
                "requests": sent or sum(outcome.requests for outcome in self.outcomes),
                "complete": complete,
                "errors": list(errors),
            }
        )
        return Results(
            run=run,
            totals=totals(claims),
            problems=problems(claims, self.deviations) if complete else [],
            claims=claims,
            operations=operations(tallies),
            tests=[_test(outcome) for outcome in self.outcomes],
        )

    def _write(self, results: Results) -> None:
        write(results, self.folder / FILE)
        self._written = time.monotonic()


def operations(tallies: Iterable[Mapping[str, ApiStats]]) -> list[OperationStats]:
    """What several processes saw of each operation, added up."""
    statuses: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for tally in tallies:
        for api, of_api in tally.items():
            for key, seen in of_api["operations"].items():
                statuses[api, key].update({int(status): count for status, count in seen["statuses"].items()})
                seconds[api, key].extend(seen["seconds"])
    return [
        OperationStats(
            api=api,
            operation=key,
            statuses={str(status): counted[status] for status in sorted(counted)},
            p50_ms=percentile(seconds[api, key], 50),
            p95_ms=percentile(seconds[api, key], 95),
        )
        for (api, key), counted in sorted(statuses.items())
    ]


def percentile(seconds: Sequence[float], percent: int) -> float:
    """A percentile in milliseconds; 0 of nothing."""
    if len(seconds) < 2:
        return round(1000 * sum(seconds), 3)
    return round(1000 * quantiles(seconds, n=100, method="inclusive")[percent - 1], 3)


def _test(outcome: TestResult) -> Test:
    return Test(
        id=outcome.test,
        api=outcome.api,
        claims=list(outcome.claims),
        outcome=outcome.end,
        reason=outcome.reason or None,
        seconds=round(outcome.seconds, 3),
        requests=outcome.requests,
    )
