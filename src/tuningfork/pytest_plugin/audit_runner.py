"""Runs the collected tests repeatedly, each time against mocks with other faults or variants."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pytest
from _pytest.runner import runtestprotocol  # pytest runs a test by it; it has no public name

from tuningfork import apis
from tuningfork.audit import scheduling
from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import FaultResult, error_result, evaluate
from tuningfork.audit.process_pool import TaskResult, parent_is_dead, run_forked
from tuningfork.mock.app import Mock
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.fixtures import API_SESSIONS, api_session_of
from tuningfork.pytest_plugin.run_config import run_of
from tuningfork.pytest_plugin.runtest import OUTCOME
from tuningfork.report.exit_codes import Exit
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.test_result import TestResult

T = TypeVar("T")
R = TypeVar("R")
MAX_FAULT_SECONDS = 240.0
"""The time for all tests against one fault; then the fault is an error (it may make a test wait forever)."""
MAX_SUITE_SECONDS = 1200.0
"""The time for a whole suite against the same mock."""


class FailingSuiteError(Exception):
    """A test fails on a mock without a fault.

    Args:
        failure: a line about the first one.
    """

    def __init__(self, failure: str) -> None:
        super().__init__(f"ERROR: the suite fails on a mock without a fault ({failure}); fix it first.")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The run of the suites on the unchanged mocks.

    Args:
        seconds: the duration of each test, by its pytest id.
        failures: a line for each violation and each error.
    """

    seconds: dict[str, float]
    failures: list[str]


class AuditRunner:
    """Runs collected tests against mocks with patches, in forked processes.

    Args:
        session: has the collected tests.
        processes: the number of parallel processes; one for each core if None.
    """

    def __init__(self, session: pytest.Session, processes: int | None) -> None:
        self._config = session.config
        self._run = run_of(session.config)
        self._items = list(session.items)
        self._processes = processes
        self._api_of = {item.nodeid: api_session_of(item).name for item in self._items}
        self._mocks: dict[str, Mock] = {}

    def select_tests(self, claims: frozenset[str] | None) -> list[pytest.Item]:
        """Return the tests of these claims; all tests if `claims` is None."""
        return [item for item in self._items if claims is None or claims.intersection(claims_of(item))]

    def run_baseline(self, tests: Iterable[pytest.Item]) -> Baseline:
        """Run tests against the unchanged mocks."""
        modules: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        for item in tests:
            modules[self._api_of[item.nodeid], str(item.path)].append(item)
        seconds: dict[str, float] = {}
        failures: list[str] = []
        longest_first = sorted(modules.values(), key=len, reverse=True)
        for task_result in self._run_forked(longest_first, self._run_unpatched):
            for result in task_result.result or ():
                seconds[result.test] = max(seconds.get(result.test, 0.0), result.seconds)
                failures += find_failures(result)
            if task_result.result is None:
                failures.append(f"{task_result.task[0].path.name}: {task_result.reason}")
        return Baseline(seconds, failures)

    def run_faults(self, faults: Sequence[MockPatch], seconds: dict[str, float]) -> Iterator[FaultResult]:
        """Run tests against each fault until one kills it; yield the result of each fault.

        Args:
            faults: each is applied to a mock of its own.
            seconds: the duration of each test in the baseline; quick tests run first.
        """
        due = scheduling.start_times({item.nodeid: seconds.get(item.nodeid, 0.0) for item in self._items})
        self._items.sort(key=lambda item: due[item.nodeid])
        for task_result in self._run_forked(faults, self._run_fault, MAX_FAULT_SECONDS):
            yield task_result.result or error_result(task_result.task, task_result.reason)

    def run_variant_groups(
        self, groups: Sequence[Sequence[MockPatch]]
    ) -> Iterator[TaskResult[Sequence[MockPatch], list[str]]]:
        """Run all tests of an API against each group of its variants; yield the failures of each group."""
        longest_first = sorted(groups, key=lambda group: len(self._tests_of(group[0].api)), reverse=True)
        return self._run_forked(longest_first, self._run_variant_group)

    def _run_forked(
        self, tasks: Sequence[T], work: Callable[[T], R], limit: float = MAX_SUITE_SECONDS
    ) -> Iterator[TaskResult[T, R]]:
        """Yield the result of `work` for each task, from forked processes; `limit` is in seconds per task."""
        if tasks and not self._mocks:
            self._warm_up()
        return run_forked(tasks, work, self._processes, limit)

    def _warm_up(self) -> None:
        """Import and compile what the tests use once, in the parent of the forked processes."""
        first_of_module = {item.path: item for item in reversed(self._items)}
        for _ in self._run_tests(list(first_of_module.values()), ()):
            pass
        self._mocks = {name: apis.mock(name) for name in set(self._api_of.values())}
        gc.collect()
        gc.freeze()  # the collector of a forked process then copies none of this memory

    def _run_unpatched(self, items: list[pytest.Item]) -> list[TestResult]:
        """Return the results of tests on unchanged mocks."""
        return list(self._run_tests(items, ()))

    def _run_fault(self, fault: MockPatch) -> FaultResult:
        """Return the result of a fault: the tests of its claims run first, then the others of its API."""
        tests_of_claims: list[pytest.Item] = []
        other_tests: list[pytest.Item] = []
        for item in self._tests_of(fault.api):
            (tests_of_claims if set(fault.claims).intersection(claims_of(item)) else other_tests).append(item)
        return evaluate(
            fault, self._run_tests(tests_of_claims, [fault]), self._run_tests(other_tests, [fault])
        )

    def _run_variant_group(self, group: Sequence[MockPatch]) -> list[str]:
        """Return a line for each failure of the API's tests on a mock with all variants of the group."""
        results = self._run_tests(self._tests_of(group[0].api), group)
        return [failure for result in results for failure in find_failures(result)]

    def _tests_of(self, api: str) -> list[pytest.Item]:
        return [item for item in self._items if self._api_of[item.nodeid] == api]

    def _run_tests(self, items: Sequence[pytest.Item], patches: Iterable[MockPatch]) -> Iterator[TestResult]:
        """Yield the results of each test; a test runs when its result is requested.

        The mocks are in their initial state: this process has them for itself and uses them once.
        """
        run = dataclasses.replace(self._run, faults=[patch.id for patch in patches], has_evidence=False)
        self._config.stash[API_SESSIONS] = ApiSessions(
            run, lambda name: self._mocks.get(name) or apis.mock(name)
        )
        for item, next_item in zip(items, [*items[1:], None], strict=False):  # `items` may be empty
            if parent_is_dead():
                os._exit(Exit.ERROR)  # the audit was killed, so no process receives the results
            for report in runtestprotocol(item, log=False, nextitem=next_item):
                for name, value in report.user_properties:
                    if name == OUTCOME:
                        test = item.nodeid + (TEARDOWN if report.when == "teardown" else "")
                        yield TestResult.model_validate_json(str(value)).model_copy(update={"test": test})


def find_failures(result: TestResult) -> Iterator[str]:
    """Yield a line for the error and for each violation of a test."""
    if result.outcome == "error":
        yield f"{result.test}: {result.reason}"
    for violation in result.violations:
        yield f"{result.test}: {violation.claim}: expected {violation.expected}; found {violation.found}"
