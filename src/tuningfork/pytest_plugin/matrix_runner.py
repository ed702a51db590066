"""Measures each test of an API and finds all faults that it kills: the rows of matrix.json."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tuningfork.audit.fault import MockPatch
from tuningfork.audit.process_pool import TaskResult
from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import Matrix, MatrixRow
from tuningfork.depth.worth import Candidate, rank
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.audit_runner import AuditRunner, FailingSuiteError, find_failures
from tuningfork.pytest_plugin.collection import claims_of, needs_target_alone
from tuningfork.pytest_plugin.fixtures import api_session_of
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.test_result import TestResult

MAX_FAULT_SECONDS = 180.0
"""The time for the tests of one fault, after which no further one is started."""


class UnmeasuredFaultError(Exception):
    """The process of a fault died or took too long.

    Args:
        fault: its id.
        reason: what happened to the process.
    """

    def __init__(self, fault: str, reason: str) -> None:
        super().__init__(f"ERROR: the tests against {fault} did not end ({reason}); nothing is written.")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a test costs on the mock, the claims that it judged there, and those of its single exchanges."""

    requests: int
    shared: dict[str, int]
    seconds: float
    claims: tuple[str, ...]
    lists: tuple[str, ...]
    claims_of_exchanges: frozenset[str | None]


@dataclass(frozen=True, slots=True)
class Kills:
    """A fault and the pytest ids of the tests that kill it."""

    fault: MockPatch
    tests: frozenset[str]


