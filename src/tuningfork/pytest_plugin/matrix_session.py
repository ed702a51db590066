"""`tuningfork audit --matrix`: measures the tests that have changed, and writes the matrix of each API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pytest
from rich.console import Console

from tuningfork import apis
from tuningfork.apis import ApiHome
from tuningfork.audit.fault import MockPatch
from tuningfork.audit.progress_bar import show_progress
from tuningfork.depth.digests import digest_of_subject
from tuningfork.depth.matrix import FILE, Matrix, MatrixError
from tuningfork.pytest_plugin.matrix_runner import MatrixRunner
from tuningfork.pytest_plugin.run_config import run_of
from tuningfork.report.results import write_text

T = TypeVar("T")


@dataclass(frozen=True)
class MatrixSession:
    """Measures the collected tests against all faults of their APIs.

    Args:
        session: has the tests.
        processes: the number of parallel processes; one for each core if None.
        measures_all: whether the rows of tests that have not changed are measured, too.
        console: shows the progress and the totals.
    """

    session: pytest.Session
    processes: int | None
    measures_all: bool
    console: Console

    def write(self) -> None:
        """Write the matrix of each API into its folder of specs/.

        Raises:
            FailingSuiteError: a test fails without a fault.
            UnmeasuredFaultError: the tests against a fault did not end.
        """
        for home in run_of(self.session.config).homes.values():
            file = home.specs / FILE
            faults = [patch for patch in apis.patches(home.name) if patch.is_fault]
            runner = MatrixRunner(self.session, self.processes)
            known = self._known_rows(runner, home, faults)
            runner.select(home.name, known.rows)
            matrix = self._measure(runner, home.name, faults, known)
            try:
                write_text(matrix.to_text(), file)
            except OSError as error:
                raise pytest.UsageError(f"{file}: can't be written ({error.strerror}).") from None
            tests = f"{len(matrix.tests)} tests, {runner.selected} of them measured"
            self._print_totals(f"{file}: {tests}", matrix)

    def _known_rows(self, runner: MatrixRunner, home: ApiHome, faults: Iterable[MockPatch]) -> Matrix:
        """Return a matrix with today's digests, and with the rows of the present one that are still valid."""
        now = Matrix(
            digests=runner.digests(home.name),
            subject=digest_of_subject(home.code, home.specs),
            faults=tuple(patch.id for patch in faults),
            tests=(),
        )
        try:
            present = None if self.measures_all else Matrix.load(home.specs)
        except MatrixError:
            present = None
        return now.with_rows(() if present is None else present.valid_rows(now))

    def _measure(self, runner: MatrixRunner, api: str, faults: Sequence[MockPatch], known: Matrix) -> Matrix:
        """Return the known rows, and those of the tests that the runner has selected."""
        with show_progress(f"{api}: tests", 2 * runner.selected, 0, self.console) as advance:
            costs = dict(_counted(runner.measure(), advance))
            reading = dict(_counted(runner.measure(read_only=True), advance))
        with show_progress(f"{api}: faults", len(faults), 0, self.console) as advance:
            found = list(_counted(runner.find_kills(faults, costs, known), advance))
        with show_progress(f"{api}: faults, each test alone", len(faults), 0, self.console) as advance:
            kills = list(_counted(runner.confirm(found), advance))
        return runner.make_matrix(costs, reading, kills, known)

    def _print_totals(self, start: str, matrix: Matrix) -> None:
        """Print a line about a matrix that was written."""
        requests = sum(row.requests for row in matrix.tests)
        killed = len(matrix.faults) - len(matrix.survivors)
        line = f"{start}, {requests:,} requests, {killed} of {len(matrix.faults)} faults killed"
        self.console.print(line, soft_wrap=True, highlight=False)


def _counted(results: Iterable[T], advance: Callable[[int], None]) -> Iterator[T]:
    """Yield results, and show each as progress."""
    for result in results:
        advance(1)
        yield result
