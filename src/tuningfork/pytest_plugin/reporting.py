"""Takes in what all processes say, and writes the reports; runs where pytest was started."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tuningfork.client.config import ConfigurationError
from tuningfork.client.reservation import OccupiedError, ReservationEntry, TargetReservation
from tuningfork.contract.lint import lint, lint_notes
from tuningfork.pytest_plugin import collection, internal_error
from tuningfork.pytest_plugin.api_selection import override_notes
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.collection_root import shown_paths
from tuningfork.pytest_plugin.credential_check import expect_valid_credentials
from tuningfork.pytest_plugin.reachability import UnreachableError, expect_reachable
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.runtest import OUTCOME
from tuningfork.pytest_plugin.session import is_listing_only
from tuningfork.pytest_plugin.session_totals import exchange_counts, lost_targets, undeleted_resources
from tuningfork.report import results, table
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.results import Results
from tuningfork.report.results_writer import ResultsWriter
from tuningfork.report.test_result import TestResult

TO_THE_END = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
WRITTEN = (results.FILE, "junit.xml", "summary.md", "index.html", internal_error.FILE)


class ReportPlugin:
    """The one of a session that records."""

    def __init__(self, config: pytest.Config, run: RunConfig, stages: ApiSessions) -> None:
        self._config = config
        self._run = run
        self._stages = stages
        self._tallies: list[dict[str, Any]] = []
        self._problems: list[str] = []
        self._lost: dict[str, str] = {}
        self._left: list[str] = []
        self._errors: list[str] = []
        self._workers: set[int] = set()
        self._broken: str | None = None
        self._is_interrupted = False
        self._results: Results | None = None
        self._recorder = ResultsWriter(run.reports, _described(run), run.claims(), run.deviations)

    def pytest_sessionstart(self) -> None:
        """See that the contracts are sound and the target is there, before anything runs."""
        wrong = [str(one) for contract in self._run.contracts.values() for one in lint(contract.folder)]
        if wrong:
            raise pytest.UsageError(*wrong)
        if is_listing_only(self._config):
            return
        self._start()
        if not (self._run.is_mock or self._run.is_replay):
            self._reserve()
        try:
            for name in self._run.contracts if not (self._run.is_mock or self._run.is_replay) else ():
                expect_reachable(name, self._stages.settings(name), self._stages.route(name))
                expect_valid_credentials(self._stages[name])
        except UnreachableError as gone:
            self._stages.close()
            pytest.exit(str(gone), Exit.ERROR)
        except ConfigurationError as wrong:
            self._stages.close()
            drop_earlier(self._run.reports)
            raise pytest.UsageError(str(wrong)) from None

    def _reserve(self) -> None:
        """Have the target to this run alone, if it writes; else share it with others that only read."""
        settings = [self._stages.settings(name) for name in self._run.contracts]
        keys = tuple(key for each in settings for key in each.reservation_keys())
        try:
            self._run.state.mkdir(parents=True, exist_ok=True)
            reservation = TargetReservation(ReservationEntry.for_this_process(keys, self._run.writes))
            reservation.acquire(self._run.target.options.patience, self._tell)
        except OccupiedError as occupied:
            pytest.exit(str(occupied), Exit.ERROR)
        except OSError as unwritable:
            raise pytest.UsageError(
                f"{unwritable.filename}: can't be written ({unwritable.strerror}); "
                "a run keeps there what it creates."
            ) from None
        self._config.add_cleanup(reservation.release)

    def _tell(self, sentence: str) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(sentence)

    def _start(self) -> None:
        try:
            drop_earlier(self._run.reports)
            self._recorder.start()
        except OSError as unwritable:
            raise pytest.UsageError(
                f"--report-dir {self._run.reports}: can't be written ({unwritable.strerror}); choose another."
            ) from None

    def pytest_report_header(self) -> list[str]:
        """Name the target and the seed, and what may be a mistake in a contract."""
        noted = [
            f"note: {note}" for contract in self._run.contracts.values() for note in lint_notes(contract)
        ]
        return [f"target: {self._run.target.name}, seed: {self._run.seed}", *noted]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the end of a test, wherever it ran; one that failed without an outcome lost its process."""
        told = [str(value) for name, value in report.user_properties if name == OUTCOME]
        for value in told:
            self._recorder.add(TestResult.model_validate_json(value))
        if report.failed and not told:
            self._errors.append(f"{report.nodeid}: the process that ran this test died.")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take in what could not be collected, in this process or in a worker, and show it in a sentence."""
        if report.failed:
            self._errors.append(collection.collection_error(report))
            where = internal_error.keep(
                self._run.disclosure.block(shown_paths(report.longreprtext)), self._run.reports
            )
            report.longrepr = f"{self._run.disclosure.line(self._errors[-1])} ({where})"

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say an error of ours in one sentence; its traceback goes into a file.

        One may bring about another (no worker is left), which says nothing new.
        """
        if self._broken is None:
            hide = self._run.disclosure.block
            self._broken = internal_error.sentence(excinfo, str(excrepr), self._run.reports, hide)
            self._errors.append(self._broken)
        excrepr.toterminal = lambda out: out.line(self._broken)  # pytest prints it by this

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Pass an interruption on to the workers; pytest also ends a run in this way after `-x`."""
        if type(excinfo.value) in (KeyboardInterrupt, pytest.exit.Exception):
            self._is_interrupted = True
            for worker in self._workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGTERM)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Note the process of a worker."""
        self._workers.add(node.gateway._rinfo().pid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show a broken SHOULD or MAY as a warning."""
        if report.when == "call" and report.passed and report.longrepr:
            return "warned", "w", "WARNED"
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in what a worker has counted, what it found wrong at collection, and whether it died."""
        self._workers.discard(node.gateway._rinfo().pid)
        if error == "keyboard-interrupt":
            self._is_interrupted = True
        elif error:
            self._errors.append(
                f"{node.gateway.id}: this worker died ({str(error).strip().splitlines()[-1]})."
            )
        output = getattr(node, "workeroutput", {})
        self._tallies += output.get("exchange_counts", [])
        self._left += output.get("undeleted_resources", [])
        self._problems = output.get("problems", self._problems)
        self._lost |= output.get("lost_targets", {})

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Write the reports and choose the exit code, when everything else has ended."""
        try:
            yield
        except Exception as broken:  # a fixture may end in any way
            self._errors.append(f"tuningfork broke down at the end ({type(broken).__name__}: {broken}).")
        if is_listing_only(self._config) or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        if self._problems:
            session.exitstatus = Exit.REFUSED
            return
        lost_apis = self._lost | lost_targets(self._stages)
        is_whole = exitstatus in TO_THE_END and not (session.shouldfail or session.shouldstop)
        self._results = self._recorder.finish(
            [*self._tallies, *exchange_counts(self._stages)],
            complete=is_whole and not self._is_interrupted,
            errors=[self._run.disclosure.line(error) for error in dict.fromkeys(self._errors)],
            lost="; ".join(f"{api}: {why}" for api, why in sorted(lost_apis.items())),
        )
        session.exitstatus = exit_code(self._results, interrupted=self._is_interrupted)
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR:  # pytest ends without its summary
            self._show(self._results)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        is_quiet = self._config.option.verbose < 0
        for note in (*self._run.notes, *(() if is_quiet else override_notes(self._run.homes.values()))):
            terminalreporter.line(note, yellow=True)
        for problem in self._problems:
            terminalreporter.line(f"ERROR: {problem}", red=True)
        for one in dict.fromkeys(
            [*self._left, *undeleted_resources(self._stages)] if not self._run.is_mock else ()
        ):
            terminalreporter.line(self._run.disclosure.line(one), yellow=True)
        if self._results is not None:
            self._show(self._results)
        if self._run.record:
            terminalreporter.line(f"recorded: {self._run.folder / 'cassettes'}/")

    def _show(self, results: Results) -> None:
        table.show(results, table.console(), f"{self._run.reports}/")


def drop_earlier(folder: Path) -> None:
    """Take away what another run has written, so that it can't be taken for this one's."""
    for name in WRITTEN:
        (folder / name).unlink(missing_ok=True)


def _described(run: RunConfig) -> results.RunInfo:
    return results.RunInfo(
        target=run.target.name,
        started=run.started.isoformat(timespec="seconds"),
        seed=run.seed,
        version=version("tuningfork"),
        apis={
            contract.api: results.Api(
                title=contract.title, documentation=contract.documentation, sources=dict(contract.sources)
            )
            for contract in run.contracts.values()
        },
    )
