"""Collects the results of a run and writes its reports, in the process that the user started."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tuningfork.client.config import ConfigurationError
from tuningfork.pytest_plugin import collection, failure_message, internal_error, preflight
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.collection_root import shown_paths
from tuningfork.pytest_plugin.contract_results import describe_apis, documented_parts
from tuningfork.pytest_plugin.cost import PLAN
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.pytest_plugin.runtest import OUTCOME
from tuningfork.pytest_plugin.session import CHOICES, choices, is_listing_only
from tuningfork.pytest_plugin.session_totals import exchange_counts, lost_targets, undeleted_resources
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.report_files import REPORT_FILES
from tuningfork.report.results import FILE, Results, RunInfo, Shard
from tuningfork.report.results_writer import ResultsWriter
from tuningfork.report.test_result import TestResult
from tuningfork.report.verdicts import as_waiver

COMPLETE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
"""pytest's exit codes of a session that ran all its tests."""
OLD_FILES = (*REPORT_FILES, internal_error.FILE)


@dataclass
class WorkerData:
    """What the workers of pytest-xdist report when they end.

    Args:
        stats: what each worker sent, by API.
        problems: errors of collection, the same for each worker.
        lost: why a target was lost, by API.
        undeleted: resources that could not be deleted, a line each.
        shard: which tests the workers had; None for all.
    """

    stats: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    undeleted: list[str] = field(default_factory=list)
    shard: Shard | None = None

    def add(self, output: dict[str, Any]) -> None:
        """Add the `workeroutput` of one worker."""
        self.stats += output.get("exchange_counts", [])
        self.problems = output.get("problems", self.problems)
        self.lost |= output.get("lost_targets", {})
        self.undeleted += output.get("undeleted_resources", [])
        if shard := output.get("shard"):
            self.shard = Shard.model_validate(shard)


