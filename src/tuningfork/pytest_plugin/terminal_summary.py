"""Prints the header lines of a run and, in place of pytest's summary, the results of its claims."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tuningfork.contract.lint import lint_notes
from tuningfork.pytest_plugin.api_selection import override_notes
from tuningfork.pytest_plugin.reporting import ReportPlugin
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.runtest import OUTCOME
from tuningfork.report import table
from tuningfork.report.results import Results
from tuningfork.report.terminal import print_results
from tuningfork.report.test_result import TestResult

REPEATED_BY_SUMMARY = "fEsxX"
"""Letters of pytest's option -r whose lines would repeat what the results of claims contain."""


class TerminalSummary:
    """Prints each failure once: broken claims here, errors of tests by pytest.

    Args:
        config: of the session.
        run: the run whose results are printed.
        reporting: has the results at the end.
    """

    def __init__(self, config: pytest.Config, run: RunConfig, reporting: ReportPlugin) -> None:
        self._is_verbose = config.option.verbose + getattr(config.option, "quiet", 0) > 0
        self._is_quiet = config.option.verbose < 0 and not self._is_verbose
        self._run = run
        self._reporting = reporting

    def pytest_report_header(self) -> list[str]:
        """Return the target and the seed; with -v also the notes on the contracts."""
        lines = [f"target: {self._run.target.name}, seed: {self._run.seed}"]
        if self._is_verbose:
            for contract in self._run.contracts.values():
                lines += [f"note: {note}" for note in lint_notes(contract)]
        return lines

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Report a passed test that found a broken SHOULD or MAY as a warning."""
        if report.when == "call" and report.passed and report.longrepr:
            return "warned", "w", "WARNED"
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, exitstatus: int) -> Generator[None, None, None]:
        """Print the results after an internal error, because pytest prints no summary then."""
        yield
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR and self._reporting.results is not None:
            self._print(self._reporting.results)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> Generator[None, None, None]:
        """Print the results of claims; hide from pytest's summary the failures that they contain."""
        terminalreporter.reportchars = "".join(
            char for char in terminalreporter.reportchars if char not in REPEATED_BY_SUMMARY
        )
        failed_reports = terminalreporter.stats.pop("failed", [])
        if errors := [report for report in failed_reports if not _has_violations(report)]:
            terminalreporter.stats["failed"] = errors
        yield
        if failed_reports:
            terminalreporter.stats["failed"] = failed_reports
        for note in self._notes():
            terminalreporter.line(note, yellow=True)
        for problem in self._reporting.problems:
            terminalreporter.line(f"ERROR: {problem}", red=True)
        for line in self._reporting.undeleted if not self._run.is_mock else ():
            terminalreporter.line(self._run.disclosure.line(line), yellow=True)
        if self._reporting.results is not None:
            self._print(self._reporting.results)
        if self._run.record and self._run.recordings is None:
            terminalreporter.line(f"recorded: {self._run.folder / 'cassettes'}/")

    def _notes(self) -> list[str]:
        """Return what the run leaves out and, unless it is quiet, which APIs replace installed ones."""
        return self._run.notes + ([] if self._is_quiet else override_notes(self._run.homes.values()))

    def _print(self, results: Results) -> None:
        """Print the results of the claims."""
        folder, console = f"{self._run.reports}/", table.console()
        print_results(results, console, folder, self._reporting.files, verbose=self._is_verbose)


def _has_violations(report: pytest.TestReport) -> bool:
    """Return whether the test of a report found a broken claim."""
    results = [str(value) for name, value in report.user_properties if name == OUTCOME]
    return any(TestResult.model_validate_json(result).violations for result in results)
