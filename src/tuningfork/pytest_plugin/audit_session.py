"""The audit as a pytest session: collects the suites once, and runs them against many patched mocks."""

from __future__ import annotations

import fnmatch
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tuningfork import apis
from tuningfork.audit import batching, fault, table
from tuningfork.audit.allowed_survivors import AllowedSurvivorsError
from tuningfork.audit.checkpoint import Checkpoint, fingerprint
from tuningfork.audit.dealing import deal, describe_shard
from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import FaultResult
from tuningfork.audit.progress_bar import show_progress
from tuningfork.audit.results import AuditResults, MutantTotals, VariantResult, write_audit
from tuningfork.contract.lint import lint_loaded
from tuningfork.pytest_plugin import internal_error, response_mutation
from tuningfork.pytest_plugin.audit_runner import AuditRunner, FailingSuiteError
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.commit import read_commit, source_folders
from tuningfork.pytest_plugin.matrix_runner import UnmeasuredFaultError
from tuningfork.pytest_plugin.matrix_session import MatrixSession
from tuningfork.pytest_plugin.run_config import RunConfig, run_of
from tuningfork.report.exit_codes import Exit
from tuningfork.report.recorded_exchange import TrafficError
from tuningfork.report.results import Shard

MAX_COMPLAINTS = 5
"""The failures of a variant that the report lists."""


@dataclass(frozen=True)
class AuditOptions:
    """The options of an audit.

    Args:
        patterns: globs of the ids of faults and variants; all if empty.
        faults: whether to run the suites against faults.
        variants: whether to run the suites against conforming variants.
        response_mutants: whether to check mutants of recorded responses.
        sample: the number of faults and variants, chosen by the commit; all if not given.
        shard: the number of the shard to run and how many there are; everything runs if not given.
        processes: the number of parallel processes; one for each core if not given.
        matrix: whether to measure each test against all faults and write matrix.json instead.
        measures_all: whether the matrix keeps no row of a test module that has not changed.
    """

    patterns: Sequence[str] = ()
    faults: bool = True
    variants: bool = False
    response_mutants: bool = True
    sample: int | None = None
    shard: tuple[int, int] | None = None
    processes: int | None = None
    matrix: bool = False
    measures_all: bool = False


