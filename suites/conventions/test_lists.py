"""`lists`: filters, searches and orders that a client can choose."""

from __future__ import annotations

import pytest

from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_filters import (
    Sample,
    combined_conditions,
    expect_selection,
    expect_selections_of_all,
    filter_conditions,
    first_conditions,
    is_documented,
    other_cases,
    read_sample,
    search_conditions,
    unmatched_query,
)
from tuningfork.testing.fairness import premise
from tuningfork.testing.filled_list import FilledList
from tuningfork.testing.item_expectations import expect_status
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.page_expectations import expect_sorted


@pytest.fixture
def sample(filled_list: FilledList) -> Sample:
    """The items that are judged: those of the test, or else all of the list.

    Two items of the test share a text, and the text of another one begins with it.
    """
    own = [*filled_list.create_alike(3), *filled_list.create_items(2)]
    return read_sample(filled_list, filled_list.keys(own))


@convention("LIST-FILTER")
def test_filter_returns_the_items_that_match(filled_list: FilledList, sample: Sample) -> None:
    """Letters of the other case match too, or do not, as declared; `any-of` gets two values, too.

    A filter in which the items of the test are alike is judged by all items of the list.
    """
    conditions = filter_conditions(filled_list, sample)
    alike = [name for name, listed in conditions.items() if not listed]

    for condition in at_least_one(first_conditions(conditions), "no two items differ in a filter"):
        expect_selection(filled_list, sample, condition)
    for condition in other_cases(filled_list, conditions):
        expect_selection(filled_list, sample, condition)
    unjudged = expect_selections_of_all(filled_list, alike)
    premise(not unjudged, f"no two items differ in a filter: {', '.join(unjudged)}")


@convention("LIST-COMBINE")
def test_several_filters_all_apply(filled_list: FilledList, sample: Sample) -> None:
    pairs = at_least_one(combined_conditions(filled_list, sample), "no two filters select different items")

    for condition in pairs[:3]:
        expect_selection(filled_list, sample, condition)


@convention("LIST-SEARCH")
def test_search_returns_the_items_with_a_word(filled_list: FilledList, sample: Sample) -> None:
    conditions = at_least_one(
        search_conditions(filled_list, sample), "no item has a long word that another one lacks"
    )

    for condition in conditions[:3]:
        expect_selection(filled_list, sample, condition)


@convention("LIST-SORT")
def test_list_has_the_requested_order(subject: Subject, filled_list: FilledList, sample: Sample) -> None:
    """Equal values may have any order."""
    listing, sort = filled_list.pages, subject.model.sort
    premise(is_documented(filled_list, sort.parameter), f"the list has no parameter {sort.parameter}")
    own = list(sample.items) if sample.is_own else []

    def compare() -> None:
        for value, keys in at_least_one(sort.values.items(), "no order is declared"):
            pages = listing.walk(listing.largest_size, {sort.parameter: value})
            compared = expect_sorted(pages, keys, own)
            premise(compared > 0, f"no two items can be compared by {keys[0].by}")

    filled_list.steadily(compare)


@convention("LIST-EMPTY")
def test_list_without_items_has_the_declared_status(subject: Subject, filled_list: FilledList) -> None:
    """No item matches the requested text."""
    response = filled_list.pages.first_page(query=unmatched_query(filled_list))

    expect_status(response, subject.model.empty)
