"""Orders the tests of a run that ends at a failure, so that it ends soon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tuningfork.depth.plan import Plan
from tuningfork.pytest_plugin.session import FAILED_BEFORE, is_worker
from tuningfork.report import results_file
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.results_file import ResultsError


def ends_at_failure(config: pytest.Config) -> bool:
    """Return whether a run ends at its first failure (`-x`), or after a few (`--maxfail`)."""
    return bool(config.getoption("maxfail"))


def choose_failed_before(config: pytest.Config, reports: Path, target: str) -> tuple[str, ...]:
    """Return the tests that failed in the last run against the target, if this run ends at a failure.

    The main process reads them before it replaces the results, and sends them to its workers.

    Args:
        config: of pytest.
        reports: the folder with the results of the last run.
        target: the name of the target.
    """
    if ends_at_failure(config) and not is_worker(config):
        setattr(config.option, FAILED_BEFORE, _read_failed(reports, target))
    return tuple(getattr(config.option, FAILED_BEFORE, ()))


def _read_failed(reports: Path, target: str) -> list[str]:
    """Return the tests that failed according to results.json; none if it is of another target or unusable."""
    try:
        results = results_file.read_any(reports)
    except ResultsError:
        return []
    failed = {claim.id for claim in results.claims if claim.verdict == "failed"}
    tests = {
        test.id.removesuffix(TEARDOWN)
        for test in results.tests
        if test.outcome == "error" or (test.outcome == "failed" and not failed.isdisjoint(test.claims))
    }
    tests |= {
        violation.test.removesuffix(TEARDOWN)
        for claim in results.claims
        if claim.id in failed
        for violation in claim.violations
    }
    return sorted(tests) if results.run.target == target else []


def put_first(
    items: Sequence[pytest.Item],
    failed_before: Sequence[str],
    plan: Plan | None,
    show: Callable[[str], str],
) -> list[pytest.Item]:
    """Return tests: those that failed before, then those that find faults soonest, then the rest.

    Args:
        items: the tests.
        failed_before: the ids of tests that failed before, without secrets, as results.json has them.
        plan: the tests that find faults soonest.
        show: returns an id as results.json has it.
    """
    first = [*failed_before, *(plan.finders if plan is not None else ())]
    positions = {test: position for position, test in reversed(list(enumerate(first)))}

    def position(item: pytest.Item) -> int:
        return positions.get(item.nodeid, positions.get(show(item.nodeid), len(first)))

    return sorted(items, key=position)