@dataclass
class AuditPlugin:
    """The pytest plugin of an audit: it replaces pytest's loop over the tests and writes audit.json."""

    options: AuditOptions
    console: Console
    exit_code: int = Exit.ERROR
    """The exit code of the audit; an error until the audit is complete."""
    _reports: Path = Path()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Remove the plugins that write and print the results of a target: an audit has none."""
        config.pluginmanager.unregister(name="tuningfork-reporting")
        config.pluginmanager.unregister(name="tuningfork-terminal")
        self._reports = run_of(config).reports

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Raise UsageError if a contract has errors, or if no fault or variant is selected."""
        run = run_of(session.config)
        errors = [str(error) for contract in run.contracts.values() for error in lint_loaded(contract)]
        if errors:
            raise pytest.UsageError(*errors)
        if (self.options.faults or self.options.variants) and not self._select_all(run):
            patterns = ", ".join(self.options.patterns) or "anything"
            raise pytest.UsageError(f"--fault: nothing is called {patterns} in {', '.join(run.contracts)}.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Audit instead of running each test once."""
        if session.testsfailed:
            return None  # pytest reports what could not be collected
        session.config.pluginmanager.unregister(name="terminalreporter")
        if self.options.matrix:
            matrices = MatrixSession(session, self.options.processes, self.options.measures_all, self.console)
            try:
                matrices.write()
            except (FailingSuiteError, UnmeasuredFaultError) as error:
                self.console.print(str(error), style="bold red")
            else:
                self.exit_code = Exit.OK
        else:
            self._audit(session)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Print an internal error in one sentence, and write its traceback into a file."""
        sentence = internal_error.save_and_describe(excinfo, str(excrepr), self._reports)
        excrepr.toterminal = lambda out: out.line(sentence)  # pytest calls it to print the error

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Set the exit code of the audit."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = self.exit_code
        elif session.testsfailed:  # a suite could not be collected
            session.exitstatus = Exit.ERROR

    def _audit(self, session: pytest.Session) -> None:
        """Run what the options select, write audit.json, print the table; stop if the baseline fails."""
        run, started, start = run_of(session.config), datetime.now(UTC), time.monotonic()
        totals = self._mutate_responses(run) if self._has_mutants else MutantTotals()
        faults: list[FaultResult] = []
        variants: list[VariantResult] = []
        if self.options.faults or self.options.variants:
            checkpoint = _open_checkpoint(run)
            runner = AuditRunner(session, self.options.processes)
            if not self._passes_baseline(run, runner, checkpoint):
                return
            faults = list(self._run_faults(run, runner, checkpoint)) if self.options.faults else []
            variants = list(self._run_variants(run, runner, checkpoint)) if self.options.variants else []
            checkpoint.close()
        results = AuditResults(
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - start, 1),
            version=version("tuningfork"),
            faults=sorted(faults, key=lambda result: (result.api, result.id)),
            variants=sorted(variants, key=lambda result: (result.api, result.id)),
            wire=totals,
            tests=_tests_by_claim(session),
            shard=self._describe_shard(run),
        )
        write_audit(results, run.reports)
        table.show(results, run.contracts.values(), self.console, str(run.reports))
        self.exit_code = Exit.OK if results.is_clean else Exit.FAILED

    def _mutate_responses(self, run: RunConfig) -> MutantTotals:
        """Return the totals of response mutants; raise UsageError if a file of an API can't be read."""
        try:
            return response_mutation.mutate_responses(
                run.contracts.values(), run.cassettes, self.options.processes
            )
        except (AllowedSurvivorsError, TrafficError) as error:
            raise pytest.UsageError(str(error)) from None

    def _passes_baseline(self, run: RunConfig, runner: AuditRunner, checkpoint: Checkpoint) -> bool:
        """Return whether the tests pass on the unchanged mocks; print the first failure if they do not."""
        claims = frozenset(claim for patch in self._select(run) for claim in patch.claims)
        is_partial = bool(self.options.patterns or self.options.sample)
        tests = runner.select_tests(claims if is_partial else None)
        if all(item.nodeid in checkpoint.baseline_seconds for item in tests):
            return True
        baseline = runner.run_baseline(tests)
        if baseline.failures:
            self.console.print(str(FailingSuiteError(baseline.failures[0])), style="bold red")
            return False
        checkpoint.add_baseline(baseline.seconds)
        return True

    def _run_faults(
        self, run: RunConfig, runner: AuditRunner, checkpoint: Checkpoint
    ) -> Iterator[FaultResult]:
        """Yield the result of each selected fault; results in the checkpoint are reused."""
        faults = self._select(run, is_fault=True)
        earlier = [checkpoint.results[each.id] for each in faults if each.id in checkpoint.results]
        yield from earlier
        remaining = [each for each in faults if each.id not in checkpoint.results]
        with show_progress("faults", len(faults), len(earlier), self.console) as advance:
            for result in runner.run_faults(remaining, checkpoint.baseline_seconds):
                checkpoint.add_result(result)
                advance(1)
                yield result

    def _run_variants(
        self, run: RunConfig, runner: AuditRunner, checkpoint: Checkpoint
    ) -> Iterator[VariantResult]:
        """Yield the result of each selected variant; results in the checkpoint are reused.

        Variants share a mock in groups. A group on which a test fails is split, until single variants fail.
        """
        variants = self._select(run, is_fault=False)
        earlier = [checkpoint.variants[each.id] for each in variants if each.id in checkpoint.variants]
        yield from earlier
        remaining = [each for each in variants if each.id not in checkpoint.variants]
        next_groups: list[Sequence[MockPatch]] = list(batching.batches(remaining))
        with show_progress("variants", len(variants), len(earlier), self.console) as advance:
            while next_groups:
                groups, next_groups = next_groups, []
                for group in runner.run_variant_groups(groups):
                    complaints = group.result if group.result is not None else [group.reason]
                    if complaints and len(group.task) > 1:
                        line = f"{len(group.task)} variants together: {complaints[0]}; now in halves"
                        self.console.print(line, style="dim", highlight=False)
                        next_groups += batching.bisect(group.task)
                        continue
                    advance(len(group.task))
                    for result in (_make_variant_result(variant, complaints) for variant in group.task):
                        checkpoint.add_variant(result)
                        yield result

    @property
    def _has_mutants(self) -> bool:
        """Whether response mutants are checked here; they take less long than the rest of the first shard."""
        return self.options.response_mutants and (self.options.shard is None or self.options.shard[0] == 1)

    def _describe_shard(self, run: RunConfig) -> Shard | None:
        """Return the shard for audit.json; None for a whole audit."""
        if self.options.shard is None:
            return None
        dealt = [f"{patch.is_fault} {patch.id}" for patch in self._select_all(run)]
        dealt += ["response mutants"] if self.options.response_mutants else []
        return describe_shard(*self.options.shard, _commit(run), dealt)

    def _select(self, run: RunConfig, is_fault: bool | None = None) -> list[MockPatch]:
        """Return those of `_select_all` that the shard has."""
        patches = self._select_all(run, is_fault)
        return deal(patches, *self.options.shard) if self.options.shard else patches

    def _select_all(self, run: RunConfig, is_fault: bool | None = None) -> list[MockPatch]:
        """Return the faults, the variants or (None) both that the options select, sampled by the commit."""
        is_selected = {True: self.options.faults, False: self.options.variants}
        patches = [
            patch
            for name in run.contracts
            for patch in apis.patches(name)
            if is_selected[patch.is_fault]
            and is_fault in (None, patch.is_fault)
            and self._matches_pattern(patch)
        ]
        if self.options.sample is None:
            return patches
        commit = _commit(run)
        patches.sort(key=lambda patch: hashlib.sha256(f"{commit} {patch.id}".encode()).digest())
        return patches[: self.options.sample]

    def _matches_pattern(self, patch: MockPatch) -> bool:
        """Return whether the id of a fault or variant matches `--fault`; any id does without `--fault`."""
        return not self.options.patterns or any(
            fnmatch.fnmatchcase(patch.id, pattern) for pattern in self.options.patterns
        )


def _commit(run: RunConfig) -> str:
    """Return the commit of the working folder, or a digest of the sources."""
    return read_commit(run.folder, source_folders(run.root, run.homes.values()))


def _open_checkpoint(run: RunConfig) -> Checkpoint:
    """Return the checkpoint of an interrupted audit of the same sources, or a new one."""
    state = fingerprint([*source_folders(run.root, run.homes.values()), Path(fault.__file__).parents[1]])
    try:
        return Checkpoint(run.reports, state)
    except OSError as error:
        raise pytest.UsageError(
            f"--report-dir {run.reports}: can't be written ({error.strerror}); choose another."
        ) from None


def _make_variant_result(variant: MockPatch, complaints: list[str]) -> VariantResult:
    """Return the result of a variant: "alarm" if tests failed on it, else "fair"."""
    return VariantResult(
        id=variant.id,
        api=variant.api,
        claims=list(variant.claims),
        verdict="alarm" if complaints else "fair",
        complaints=complaints[:MAX_COMPLAINTS],
    )


def _tests_by_claim(session: pytest.Session) -> dict[str, list[str]]:
    """Return the pytest ids of the tests of each claim."""
    tests: dict[str, list[str]] = {}
    for item in session.items:
        for claim in claims_of(item):
            tests.setdefault(claim, []).append(item.nodeid)
    return tests
