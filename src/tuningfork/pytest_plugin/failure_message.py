"""Formats the failure of a test: the promise of each broken claim, what was found, and how to repeat it."""

from __future__ import annotations

from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report.rerun import rerun_command
from tuningfork.report.test_result import TestResult, Violation


def format_failure(result: TestResult, run: RunConfig) -> str:
    """Return the error of a test, if it has one, and its violations, separated by empty lines."""
    parts = [result.reason] if result.outcome == "error" else []
    parts += [_format_violation(violation, run) for violation in result.violations]
    return "\n\n".join(parts)


def rerun_options(run: RunConfig) -> list[str]:
    """Return the options that repeat a run: its target, its seed, the faults in its mocks, and read-only."""
    target = [] if run.is_mock else ["--target", run.target.name]
    faults = [option for fault in run.faults for option in ("--fault", fault)]
    read_only = ["--read-only"] if run.read_only else []
    return [*target, "--seed", str(run.seed), *faults, *read_only]


def _format_violation(violation: Violation, run: RunConfig) -> str:
    """Return the promise of the broken claim, and lines with what was found and how to repeat it."""
    contract = run.contract_of(violation.claim)
    assert contract is not None, "a run has only claims of its contracts"
    claim = contract.claims[violation.claim]
    rows = [("source", claim.source), *violation.rows()]
    if violation.test:
        rows.append(("run again", rerun_command(violation.test, rerun_options(run), str(run.folder))))
    lines = [f"{label + ':':<10} {text}" for label, text in rows]
    return "\n".join([f"{claim.id} ({claim.level}): {claim.promise}", *lines])
