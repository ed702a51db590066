"""The audit as a pytest session: collected once, the suites run against one broken mock after another."""

from __future__ import annotations

import fnmatch
import hashlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tuningfork.audit import batching, fault, table
from tuningfork.audit.allowed_survivors import AllowedSurvivorsError
from tuningfork.audit.checkpoint import Checkpoint, fingerprint
from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.progress_bar import show_progress
from tuningfork.audit.results import AuditResults, MutantTotals, VariantResult, write_audit
from tuningfork.contract.lint import lint
from tuningfork.pytest_plugin import internal_error, response_mutation
from tuningfork.pytest_plugin.audit_runner import AuditRunner
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import RunConfig, run_of
from tuningfork.report.exit_codes import Exit
from tuningfork.report.recorded_exchange import TrafficError


@dataclass(frozen=True)
class AuditOptions:
    """What an audit is asked for.

    Args:
        patterns: globs of the faults or variants; all of them if there is none.
        faults: whether faults are tried.
        variants: whether conforming variants are.
        wire: whether mutants of answers are.
        sample: how many faults or variants, chosen by the commit; all if not given.
        processes: at a time; as many as there are cores if not given.
    """

    patterns: Sequence[str] = ()
    faults: bool = True
    variants: bool = False
    wire: bool = True
    sample: int | None = None
    processes: int | None = None


