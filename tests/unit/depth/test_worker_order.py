from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuningfork.depth.dealing import TestCost
from tuningfork.depth.worker_order import order_for_workers

TESTS = st.lists(
    st.builds(TestCost, st.just("t"), st.sampled_from("abc"), st.floats(0, 9), st.booleans()), max_size=40
)


def costs_of(api: str, shared: int, exclusive: int) -> list[TestCost]:
    """Return tests of an API, first the exclusive ones."""
    return [TestCost("t", api, 1, number < exclusive) for number in range(exclusive + shared)]


@given(TESTS, st.integers(1, 5))
def test_every_test_is_in_the_order_once(tests: list[TestCost], workers: int) -> None:
    assert sorted(order_for_workers(tests, workers)) == list(range(len(tests)))


def test_exclusive_tests_of_a_single_api_are_last() -> None:
    assert order_for_workers(costs_of("a", 4, 2), 2) == [2, 3, 4, 5, 0, 1]


def test_longest_exclusive_tests_run_beside_shared_tests_of_another_api() -> None:
    """One worker runs the four exclusive tests of a; the other one meanwhile the tests of b."""
    tests = [*costs_of("a", 2, 4), *costs_of("b", 3, 1)]

    order = order_for_workers(tests, 2)

    assert order == [0, 7, 1, 8, 2, 9, 3, 6, 4, 5]


def test_workers_without_a_test_that_can_start_wait() -> None:
    assert order_for_workers(costs_of("a", 0, 3), 8) == [0, 1, 2]
