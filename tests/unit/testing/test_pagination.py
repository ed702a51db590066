from __future__ import annotations

import pytest

from tuningfork.model import ExpectationFailed
from tuningfork.testing.pagination import assert_same_items, boundary_page_sizes


def test_each_item_once_is_accepted_in_any_order() -> None:
    assert_same_items([3, 1, 2], {1, 2, 3})


@pytest.mark.parametrize(
    ("item_ids", "message"),
    [
        ([1, 2, 2], "expected every item once; found 1 of 2 items twice: ids 2$"),
        ([1], "expected all 2 items; found no page with 1 of them: ids 2$"),
        ([1, 2, 3], "expected the 2 items that other page sizes give; found 1 more: ids 3$"),
    ],
)
def test_repeated_missing_and_additional_items_are_named(item_ids: list[int], message: str) -> None:
    with pytest.raises(ExpectationFailed, match=message):
        assert_same_items(item_ids, {1, 2})


def test_message_names_three_items_at_most() -> None:
    with pytest.raises(ExpectationFailed, match=r"5 of them: ids 1, 2, 3, …$"):
        assert_same_items([], range(1, 6))


def test_numbers_and_strings_are_accepted_as_ids() -> None:
    with pytest.raises(ExpectationFailed, match="ids 1, a"):
        assert_same_items([], {1, "a"})


@pytest.mark.parametrize(
    ("item_count", "sizes"), [(1, [1, 150]), (12, [1, 11, 12, 150]), (300, [50, 150]), (7, [1, 6, 7, 150])]
)
def test_page_sizes_cover_the_end_of_a_list(item_count: int, sizes: list[int]) -> None:
    assert boundary_page_sizes(item_count, 150) == sizes
