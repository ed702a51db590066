"""Measures each test of an API and finds all faults that it kills: the rows of matrix.json."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from tuningfork.audit.fault import MockPatch
from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import Matrix, MatrixRow
from tuningfork.depth.worth import Candidate, rank
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.audit_runner import AuditRunner
from tuningfork.pytest_plugin.collection import claims_of, needs_target_alone
from tuningfork.pytest_plugin.fixtures import api_session_of
from tuningfork.report.test_result import TestResult

MAX_FAULT_SECONDS = 180.0
"""The time for the tests of one fault, after which no further one is started."""


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

    _cover: Mapping[str, Cost] = {}
    """The tests that together judge each claim, cheaply; a shallow run has them."""

    def select_api(self, api: str) -> int:
        """Leave out the tests of other APIs, and return how many are left."""
        self._items = self._tests_of(api)
        return len(self._items)

    def measure(self, **changed: bool) -> Iterator[tuple[str, Cost]]:
        """Yield the cost of each test that has a result on the mock, by its pytest id.

        Args:
            changed: of the run: `is_rehearsal` to treat the mock like a server of others, `read_only`.
        """
        original, self._run = self._run, dataclasses.replace(self._run, **changed)  # type: ignore[arg-type]
        modules: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        for item in self._items:
            modules[self._api_of[item.nodeid], str(item.path)].append(item)
        longest_first = sorted(modules.values(), key=len, reverse=True)
        for task_result in self._run_forked(longest_first, self._measure_module):
            yield from task_result.result or ()
        self._run = original

    def find_kills(self, faults: Sequence[MockPatch], costs: Mapping[str, Cost]) -> Iterator[Kills]:
        """Yield the tests that kill each fault.

        All tests of its claims run; then those of the cover whose exchanges are judged by its claims, until
        one kills it; all others only if none has killed it.
        """
        ranking = rank(
            Candidate(test, cost.requests, frozenset(cost.claims), shared=cost.shared)
            for test, cost in costs.items()
        )
        self._cover = {each.test: costs[each.test] for each in ranking.claims}
        self._items.sort(key=lambda item: costs[item.nodeid].seconds if item.nodeid in costs else 0.0)
        for task_result in self._run_forked(faults, self._find_kills_of, 2 * MAX_FAULT_SECONDS):
            yield Kills(task_result.task, frozenset(task_result.result or ()))

    def make_matrix(
        self,
        api: str,
        local: Mapping[str, Cost],
        costs: Mapping[str, Cost],
        reading: Mapping[str, Cost],
        kills: Sequence[Kills],
    ) -> Matrix:
        """Return the matrix of an API from what was measured.

        Args:
            api: the name of the API.
            local: on the mock as it is.
            costs: on the mock as a server of others.
            reading: on that server, where nothing may be written.
            kills: the tests that kill each fault.
        """
        measured = costs.keys() & local.keys()
        items = {item.nodeid: item for item in self._tests_of(api) if item.nodeid in measured}
        faults = [each.fault.id for each in kills]
        killed_by: dict[str, list[int]] = defaultdict(list)
        for index, each in enumerate(kills):
            for test in each.tests:
                killed_by[test].append(index)
        rows = [
            MatrixRow(
                test=test,
                claims=costs[test].claims,
                requests=costs[test].requests,
                local=local[test].requests,
                shared=costs[test].shared,
                seconds=round(costs[test].seconds, 3),
                exclusive=needs_target_alone(item, self._run),
                lists=costs[test].lists,
                reading=reading[test].requests if test in reading and reading[test].claims else None,
                faults=tuple(killed_by[test]),
            )
            for test, item in items.items()
        ]
        modules = {test.partition("::")[0]: item.path for test, item in items.items()}
        return Matrix(
            digests={name: digest(path) for name, path in sorted(modules.items())},
            faults=tuple(faults),
            survivors=tuple(each.fault.id for each in kills if not each.tests),
            tests=tuple(rows),
        )

    def _measure_module(self, items: list[pytest.Item]) -> list[tuple[str, Cost]]:
        """Return the cost of each test of a module, in this forked process."""
        costs: dict[str, Cost] = {}
        sent, fetched = 0, set[str]()
        for result in self._run_tests(items, ()):
            session = api_session_of(items[0])
            log = session.exchange_log
            if result.test not in costs and "(teardown)" not in result.test:
                claims = result.claims if result.outcome == "passed" else ()
                lists = tuple(sorted(set(_walked_lists(session))))
                fetches = sum(log.shared[key] for key in log.shared.keys() - fetched)
                own = max(session.gate.sent - sent - fetches, 0)
                judged = frozenset(log.judged)
                costs[result.test] = Cost(own, dict(log.shared), result.seconds, claims, lists, judged)
                fetched.update(log.shared)
            sent = session.gate.sent
        return list(costs.items())

    def _find_kills_of(self, fault: MockPatch) -> list[str]:
        """Return the pytest ids of the tests that kill a fault, in this forked process."""
        deadline = time.monotonic() + MAX_FAULT_SECONDS
        items = sorted(self._tests_of(fault.api), key=lambda item: self._stage(item, fault))
        stages = {item.nodeid: self._stage(item, fault) for item in items}
        killers: set[str] = set()
        for result in self._run_tests(items, [fault]):
            test = result.test.removesuffix(" (teardown)")
            if self._is_over(stages[test], killers) or time.monotonic() > deadline:
                break
            if kills(result, fault):
                killers.add(test)
        return sorted(killers)

    def _stage(self, item: pytest.Item, fault: MockPatch) -> int:
        """Return when a test runs: 0 for a claim of the fault, 1 if it is of the cover and judges one."""
        claims, cost = set(fault.claims), self._cover.get(item.nodeid)
        if claims.intersection(claims_of(item)):
            return 0
        return 2 if cost is None or claims.isdisjoint(cost.claims_of_exchanges) else 1

    def _is_over(self, stage: int, killers: set[str]) -> bool:
        """Return whether the killers so far make the tests of a stage needless."""
        return bool(killers) and (stage == 2 or (stage == 1 and not self._cover.keys().isdisjoint(killers)))


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
