"""Takes in what all processes say, and writes the reports; runs where pytest was started."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tuningfork.contract.lint import lint
from tuningfork.plugin.judging import OUTCOME, left, tallies
from tuningfork.plugin.run import Run
from tuningfork.plugin.session import only_shows
from tuningfork.plugin.stage import UnreachableError, probe
from tuningfork.plugin.stages import Stages
from tuningfork.plugin.tapes import write_target
from tuningfork.report import record, table
from tuningfork.report.exit import Exit, exit_code
from tuningfork.report.outcome import Outcome
from tuningfork.report.record import Results
from tuningfork.report.recorder import Recorder

TO_THE_END = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
WRITTEN = (record.FILE, "junit.xml", "summary.md", "index.html")


class Recording:
    """The one of a session that records."""

    def __init__(self, config: pytest.Config, run: Run, stages: Stages) -> None:
        self._config = config
        self._run = run
        self._stages = stages
        self._tallies: list[dict[str, Any]] = []
        self._problems: list[str] = []
        self._left: list[str] = []
        self._results: Results | None = None
        self._is_torn = False
        self._recorder = Recorder(run.reports, _described(run), run.claims(), run.deviations)

    def pytest_sessionstart(self) -> None:
        """See that the contracts are sound and the target is there, before anything runs."""
        wrong = [str(one) for contract in self._run.contracts.values() for one in lint(contract.folder)]
        if wrong:
            raise pytest.UsageError(*wrong)
        if only_shows(self._config):
            return
        self._start()
        try:
            for name in self._run.contracts if not (self._run.is_mock or self._run.is_replay) else ():
                probe(name, self._stages.settings(name), self._run.target.options.timeout)
        except UnreachableError as gone:
            pytest.exit(str(gone), Exit.ERROR)

    def _start(self) -> None:
        try:
            drop_earlier(self._run.reports)
            self._recorder.start()
        except OSError as unwritable:
            raise pytest.UsageError(
                f"--report-dir {self._run.reports}: can't be written ({unwritable.strerror}); choose another."
            ) from None

    def pytest_report_header(self) -> str:
        """Name the target and the seed."""
        return f"target: {self._run.target.name}, seed: {self._run.seed}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the end of a test, wherever it ran; what failed without a word died with its process."""
        told = [str(value) for name, value in report.user_properties if name == OUTCOME]
        for value in told:
            self._recorder.add(Outcome.model_validate_json(value))
        self._is_torn |= report.failed and not told

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show a broken SHOULD or MAY as a warning."""
        if report.when == "call" and report.passed and report.longrepr:
            return "warned", "w", "WARNED"
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what a worker has counted, and what it found wrong at collection."""
        output = getattr(node, "workeroutput", {})
        self._tallies.append(output.get("tallies", {}))
        self._left += output.get("left", [])
        self._problems = output.get("problems", self._problems)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the reports and choose the exit code."""
        if only_shows(self._config) or exitstatus in (pytest.ExitCode.USAGE_ERROR, Exit.ERROR):
            return
        if self._problems:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return
        if self._run.record:
            for stage in self._stages.made.values():
                write_target(stage, self._run)
        was_ended = exitstatus not in TO_THE_END
        is_whole = not (was_ended or self._is_torn or session.shouldfail or session.shouldstop)
        self._results = self._recorder.finish([*self._tallies, tallies(self._stages)], complete=is_whole)
        if not was_ended:
            session.exitstatus = Exit.ERROR if self._is_torn else exit_code(self._results)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        for problem in self._problems:
            terminalreporter.line(f"ERROR: {problem}", red=True)
        for one in dict.fromkeys([*self._left, *left(self._stages)] if not self._run.is_mock else ()):
            terminalreporter.line(one, yellow=True)
        if self._results is not None:
            table.show(self._results, table.console(), f"{self._run.reports}/")


def drop_earlier(folder: Path) -> None:
    """Take away what another run has written, so that it can't be taken for this one's."""
    for name in WRITTEN:
        (folder / name).unlink(missing_ok=True)


def _described(run: Run) -> record.Run:
    return record.Run(
        target=run.target.name,
        started=run.started.isoformat(timespec="seconds"),
        seed=run.seed,
        version=version("tuningfork"),
        apis={
            contract.api: record.Api(
                title=contract.title, documentation=contract.documentation, sources=dict(contract.sources)
            )
            for contract in run.contracts.values()
        },
    )
