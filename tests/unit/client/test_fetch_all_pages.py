from __future__ import annotations

from collections.abc import Iterator

import pytest

from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import assert_same_items, boundary_page_sizes, retry_if_changed


def test_a_walk_that_sees_everything_once_is_good() -> None:
    assert_same_items([3, 1, 2], {1, 2, 3})


@pytest.mark.parametrize(
    ("seen", "found"), [([1, 2, 2], "1 of 3 again"), ([1], "all but"), ([1, 2, 3], r"\[3\] too")]
)
def test_a_walk_that_repeats_loses_or_adds_is_not(seen: list[int], found: str) -> None:
    with pytest.raises(ExpectationFailed, match=found):
        assert_same_items(seen, {1, 2})


def test_ids_of_two_sorts_are_told_all_the_same() -> None:
    with pytest.raises(ExpectationFailed, match="all but"):
        assert_same_items([], {1, "a"})


@pytest.mark.parametrize("item", [[], {}, None])
def test_an_id_that_is_none_is_unmet(item: object) -> None:
    with pytest.raises(ExpectationFailed, match="ids"):
        ids([JsonObject(id=item)])


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1, 150]), (12, [1, 11, 12, 150]), (300, [50, 150]), (7, [1, 6, 7, 150])]
)
def test_the_end_of_a_list_is_met_in_several_ways(count: int, sizes: list[int]) -> None:
    assert boundary_page_sizes(count, 150) == sizes


def test_what_others_change_is_judged_again() -> None:
    there: Iterator[int] = iter([1, 2])
    judged: list[int] = []

    def judge(known: int) -> None:
        judged.append(known)
        assert known == 2

    retry_if_changed(lambda: next(there), judge)

    assert judged == [1, 2]


def test_what_came_and_went_again_is_judged_again() -> None:
    judged: list[int] = []

    def judge(known: int) -> None:
        judged.append(known)
        assert len(judged) == 2

    retry_if_changed(lambda: 1, judge, 1)

    assert judged == [1, 1]


def test_what_nobody_changes_fails_the_second_time() -> None:
    with pytest.raises(AssertionError):
        retry_if_changed(lambda: 1, _never, 1)


def test_what_never_rests_is_not_judged() -> None:
    there = iter(range(10))

    with pytest.raises(pytest.skip.Exception):
        retry_if_changed(lambda: next(there), _never)


def _never(known: int) -> None:
    raise AssertionError(known)
