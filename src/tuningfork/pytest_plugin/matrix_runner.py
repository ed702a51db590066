"""Measures each test of an API and finds all faults that it kills: the rows of matrix.json."""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import pytest

from tuningfork.audit.fault import MockPatch
from tuningfork.depth.digests import digest
from tuningfork.depth.matrix import Matrix, MatrixRow
from tuningfork.pytest_plugin.audit_runner import AuditRunner
from tuningfork.pytest_plugin.collection import claims_of, needs_target_alone
from tuningfork.pytest_plugin.fixtures import api_session_of
from tuningfork.report.test_result import TestResult

MAX_FAULT_SECONDS = 180.0
"""The time for the tests of one fault, after which no further one is started."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a test costs on the mock, and the claims that it judged there."""

    requests: int
    upkeep: int
    seconds: float
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kills:
    """A fault and the pytest ids of the tests that kill it."""

    fault: MockPatch
    tests: frozenset[str]


class MatrixRunner(AuditRunner):
    """Runs all tests of a fault's claims, where the audit stops at the first that kills it."""

    def select_api(self, api: str) -> int:
        """Leave out the tests of other APIs, and return how many are left."""
        self._items = self._tests_of(api)
        return len(self._items)

    def measure(self) -> Iterator[tuple[str, Cost]]:
        """Yield the cost of each test that has a verdict on the mock, by its pytest id.

        The mock is treated like a server of others; module by module, as fixtures share what they have read.
        """
        modules: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        for item in self._items:
            modules[self._api_of[item.nodeid], str(item.path)].append(item)
        longest_first = sorted(modules.values(), key=len, reverse=True)
        for task_result in self._run_forked(longest_first, self._measure_module):
            yield from task_result.result or ()

    def find_kills(
        self, faults: Sequence[MockPatch], costs: Mapping[str, Cost], advance: Callable[[int], None]
    ) -> Iterator[Kills]:
        """Yield the tests that kill each fault; those of its claims all run, others until one kills it."""
        self._items.sort(key=lambda item: costs[item.nodeid].seconds if item.nodeid in costs else 0.0)
        for task_result in self._run_forked(faults, self._find_kills_of, 2 * MAX_FAULT_SECONDS):
            advance(1)
            yield Kills(task_result.task, frozenset(task_result.result or ()))

    def make_matrix(self, api: str, costs: Mapping[str, Cost], kills: Sequence[Kills]) -> Matrix:
        """Return the matrix of an API from what was measured."""
        items = {item.nodeid: item for item in self._tests_of(api) if item.nodeid in costs}
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
                upkeep=costs[test].upkeep,
                seconds=round(costs[test].seconds, 3),
                exclusive=needs_target_alone(item, self._run),
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
        self._run = dataclasses.replace(self._run, is_rehearsal=True)
        costs: dict[str, Cost] = {}
        sent = upkeep = 0
        for result in self._run_tests(items, ()):
            session = api_session_of(items[0])
            requests, reads = session.transport.rate_limiter.sent, session.upkeep_requests
            if result.test not in costs and "(teardown)" not in result.test:
                claims = result.claims if result.outcome == "passed" else ()
                costs[result.test] = Cost(requests - sent, reads - upkeep, result.seconds, claims)
            sent, upkeep = requests, reads
        return list(costs.items())

    def _find_kills_of(self, fault: MockPatch) -> list[str]:
        """Return the pytest ids of the tests that kill a fault, in this forked process."""
        deadline = time.monotonic() + MAX_FAULT_SECONDS
        own = [item for item in self._tests_of(fault.api) if set(fault.claims).intersection(claims_of(item))]
        killers = [result.test for result in self._killing(own, fault, deadline)]
        if not killers:
            others = [item for item in self._tests_of(fault.api) if item not in own]
            killers = [result.test for result in islice(self._killing(others, fault, deadline), 1)]
        return [test.removesuffix(" (teardown)") for test in killers]

    def _killing(
        self, items: Sequence[pytest.Item], fault: MockPatch, deadline: float
    ) -> Iterator[TestResult]:
        """Yield the results of the tests that find a violation of one of the fault's claims."""
        claims = set(fault.claims)
        for result in self._run_tests(items, [fault]):
            if any(violation.claim in claims for violation in result.violations):
                yield result
            if time.monotonic() > deadline:
                return
