from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from tuningfork.depth.dealing import TestCost, deal, digest

APIS = ("a", "b", "c")


@st.composite
def costs(draw: st.DrawFn) -> list[TestCost]:
    rows = st.tuples(st.sampled_from(APIS), st.floats(0, 10), st.booleans())
    return [TestCost(f"t{number}", *row) for number, row in enumerate(draw(st.lists(rows, max_size=60)))]


def loads(tests: list[TestCost], shards: list[int], count: int) -> list[float]:
    """Return the seconds of each shard."""
    seconds: Counter[int] = Counter()
    for test, shard in zip(tests, shards, strict=True):
        seconds[shard] += test.seconds
    return [seconds[shard] for shard in range(count)]


@given(costs(), st.integers(1, 8))
@example([], 3)
def test_every_test_is_in_one_shard_and_exclusive_tests_of_an_api_are_together(
    tests: list[TestCost], count: int
) -> None:
    shards = deal(tests, count)

    assert len(shards) == len(tests)
    assert set(shards) <= set(range(count))
    for api in APIS:
        pairs = zip(tests, shards, strict=True)
        assert len({shard for test, shard in pairs if test.is_exclusive and test.api == api}) <= 1
    assert shards == deal(tests, count)


@given(st.lists(st.floats(0.1, 1), min_size=80, max_size=120), st.integers(1, 5), st.integers(0, 12))
def test_shards_take_the_same_time(seconds: list[float], count: int, exclusive: int) -> None:
    """No shard differs from another one by more than two of the tests, which are short here."""
    tests = [
        TestCost(f"t{number}", APIS[number % 3], each, number < exclusive)
        for number, each in enumerate(seconds)
    ]

    of_shards = loads(tests, deal(tests, count), count)

    assert max(of_shards) - min(of_shards) <= 2 * max(seconds)


def test_other_tests_are_consecutive_slices() -> None:
    tests = [TestCost(f"t{number}", "a", 1) for number in range(10)]

    assert deal(tests, 3) == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]


def test_exclusive_tests_are_in_the_last_shard_that_has_room() -> None:
    exclusive = [TestCost("a1", "a", 2, True), TestCost("b1", "b", 2, True), TestCost("a2", "a", 1, True)]
    others = [TestCost(f"t{number}", "a", 1) for number in range(10)]

    shards = deal([*exclusive, *others], 3)

    assert (shards[:3], loads([*exclusive, *others], shards, 3)) == ([2, 2, 2], [5, 5, 5])
    assert set(shards[3:]) == {0, 1}


def test_exclusive_tests_that_are_longer_than_a_share_are_alone() -> None:
    tests = [TestCost("w", "a", 50, True), *(TestCost(f"t{number}", "a", 1) for number in range(10))]

    assert deal(tests, 3) == [2, *[0] * 5, *[1] * 5]


def test_exclusive_tests_are_split_where_each_shard_has_its_own_target() -> None:
    tests = [TestCost(f"w{number}", "a", 5, True) for number in range(10)]

    assert deal(tests, 5, has_own_targets=True) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert deal(tests, 5) == [4] * 10


def test_more_shards_than_tests_leave_some_empty() -> None:
    assert len(set(deal([TestCost("t1", "a", 1), TestCost("t2", "a", 1)], 5))) == 2


def test_digest_depends_on_tests_and_shards() -> None:
    one, other = TestCost("t1", "a", 1), TestCost("t2", "a", 1)

    digests = {digest([one], [0]), digest([one], [1]), digest([other], [0]), digest([one, other], [0, 0])}

    assert len(digests) == 4
