from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuningfork.depth.worker_order import TestUse, order_for_workers

TESTS = st.lists(
    st.builds(TestUse, st.sampled_from("abc"), st.sampled_from(["reads", "writes", "hooks"]), st.floats(0, 9))
)


@given(TESTS)
def test_every_test_is_in_the_order_once(tests: list[TestUse]) -> None:
    assert sorted(order_for_workers(tests)) == list(range(len(tests)))


@given(TESTS)
def test_tests_of_an_api_that_write_follow_those_that_read(tests: list[TestUse]) -> None:
    ordered = [tests[index] for index in order_for_workers(tests)]

    for api in "abc":
        uses = [test.use for test in ordered if test.api == api and test.use != "hooks"]
        assert uses == sorted(uses)


def test_tests_with_hooks_of_a_single_api_are_last() -> None:
    tests = [TestUse("a", use, 1) for use in ("hooks", "reads", "writes", "reads", "hooks")]

    assert order_for_workers(tests) == [1, 3, 2, 0, 4]


def test_tests_with_hooks_are_spread_over_those_of_another_api() -> None:
    tests = [
        *(TestUse("a", "reads", 1) for _ in range(4)),
        *(TestUse("a", "hooks", 1) for _ in range(2)),
        *(TestUse("b", "reads", 2) for _ in range(4)),
        TestUse("b", "hooks", 1),
    ]

    assert order_for_workers(tests) == [0, 1, 10, 2, 3, 6, 4, 7, 8, 5, 9]
