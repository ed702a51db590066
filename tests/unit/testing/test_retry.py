from __future__ import annotations

from itertools import islice

import pytest

from tuningfork.testing.retry import retry_while_changing


def test_passing_check_runs_once() -> None:
    checked = []

    for attempt in retry_while_changing(lambda: 1):
        with attempt as data:
            checked.append(data)

    assert checked == [1]


def test_failure_on_changed_data_is_checked_again() -> None:
    states = iter([1, 2])
    checked = []

    for attempt in retry_while_changing(lambda: next(states)):
        with attempt as data:
            checked.append(data)
            assert data == 2

    assert checked == [1, 2]


def test_first_failure_on_known_data_is_checked_again() -> None:
    checked = []

    for attempt in retry_while_changing(lambda: 1, 1):
        with attempt as data:
            checked.append(data)
            assert len(checked) == 2

    assert checked == [1, 1]


def test_second_failure_on_stable_data_is_raised() -> None:
    with pytest.raises(AssertionError, match="attempt 2"):
        fail_each_attempt([1, 1, 1])


def test_stable_data_after_a_change_needs_two_attempts() -> None:
    with pytest.raises(AssertionError, match="attempt 3"):
        fail_each_attempt([1, 2, 2, 2])


def test_data_that_always_changes_is_not_verified() -> None:
    with pytest.raises(pytest.skip.Exception, match="changes faster than it can be checked"):
        fail_each_attempt(list(range(10)))


def test_other_exceptions_are_raised_at_once() -> None:
    (attempt,) = islice(retry_while_changing(lambda: 1), 1)

    with pytest.raises(KeyError), attempt:
        raise KeyError


def fail_each_attempt(states: list[int]) -> None:
    """Read the states one by one, and let each attempt fail with its number."""
    remaining = iter(states)
    for number, attempt in enumerate(retry_while_changing(lambda: next(remaining)), 1):
        with attempt:
            raise AssertionError(f"attempt {number}")
