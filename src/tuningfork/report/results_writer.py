"""Writes results.json while a run continues, and all reports at its end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tuningfork.contract.documented_parts import DocumentedParts
from tuningfork.model import Claim
from tuningfork.report.deviations import Deviation
from tuningfork.report.operation_stats import ApiStats, operation_stats
from tuningfork.report.report_files import DERIVED_FILES, renderers, write_reports
from tuningfork.report.requirements import unmet_requirements
from tuningfork.report.results import FILE, ClaimResult, Results, RunInfo, Shard, Test, as_json, totals, write
from tuningfork.report.test_result import TestResult
from tuningfork.report.verdicts import NO_TEST, aggregate, problems

WRITE_INTERVAL_S = 2.0
"""Minimum time between two writes of results.json while the run continues."""
NOT_HERE = "this shard has no test of it"
MAX_WRITE_SHARE = 0.01
"""Upper bound of the share of time that these writes take; with many results they are less frequent."""


@dataclass
class ResultsWriter:
    """Collects the results of tests and writes the reports of a run into a folder.

    Args:
        folder: where the reports are written.
        run: the run as known at its start.
        claims: the claims of the run.
        deviations: of the target.
        documented: the operations of the contracts, by API and key.
        only_results: write no report but results.json.
        results: of the tests that have ended, in that order.
        shard: the part of the tests that the run has; None for all.
    """

    folder: Path
    run: RunInfo
    claims: Sequence[Claim]
    deviations: Sequence[Deviation] = ()
    documented: Mapping[str, Mapping[str, DocumentedParts]] = field(default_factory=dict)
    only_results: bool = False
    results: list[TestResult] = field(default_factory=list)
    shard: Shard | None = None
    _started: float = field(default_factory=time.monotonic)
    _written: float = 0.0
    _interval: float = field(default_factory=lambda: WRITE_INTERVAL_S)

    def start(self) -> None:
        """Replace older reports by an incomplete results.json without verdicts."""
        for name in DERIVED_FILES:
            (self.folder / name).unlink(missing_ok=True)
        self._write(self._aggregate(()))

    def add(self, result: TestResult) -> None:
        """Add the result of a test, and write results.json if the last write is long enough ago."""
        self.results.append(result)
        started = time.monotonic()
        if started - self._written > self._interval:
            with contextlib.suppress(OSError):  # a full disk may have space again at the end
                self._write(self._aggregate(()))
            seconds = time.monotonic() - started
            self._interval = max(WRITE_INTERVAL_S, seconds / MAX_WRITE_SHARE)

    def finish(
        self,
        stats: Iterable[Mapping[str, ApiStats]] = (),
        complete: bool = True,
        errors: Sequence[str] = (),
        lost: str = "",
    ) -> Results:
        """Write all reports; a report that can't be written becomes an error of the run.

        Args:
            stats: what each process sent, by API.
            complete: false for a run that was interrupted.
            errors: why the run is not reliable.
            lost: why the target counts as lost; such a run is not complete.
        """
        self.run = self.run.model_copy(update={"lost": lost})
        results = self._aggregate(list(stats), complete, errors)
        # results.json is last, because it contains the errors of writing the others.
        reports = {} if self.only_results else renderers(self.folder)
        return write_reports(results, self.folder, {**reports, FILE: as_json})

    def _aggregate(
        self, stats: Sequence[Mapping[str, ApiStats]], complete: bool = False, errors: Sequence[str] = ()
    ) -> Results:
        """Return the results of the tests so far; `complete` and `errors` are those of the run."""
        complete = complete and not errors and not self.run.lost
        claims = aggregate(self.claims, self.results, self.deviations)
        if self.shard is not None:
            claims = [_in_other_shard(claim) for claim in claims]
        sent = sum(api_stats["requests"] for each in stats for api_stats in each.values())
        run = self.run.model_copy(
            update={
                "seconds": round(time.monotonic() - self._started, 3),
                "requests": sent or sum(result.requests for result in self.results),
                "complete": complete,
                "errors": list(errors),
                "shard": self.shard,
            }
        )
        results = Results(
            run=run,
            totals=totals(claims),
            claims=claims,
            operations=operation_stats(stats, self.documented if stats else {}),
            tests=[test_entry(result) for result in self.results],
        )
        if not complete or self.shard is not None:  # the shards together may have what this one lacks
            return results
        sentences = [*problems(claims, self.deviations), *unmet_requirements(results)]
        return results.model_copy(update={"problems": sentences})

    def _write(self, results: Results) -> None:
        """Write results.json and remember the time."""
        write(results, self.folder / FILE)
        self._written = time.monotonic()


def _in_other_shard(claim: ClaimResult) -> ClaimResult:
    """Return the result of a claim; the reason is another one if this shard has no test of it."""
    return claim.model_copy(update={"reason": NOT_HERE}) if claim.reason == NO_TEST else claim


def test_entry(result: TestResult) -> Test:
    """Return the entry of a test in results.json."""
    return Test(
        id=result.test,
        line=result.line,
        api=result.api,
        claims=list(result.claims),
        doc=result.doc,
        outcome=result.outcome,
        reason=result.reason or None,
        seconds=round(result.seconds, 3),
        requests=result.requests,
    )
