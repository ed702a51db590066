from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, cast

import pytest

from tuningfork import model
from tuningfork.client.response import Response
from tuningfork.model import Exchange, ExpectationFailed, Request
from tuningfork.testing.pagination import assert_same_items, boundary_page_sizes


class Pages:
    """Finds the items of a list in its body."""

    def items(self, body: Any) -> list[Any]:
        return list(body)


def pages_of(*item_ids: Sequence[object]) -> list[Response]:
    """Return pages with items of these ids."""
    exchanges = [
        Exchange(
            Request("GET", f"https://api.test/tracks?page={number}"),
            model.Response(200, body=json.dumps([{"id": item_id} for item_id in page]).encode()),
        )
        for number, page in enumerate(item_ids, 1)
    ]
    return [Response(exchange, cast("Any", Pages())) for exchange in exchanges]


def test_each_item_once_is_accepted_in_any_order() -> None:
    assert_same_items(pages_of([3, 1], [2]), {1, 2, 3})


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        (
            pages_of([1], [2], [2]),
            "expected every item once; found item 2 twice, on pages 2 and 3 of GET /tracks?page=1",
        ),
        (
            pages_of([1, 1, 1, 2]),
            "expected every item once; found item 1 3 times, on page 1 of GET /tracks?page=1",
        ),
        (
            pages_of([1], []),
            "expected all 2 items of the list; found item 2 on none of the 2 pages of GET /tracks?page=1",
        ),
        (
            pages_of([1, 2], [3]),
            "expected the 2 items of the list; found item 3 too, on page 2 of GET /tracks?page=1",
        ),
    ],
)
def test_repeated_missing_and_additional_items_are_named_with_their_pages(
    pages: list[Response], message: str
) -> None:
    with pytest.raises(ExpectationFailed, match=f"^{re.escape(message)}$"):
        assert_same_items(pages, {1, 2})


def test_exchange_is_the_page_that_repeats_an_item_compared_with_the_first_one() -> None:
    pages = pages_of([1], [2], [3], [2])

    with pytest.raises(ExpectationFailed) as raised:
        assert_same_items(pages, {1, 2, 3})

    assert raised.value.exchange is pages[3].exchange
    assert raised.value.compared == (pages[1].exchange,)


def test_exchange_of_a_missing_item_is_the_first_page_that_is_too_short() -> None:
    pages = pages_of([1, 2], [3], [4, 5])

    with pytest.raises(ExpectationFailed) as raised:
        assert_same_items(pages, {1, 2, 3, 4, 5, 6})

    assert raised.value.exchange is pages[1].exchange


def test_message_names_three_items_at_most() -> None:
    with pytest.raises(ExpectationFailed, match=r"items 1, 2, 3, … on none of the 1 pages"):
        assert_same_items(pages_of([]), range(1, 6))


def test_numbers_and_strings_are_accepted_as_ids() -> None:
    with pytest.raises(ExpectationFailed, match="items 1, a"):
        assert_same_items(pages_of([]), {1, "a"})


@pytest.mark.parametrize(
    ("item_count", "sizes"), [(1, [1, 150]), (12, [1, 11, 12, 150]), (300, [50, 150]), (7, [1, 6, 7, 150])]
)
def test_page_sizes_cover_the_end_of_a_list(item_count: int, sizes: list[int]) -> None:
    assert boundary_page_sizes(item_count, 150) == sizes