class MatrixRunner(AuditRunner):
    """Runs all tests of a fault's claims, where the audit stops at the first that kills it."""

    _all: list[pytest.Item]
    """All tests of the API; `_items` are those without a known row."""
    _costs: Mapping[str, Cost] = {}
    _cover: Collection[str] = ()
    """The tests that together judge each claim, cheaply; a shallow run has them."""
    _known: Mapping[str, frozenset[str]] = {}
    """The tests that are known to kill a fault, by its id."""

    def select(self, api: str, known: Collection[str]) -> None:
        """Leave out the tests of other APIs, and the known ones."""
        self._all = self._tests_of(api)
        self._items = [item for item in self._all if item.nodeid not in known]

    @property
    def selected(self) -> int:
        """How many tests are not left out."""
        return len(self._items)

    def digests(self, api: str) -> dict[str, str]:
        """Return what the rows of each test module of an API depend on; see `Matrix.digests`."""
        modules = {item.nodeid.partition("::")[0]: item.path for item in self._tests_of(api)}
        return {name: digest(path) for name, path in sorted(modules.items())}

    def measure(self, *, read_only: bool = False) -> Iterator[tuple[str, Cost]]:
        """Yield the cost of each test that has a result on the mock as a server of others, by its pytest id.

        Args:
            read_only: whether nothing may be written.

        Raises:
            FailingSuiteError: a test fails.
        """
        original = self._run
        self._run = dataclasses.replace(original, is_rehearsal=True, read_only=read_only)
        modules: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in self._items:
            modules[str(item.path)].append(item)
        longest_first = sorted(modules.values(), key=len, reverse=True)
        for task_result in self._run_forked(longest_first, self._measure_module):
            if task_result.result is None:
                raise FailingSuiteError(f"{task_result.task[0].path.name}: {task_result.reason}")
            costs, failures = task_result.result
            if failures:
                raise FailingSuiteError(failures[0])
            yield from costs
        self._run = original

    def find_kills(
        self, faults: Sequence[MockPatch], costs: Mapping[str, Cost], known: Matrix
    ) -> Iterator[Kills]:
        """Yield the tests that seem to kill each fault, without the known ones.

        All tests of its claims run; then those of the cover whose exchanges are judged by its claims, until
        one kills it; all others only if none has killed it. A fault that no known test kills is due for all
        tests, any other one for those that are not left out. The tests use the same mock, so that an earlier
        one may have brought the fault to light: see `confirm`.

        Args:
            faults: what is to be killed.
            costs: of the tests.
            known: the rows of other tests.
        """
        all_costs: dict[str, Cost | MatrixRow] = {**known.rows, **costs}
        ranking = rank(
            Candidate(test, cost.requests, frozenset(cost.claims), shared=cost.shared)
            for test, cost in all_costs.items()
        )
        self._costs, self._known = costs, known.killers()
        self._cover = {each.test for each in ranking.claims}
        seconds = {test: cost.seconds for test, cost in all_costs.items()}
        for items in (self._all, self._items):
            items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))
        due = [fault for fault in faults if self._items or not self._known[fault.id]]
        for task_result in self._run_forked(due, self._find_kills_of, 2 * MAX_FAULT_SECONDS):
            yield _kills(task_result.task, task_result)

    def confirm(self, kills: Iterable[Kills]) -> Iterator[Kills]:
        """Yield those kills that a test repeats alone, on a mock of its own.

        If no kill of a fault is repeated, the other tests run alone until one kills it.
        """
        due = [each for each in kills if each.tests]
        for task_result in self._run_forked(due, self._confirm_alone, 2 * MAX_FAULT_SECONDS):
            yield _kills(task_result.task.fault, task_result)

    def make_matrix(
        self, costs: Mapping[str, Cost], reading: Mapping[str, Cost], kills: Sequence[Kills], known: Matrix
    ) -> Matrix:
        """Return the matrix of an API from what was measured and what is known.

        Args:
            costs: on the mock as a server of others.
            reading: on that server, where nothing may be written.
            kills: the tests that kill each fault.
            known: the rows of the tests that did not run, and what all rows depend on.
        """
        positions = {fault: index for index, fault in enumerate(known.faults)}
        killed_by: dict[str, list[int]] = defaultdict(list)
        for each in kills:
            for test in each.tests:
                killed_by[test].append(positions[each.fault.id])
        kept = [
            row.model_copy(update={"faults": tuple(sorted({*row.faults, *killed_by[row.test]}))})
            for row in known.tests
        ]
        rows = [
            MatrixRow(
                test=item.nodeid,
                claims=cost.claims,
                requests=cost.requests,
                shared=cost.shared,
                seconds=round(cost.seconds, 3),
                exclusive=needs_target_alone(item, self._run),
                lists=cost.lists,
                reading=reading[item.nodeid].requests if _judges(reading.get(item.nodeid)) else None,
                faults=tuple(sorted(killed_by[item.nodeid])),
            )
            for item in self._items
            if (cost := costs.get(item.nodeid)) is not None
        ]
        return known.with_rows([*kept, *rows])

    def _measure_module(self, items: list[pytest.Item]) -> tuple[list[tuple[str, Cost]], list[str]]:
        """Return the cost of each test of a module, and a line for each failure, in this forked process."""
        costs: dict[str, Cost] = {}
        failures: list[str] = []
        sent, fetched = 0, set[str]()
        for result in self._run_tests(items, ()):
            failures += find_failures(result)
            session = api_session_of(items[0])
            log = session.exchange_log
            if result.test not in costs and TEARDOWN not in result.test:
                claims = result.claims if result.outcome == "passed" else ()
                lists = tuple(sorted(set(_walked_lists(session))))
                fetches = sum(log.shared[key] for key in log.shared.keys() - fetched)
                own = max(session.gate.sent - sent - fetches, 0)
                judged = frozenset(log.judged)
                costs[result.test] = Cost(own, dict(log.shared), result.seconds, claims, lists, judged)
                fetched.update(log.shared)
            sent = session.gate.sent
        return list(costs.items()), failures

    def _find_kills_of(self, fault: MockPatch) -> list[str]:
        """Return the pytest ids of the tests that seem to kill a fault, in this forked process."""
        deadline = time.monotonic() + MAX_FAULT_SECONDS
        known = self._known[fault.id]
        items = self._items if known else self._all
        stages = {item.nodeid: self._stage(item, fault) for item in items}
        items = sorted(items, key=lambda item: stages[item.nodeid])
        killers = set(known)
        for result in self._run_tests(items, [fault]):
            test = result.test.removesuffix(TEARDOWN)
            if self._is_over(stages[test], killers) or time.monotonic() > deadline:
                break
            if kills(result, fault):
                killers.add(test)
        return sorted(killers - known)

    def _confirm_alone(self, found: Kills) -> list[str]:
        """Return the tests that kill a fault alone, in this forked process."""
        deadline = time.monotonic() + MAX_FAULT_SECONDS
        confirmed: list[str] = []
        for item in sorted(self._all, key=lambda item: item.nodeid not in found.tests):
            is_needless = confirmed or self._known[found.fault.id] or time.monotonic() > deadline
            if item.nodeid not in found.tests and is_needless:
                break
            if any(kills(result, found.fault) for result in self._run_tests([item], [found.fault])):
                confirmed.append(item.nodeid)
            self._mocks = {}  # the next test gets a new one
        return confirmed

    def _stage(self, item: pytest.Item, fault: MockPatch) -> int:
        """Return when a test runs: 0 for a claim of the fault, 1 if it is of the cover and judges one."""
        claims = set(fault.claims)
        if claims.intersection(claims_of(item)):
            return 0
        cost = self._costs.get(item.nodeid) if item.nodeid in self._cover else None
        return 2 if cost is None or claims.isdisjoint(cost.claims_of_exchanges) else 1

    def _is_over(self, stage: int, killers: set[str]) -> bool:
        """Return whether the killers so far make the tests of a stage needless."""
        return bool(killers) and (stage == 2 or (stage == 1 and not killers.isdisjoint(self._cover)))


def _kills(fault: MockPatch, task_result: TaskResult[Any, list[str]]) -> Kills:
    """Return what the process of a fault found; raise UnmeasuredFaultError if it sent no result."""
    if task_result.result is None:
        raise UnmeasuredFaultError(fault.id, task_result.reason)
    return Kills(fault, frozenset(task_result.result))


def _judges(cost: Cost | None) -> bool:
    """Return whether a test has judged a claim."""
    return cost is not None and bool(cost.claims)


def kills(result: TestResult, fault: MockPatch) -> bool:
    """Return whether a test has found a violation of one of the fault's claims."""
    return any(violation.claim in fault.claims for violation in result.violations)


def _walked_lists(session: ApiSession) -> Iterator[str]:
    """Yield the operations of the lists of which the last test has read further pages."""
    for url in session.exchange_log.walked:
        path = session.transport.path_below_base(url)
        operation = None if path is None else session.contract.find("GET", path.partition("?")[0])
        if operation is not None:
            yield operation.key
