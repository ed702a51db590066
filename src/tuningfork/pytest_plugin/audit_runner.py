"""Runs the collected tests again and again, against a mock with another difference each time."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pytest
from _pytest.runner import runtestprotocol  # what pytest itself runs a test by; it has no public name

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
from tuningfork.report.test_result import TestResult

T = TypeVar("T")
R = TypeVar("R")
LONGEST_TRIAL = 240.0
"""Seconds after which a fault that makes a test go on for ever is given up."""
LONGEST_RUN = 1200.0
"""Seconds after which a whole suite is."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The mocks without any fault: how long each test took, and what went wrong."""

    seconds: dict[str, float]
    wrong: list[str]


class AuditRunner:
    """The collected tests, and the means to run any of them against a mock that has a difference."""

    def __init__(self, session: pytest.Session, processes: int | None) -> None:
        self._config = session.config
        self._run = run_of(session.config)
        self._items = list(session.items)
        self._processes = processes
        self._api = {item.nodeid: api_session_of(item).name for item in self._items}
        self._mocks: dict[str, Mock] = {}

    def tests(self, claims: frozenset[str] | None) -> list[pytest.Item]:
        """The tests of these claims; all if there are none."""
        return [item for item in self._items if claims is None or claims.intersection(claims_of(item))]

    def healthy(self, tests: Iterable[pytest.Item]) -> Baseline:
        """Run these tests against the mocks as they are."""
        modules: dict[tuple[str, str], list[pytest.Item]] = defaultdict(list)
        for item in tests:
            modules[self._api[item.nodeid], str(item.path)].append(item)
        seconds: dict[str, float] = {}
        wrong: list[str] = []
        tasks = sorted(modules.values(), key=len, reverse=True)
        for done in self._forked(tasks, self._told):
            for outcome in done.result or ():
                seconds[outcome.test] = max(seconds.get(outcome.test, 0.0), outcome.seconds)
                wrong += _wrong(outcome)
            if done.result is None:
                wrong.append(f"{done.task[0].path.name}: {done.reason}")
        return Baseline(seconds, wrong)

    def trials(self, differences: Sequence[MockPatch], seconds: dict[str, float]) -> Iterator[FaultResult]:
        """Try each difference, the quickest tests of its claims first."""
        due = scheduling.start_times({item.nodeid: seconds.get(item.nodeid, 0.0) for item in self._items})
        self._items.sort(key=lambda item: due[item.nodeid])
        for done in self._forked(differences, self._try, LONGEST_TRIAL):
            yield done.result or error_result(done.task, done.reason)

    def groups(
        self, groups: Sequence[Sequence[MockPatch]]
    ) -> Iterator[TaskResult[Sequence[MockPatch], list[str]]]:
        """Run all tests of an API against its mock with each group, and tell what went wrong."""
        longest = sorted(groups, key=lambda group: len(self._of(group[0].api)), reverse=True)
        return self._forked(longest, self._complaints)

    def _forked(
        self, tasks: Sequence[T], work: Callable[[T], R], limit: float = LONGEST_RUN
    ) -> Iterator[TaskResult[T, R]]:
        if tasks and not self._mocks:
            self._warm()
        return run_forked(tasks, work, self._processes, limit)

    def _warm(self) -> None:
        """Load and compile what the tests use, once and not in each process."""
        first = {item.path: item for item in reversed(self._items)}
        for _ in self._outcomes(list(first.values()), ()):
            pass
        self._mocks = {name: apis.mock(name) for name in set(self._api.values())}
        gc.collect()
        gc.freeze()  # memory that is never looked through is not copied into each process

    def _try(self, difference: MockPatch) -> FaultResult:
        own: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for item in self._of(difference.api):
            (own if set(difference.claims).intersection(claims_of(item)) else others).append(item)
        return evaluate(difference, self._outcomes(own, [difference]), self._outcomes(others, [difference]))

    def _complaints(self, group: Sequence[MockPatch]) -> list[str]:
        outcomes = self._outcomes(self._of(group[0].api), group)
        return [complaint for outcome in outcomes for complaint in _wrong(outcome)]

    def _of(self, api: str) -> list[pytest.Item]:
        return [item for item in self._items if self._api[item.nodeid] == api]

    def _told(self, items: list[pytest.Item]) -> list[TestResult]:
        return [outcome.model_copy(update={"exchanges": ()}) for outcome in self._outcomes(items, ())]

    def _outcomes(
        self, items: Sequence[pytest.Item], differences: Iterable[MockPatch]
    ) -> Iterator[TestResult]:
        """Each test's end, run when it is asked for; the mock is new, or a process's copy of a new one."""
        run = dataclasses.replace(self._run, faults=[difference.id for difference in differences])
        self._config.stash[API_SESSIONS] = ApiSessions(
            run, lambda name: self._mocks.get(name) or apis.mock(name)
        )
        for item, following in zip(items, [*items[1:], None], strict=False):  # items may be none
            if parent_is_dead():
                os._exit(Exit.ERROR)  # the audit was ended, and with it what this would be told to
            for report in runtestprotocol(item, log=False, nextitem=following):
                for name, value in report.user_properties:
                    if name == OUTCOME:
                        yield TestResult.model_validate_json(str(value))


def _wrong(outcome: TestResult) -> Iterator[str]:
    if outcome.end == "error":
        yield f"{outcome.test}: {outcome.reason}"
    for breach in outcome.breaches:
        yield f"{outcome.test}: {breach.claim}: expected {breach.expected}; found {breach.found}"
