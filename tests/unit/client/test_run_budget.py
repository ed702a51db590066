"""The budget of a run: a hard limit for all its workers, with a reserve for clean-up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tuningfork.client.request_gate import RequestGate
from tuningfork.client.run_budget import RESERVED_REQUESTS, Limits, RunBudget


def budget(tmp_path: Path, requests: int | None = None, minutes: float | None = None) -> RunBudget:
    limits = Limits(requests, minutes, started=time.time())
    return RunBudget(limits, tmp_path / "budget.json")


def test_tests_of_all_workers_leave_the_reserve_to_clean_up(tmp_path: Path) -> None:
    first, second = (budget(tmp_path, RESERVED_REQUESTS + 5) for _ in range(2))

    tests = [each.spend(is_cleanup=False) for each in (first, second) for _ in range(4)]
    cleanup = [first.spend(is_cleanup=True) for _ in range(RESERVED_REQUESTS + 1)]

    assert tests.count(True) == 5
    assert cleanup.count(True) == RESERVED_REQUESTS


def test_test_starts_only_if_it_fits_beside_the_running_ones(tmp_path: Path) -> None:
    first, second = (budget(tmp_path, RESERVED_REQUESTS + 10) for _ in range(2))

    assert first.reserve(8, 0.0)
    assert not second.reserve(3, 0.0)
    first.release()
    assert second.reserve(3, 0.0)


def test_request_uses_the_reservation_of_its_test(tmp_path: Path) -> None:
    one = budget(tmp_path, RESERVED_REQUESTS + 4)

    assert one.reserve(4, 0.0)
    assert all(one.spend(is_cleanup=False) for _ in range(4))
    assert not one.spend(is_cleanup=False)


def test_no_test_starts_that_would_end_after_the_time(tmp_path: Path) -> None:
    one = budget(tmp_path, minutes=1)

    assert one.reserve(1, 30.0)
    assert not one.reserve(1, 50.0)


def test_budget_smaller_than_the_reserve_lets_no_test_start(tmp_path: Path) -> None:
    assert not budget(tmp_path, 1).reserve(1, 0.0)


def test_gate_ends_a_test_beyond_the_budget_but_not_its_clean_up(tmp_path: Path) -> None:
    gate = RequestGate(budget(tmp_path, RESERVED_REQUESTS + 1))
    gate.start_test()

    gate.let_pass()
    with pytest.raises(pytest.skip.Exception, match="the budget of the run"):
        gate.let_pass()
    gate.end_test()
    gate.let_pass()

    assert gate.sent == 2