@dataclass
class AuditPlugin:
    """The plugin of one audit: it takes the place of pytest's own loop and of what records."""

    plan: AuditOptions
    console: Console
    code: int = Exit.ERROR
    _reports: Path = Path()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Nothing is recorded: these are no results of a target."""
        config.pluginmanager.unregister(name="tuningfork-recording")
        self._reports = run_of(config).reports

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Refuse broken contracts, and faults that there are not."""
        run = run_of(session.config)
        wrong = [str(one) for contract in run.contracts.values() for one in lint(contract.folder)]
        if wrong:
            raise pytest.UsageError(*wrong)
        if (self.plan.faults or self.plan.variants) and not self._chosen(run):
            asked = ", ".join(self.plan.patterns) or "anything"
            raise pytest.UsageError(f"--fault: nothing is called {asked} in {', '.join(run.contracts)}.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Audit in place of running each test once."""
        if session.testsfailed:
            return None  # pytest says what could not be collected
        session.config.pluginmanager.unregister(name="terminalreporter")
        self._audit(session)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say an error of ours in one sentence; its traceback goes into a file."""
        said = internal_error.sentence(excinfo, str(excrepr), self._reports)
        excrepr.toterminal = lambda out: out.line(said)  # pytest prints it by this

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Say by the exit code whether all went well."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = self.code
        elif session.testsfailed:  # what can't be collected
            session.exitstatus = Exit.ERROR

    def _audit(self, session: pytest.Session) -> None:
        run, started, start = run_of(session.config), datetime.now(UTC), time.monotonic()
        wire = self._mutated(run) if self.plan.wire else MutantTotals()
        faults: list[FaultResult] = []
        variants: list[VariantResult] = []
        if self.plan.faults or self.plan.variants:
            journal = _journal(run)
            bench = AuditRunner(session, self.plan.processes)
            if not self._is_healthy(run, bench, journal):
                return
            faults = list(self._tried(run, bench, journal)) if self.plan.faults else []
            variants = list(self._judged(run, bench, journal)) if self.plan.variants else []
            journal.close()
        results = AuditResults(
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - start, 1),
            version=version("tuningfork"),
            faults=sorted(faults, key=lambda trial: (trial.api, trial.id)),
            variants=sorted(variants, key=lambda variant: (variant.api, variant.id)),
            wire=wire,
            tests=_tests(session),
        )
        write_audit(results, run.reports)
        table.show(results, run.contracts.values(), self.console, str(run.reports))
        self.code = Exit.OK if results.is_clean else Exit.FAILED

    def _mutated(self, run: RunConfig) -> MutantTotals:
        try:
            return response_mutation.mutate(
                run.contracts.values(), run.root / "cassettes", self.plan.processes
            )
        except (AllowedSurvivorsError, TrafficError) as broken:
            raise pytest.UsageError(str(broken)) from None

    def _is_healthy(self, run: RunConfig, bench: AuditRunner, journal: Checkpoint) -> bool:
        """Whether the mocks pass as they are; else nothing is begun."""
        only = frozenset(claim for one in self._chosen(run) for claim in one.claims)
        asked = bench.tests(only if self.plan.patterns or self.plan.sample else None)
        if all(item.nodeid in journal.healthy for item in asked):
            return True
        healthy = bench.healthy(asked)
        if healthy.wrong:
            self.console.print(
                f"ERROR: a mock without any fault breaks the suite ({healthy.wrong[0]}); fix it first.",
                style="bold red",
            )
            return False
        journal.add_healthy(healthy.seconds)
        return True

    def _tried(self, run: RunConfig, bench: AuditRunner, journal: Checkpoint) -> Iterator[FaultResult]:
        chosen = self._chosen(run, is_fault=True)
        known = [journal.trials[one.id] for one in chosen if one.id in journal.trials]
        yield from known
        left = [one for one in chosen if one.id not in journal.trials]
        with show_progress("faults", len(chosen), len(known), self.console) as advance:
            for trial in bench.trials(left, journal.healthy):
                journal.add(trial)
                advance(1)
                yield trial

    def _judged(self, run: RunConfig, bench: AuditRunner, journal: Checkpoint) -> Iterator[VariantResult]:
        """Whole groups first; a group that a test complains of in halves, down to who is to blame."""
        chosen = self._chosen(run, is_fault=False)
        known = [journal.variants[one.id] for one in chosen if one.id in journal.variants]
        yield from known
        left = [one for one in chosen if one.id not in journal.variants]
        waiting: list[Sequence[MockPatch]] = list(batching.batches(left))
        with show_progress("variants", len(chosen), len(known), self.console) as advance:
            while waiting:
                asked, waiting = waiting, []
                for done in bench.groups(asked):
                    complaints = done.result if done.result is not None else [done.reason]
                    if complaints and len(done.task) > 1:
                        told = f"{len(done.task)} variants together: {complaints[0]}; now in halves"
                        self.console.print(told, style="dim", highlight=False)
                        waiting += batching.bisect(done.task)
                        continue
                    advance(len(done.task))
                    for variant in (_variant(one, complaints) for one in done.task):
                        journal.add_variant(variant)
                        yield variant

    def _chosen(self, run: RunConfig, is_fault: bool | None = None) -> list[MockPatch]:
        """What is asked for, and of that what the commit chooses."""
        wanted = {True: self.plan.faults, False: self.plan.variants}
        found = [
            one
            for name in run.contracts
            for one in fault.of_api(name)
            if wanted[one.is_fault] and is_fault in (None, one.is_fault) and self._is_named(one)
        ]
        if self.plan.sample is None:
            return found
        commit = _commit(run.root)
        return sorted(found, key=lambda one: hashlib.sha256(f"{commit} {one.id}".encode()).digest())[
            : self.plan.sample
        ]

    def _is_named(self, difference: MockPatch) -> bool:
        return not self.plan.patterns or any(
            fnmatch.fnmatchcase(difference.id, pattern) for pattern in self.plan.patterns
        )


def _journal(run: RunConfig) -> Checkpoint:
    state = fingerprint([run.root / "suites", run.root / "specs", _sources()])
    try:
        return Checkpoint(run.reports, state)
    except OSError as unwritable:
        raise pytest.UsageError(
            f"--report-dir {run.reports}: can't be written ({unwritable.strerror}); choose another."
        ) from None


def _variant(difference: MockPatch, complaints: list[str]) -> VariantResult:
    return VariantResult(
        id=difference.id,
        api=difference.api,
        claims=list(difference.claims),
        verdict="alarm" if complaints else "fair",
        complaints=complaints[:5],
    )


def _tests(session: pytest.Session) -> dict[str, list[str]]:
    """The tests of each claim."""
    judging: dict[str, list[str]] = {}
    for item in session.items:
        for claim in claims_of(item):
            judging.setdefault(claim, []).append(item.nodeid)
    return judging


def _sources() -> Path:
    return Path(fault.__file__).parents[1]


def _commit(root: Path) -> str:
    """What chooses a sample: the commit, or where there is none the state of the suites."""
    asked = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        return fingerprint([root / "suites"])
