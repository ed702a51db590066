"""Plans a run: which of the collected tests run at its depth, in which order, at what cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pytest

from tuningfork.depth.choice import choose
from tuningfork.depth.matrix import MatrixRow
from tuningfork.depth.plan import Plan, PlannedTest
from tuningfork.depth.worth import Candidate, Spending, rank, rank_for_failure
from tuningfork.pytest_plugin import collection
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.evidence_rows import EvidenceRows
from tuningfork.pytest_plugin.run_config import RunConfig

PLAN_FILE = "plan.json"
NEW = PlannedTest(test="", requests=10, most=10, seconds=0.2, is_guess=True)
"""What a test without a row is expected to cost: about the mean of all tests."""
WRITE_REFUSED_AFTER = 1
"""What a test that writes is expected to send where nothing may be written, until it ends."""
BLOCKS = 20
"""With a budget, tests run in so many blocks by their worth; within a block, they share fixtures as usual."""


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The collected tests by what is known about them.

    Args:
        idle: those whose needs the target does not meet; they send nothing, and say what is missing.
        new: those without a row, which always run.
        known: the rows of the others, with their candidates.
    """

    idle: list[str]
    new: list[str]
    known: dict[str, tuple[Candidate, MatrixRow]]


def make_plan(items: Sequence[pytest.Item], run: RunConfig, sessions: ApiSessions) -> Plan:
    """Return the plan for the collected tests; with a budget it starts with the most worthy ones."""
    evidence = EvidenceRows(run.matrices)
    tests = _sort(items, run, sessions, evidence)
    ranking = rank(candidate for candidate, _ in tests.known.values())
    choice = choose(ranking, run.depth, (run.slice or 1) - 1)
    chosen = [*choice.cover, *choice.slice]
    spending = Spending()
    planned = [
        *(PlannedTest(test=test) for test in tests.idle),
        *(NEW.model_copy(update={"test": test}) for test in tests.new),
        *(_planned(each, tests.known[each.test][1], run, spending) for each in chosen),
    ]
    return Plan(
        depth=run.depth,
        tests=tuple(planned if run.budget else _in_order(planned, items)),
        collected=len(items),
        new=len(tests.new),
        slice=run.slice,
        finders=_finders(chosen, tests.new) if run.ends_at_failure else (),
        notes=tuple(evidence.notes()) if run.depth != "full" or run.budget else (),
    )


def _finders(known: Iterable[Candidate], new: Iterable[str]) -> tuple[str, ...]:
    """Return the tests that soon find a fault, then those of which it is not known what they find."""
    return *(candidate.test for candidate in rank_for_failure(known)), *new


def arrange(items: Sequence[pytest.Item], plan: Plan, *, by_worth: bool) -> list[pytest.Item]:
    """Return the tests of a plan; in blocks of their worth, or in the order in which they were collected."""
    positions = {each.test: position for position, each in enumerate(plan.tests)}
    chosen = [item for item in items if item.nodeid in positions]
    if by_worth:
        blocks = _blocks(plan)
        chosen.sort(key=lambda item: blocks[item.nodeid])
    return chosen


def _sort(
    items: Sequence[pytest.Item], run: RunConfig, sessions: ApiSessions, evidence: EvidenceRows
) -> _Sorted:
    """Return the tests by whether they can run here, and whether there is a row for them."""
    result = _Sorted([], [], {})
    for item in items:
        contract = run.contract_of(collection.claims_of(item)[0])
        assert contract is not None, "collection has refused unknown claims"
        if _is_idle(item, run, sessions, contract.api):
            result.idle.append(item.nodeid)
        elif (row := evidence.row_of(item, contract.api)) is None:
            result.new.append(item.nodeid)
        else:
            faults = evidence.faults_of(row, contract.api)
            result.known[item.nodeid] = _candidate(row, faults, run), row
    return result


def _is_idle(item: pytest.Item, run: RunConfig, sessions: ApiSessions, api: str) -> bool:
    """Return whether the target does not meet a need of a test, so that it ends before its first request."""
    settings = sessions[api].settings if run.is_mock else sessions.settings(api)
    needs = collection.needs_of(item, run)
    uses_hooks = "controls" in getattr(item, "fixturenames", ())
    implied = ("control:",) if uses_hooks else ()
    return bool(settings.unmet((*needs, *implied), writes=run.writes))


def _candidate(row: MatrixRow, faults: frozenset[str], run: RunConfig) -> Candidate:
    """Return the candidate of a row; where nothing may be written, a test that writes is worth nothing."""
    if run.writes:
        return Candidate(row.test, row.requests, frozenset(row.claims), faults, row.shared)
    if row.reading is None:
        return Candidate(row.test, WRITE_REFUSED_AFTER)
    return Candidate(row.test, row.reading, frozenset(row.claims), faults, row.shared)


def _planned(candidate: Candidate, row: MatrixRow, run: RunConfig, spending: Spending) -> PlannedTest:
    """Return what a test is expected to cost, after those whose costs are in `spending`."""
    return PlannedTest(
        test=row.test,
        requests=spending.add(candidate),
        most=candidate.cost + sum(candidate.shared.values()),
        seconds=row.seconds,
        lists=row.lists,
    )


def _in_order(planned: Sequence[PlannedTest], items: Sequence[pytest.Item]) -> list[PlannedTest]:
    """Return planned tests in the order in which they were collected."""
    by_id = {each.test: each for each in planned}
    return [by_id[item.nodeid] for item in items if item.nodeid in by_id]


def _blocks(plan: Plan) -> dict[str, int]:
    """Return the block of each test: blocks are expected to send equally many requests."""
    size, sent, blocks = max(plan.requests / BLOCKS, 1), 0, {}
    for each in plan.tests:
        blocks[each.test] = int(sent / size)
        sent += each.requests
    return blocks