class ReportPlugin:
    """Writes the reports of a run and chooses its exit code.

    Args:
        config: the configuration of the pytest session.
        run: the run that is reported.
        sessions: the API sessions of this process.
    """

    def __init__(self, config: pytest.Config, run: RunConfig, sessions: ApiSessions) -> None:
        self.results: Results | None = None
        """The results of the run; None until its end."""
        self._config = config
        self._run = run
        self._sessions = sessions
        self._workers = WorkerData()
        self._worker_pids: set[int] = set()
        self._errors: list[str] = []
        self._internal_error: str | None = None
        self._is_interrupted = False
        self._writer = ResultsWriter(
            run.reports,
            _run_info(run),
            run.claims(),
            run.deviations,
            documented_parts(run.contracts),
            only_results=config.option.no_reports,
            shard=run.shard,
        )

    @property
    def problems(self) -> list[str]:
        """Errors of collection found by the workers, a sentence each."""
        return self._workers.problems

    @property
    def files(self) -> tuple[str, ...]:
        """The reports of the run."""
        return (FILE,) if self._config.option.no_reports else REPORT_FILES

    @property
    def undeleted(self) -> list[str]:
        """Resources on the target that could not be deleted, a line each."""
        return list(dict.fromkeys([*self._workers.undeleted, *undeleted_resources(self._sessions)]))

    def pytest_sessionstart(self) -> None:
        """Check the contracts and the target before any test runs."""
        preflight.require_valid_contracts(self._run)
        if is_listing_only(self._config):
            return
        self._start()
        if self._run.is_mock or self._run.is_replay:
            return
        reservation = preflight.reserve_target(self._run, self._sessions, self.write_line)
        self._config.add_cleanup(reservation.release)
        try:
            preflight.require_reachable_target(self._run, self._sessions)
        except ConfigurationError as error:
            delete_old_reports(self._run.reports)
            raise pytest.UsageError(str(error)) from None

    def write_line(self, sentence: str) -> None:
        """Print a sentence in the terminal, if pytest prints there."""
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(sentence)

    def _start(self) -> None:
        """Replace the reports of an earlier run; raise UsageError if the folder can't be written."""
        try:
            delete_old_reports(self._run.reports)
            self._writer.start()
        except OSError as error:
            raise pytest.UsageError(
                f"--report-dir {self._run.reports}: can't be written ({error.strerror}); choose another."
            ) from None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add the result of a test; a failed test without a result lost its process."""
        results = [str(value) for name, value in report.user_properties if name == OUTCOME]
        for result in results:
            self._writer.add(TestResult.model_validate_json(result))
        if report.failed and not results:
            self._errors.append(f"{report.nodeid}: the process that ran this test died.")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show a collection error as one sentence; its traceback is written to a file."""
        if report.failed:
            self._errors.append(collection.collection_error(report))
            traceback = self._run.disclosure.block(shown_paths(report.longreprtext))
            file = internal_error.write_traceback(traceback, self._run.reports)
            report.longrepr = f"{self._run.disclosure.line(self._errors[-1])} ({file})"

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Show an internal error as one sentence; its traceback is written to a file.

        Only the first one counts, because later ones are its consequences.
        """
        if self._internal_error is None:
            mask_secrets = self._run.disclosure.block
            self._internal_error = internal_error.save_and_describe(
                excinfo, str(excrepr), self._run.reports, mask_secrets
            )
            self._errors.append(self._internal_error)
        excrepr.toterminal = lambda out: out.line(self._internal_error)  # pytest calls it to print the error

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Send SIGTERM to the workers if the run is interrupted, but not if pytest ends it after `-x`."""
        if type(excinfo.value) in (KeyboardInterrupt, pytest.exit.Exception):
            self._is_interrupted = True
            for pid in self._worker_pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Send a worker the options that were chosen, and record its process id."""
        node.workerinput[CHOICES] = choices(self._config)
        self._worker_pids.add(node.gateway._rinfo().pid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Add the data of a worker process that has ended, and its error if it died."""
        self._worker_pids.discard(node.gateway._rinfo().pid)
        if error == "keyboard-interrupt":
            self._is_interrupted = True
        elif error:
            reason = str(error).strip().splitlines()[-1]
            self._errors.append(f"{node.gateway.id}: this worker died ({reason}).")
        self._workers.add(getattr(node, "workeroutput", {}))

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Write the reports and choose the exit code, after all other plugins have finished."""
        try:
            yield
        except Exception as error:  # the teardown of a fixture may raise anything
            self._errors.append(f"tuningfork failed at the end ({type(error).__name__}: {error}).")
        if is_listing_only(self._config) or exitstatus == pytest.ExitCode.USAGE_ERROR:
            return
        if self.problems:
            session.exitstatus = Exit.REFUSED
            return
        lost_apis = self._workers.lost | lost_targets(self._sessions)
        is_complete = exitstatus in COMPLETE and not (session.shouldfail or session.shouldstop)
        self._writer.shard = self._workers.shard or self._run.shard
        plan = self._config.stash.get(PLAN, None)
        self._writer.run = self._writer.run.model_copy(
            update={"expected_requests": None if plan is None else plan.requests}
        )
        self.results = self._writer.finish(
            [*self._workers.stats, *exchange_counts(self._sessions)],
            complete=is_complete and not self._is_interrupted,
            errors=[self._run.disclosure.line(error) for error in dict.fromkeys(self._errors)],
            lost="; ".join(f"{api}: {reason}" for api, reason in sorted(lost_apis.items())),
        )
        session.exitstatus = exit_code(self.results, interrupted=self._is_interrupted)


def delete_old_reports(folder: Path) -> None:
    """Delete the reports of an earlier run, so that they can't be mistaken for those of this run."""
    for name in OLD_FILES:
        (folder / name).unlink(missing_ok=True)


def _run_info(run: RunConfig) -> RunInfo:
    """Return what results.json says about a run at its start."""
    return RunInfo(
        target=run.target.name,
        started=run.started.isoformat(timespec="seconds"),
        seed=run.seed,
        version=version("tuningfork"),
        folder=run.disclosure.line(str(run.folder), 4096),
        repository_path=run.disclosure.line(_repository_path(run.folder)),
        depth=run.depth,
        faults=list(run.faults),
        requirements=run.requirements,
        shard=run.shard,
        deviations={each.claim: as_waiver(each) for each in run.deviations},
        options=[run.disclosure.line(option) for option in failure_message.rerun_options(run)],
        apis=describe_apis(run.contracts),
    )


def _repository_path(folder: Path) -> str:
    """Return the path of a folder below the root of its Git repository; empty without a repository."""
    root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)
    return "/".join(folder.relative_to(root).parts)
