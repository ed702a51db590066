"""`pagination`: the sizes of pages, and walks from page to page."""

from __future__ import annotations

from functools import partial
from itertools import islice

from tuningfork import not_verified
from tuningfork.client.controls import ControlsClient
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_filters import find_narrowing
from tuningfork.testing.declared_list import ListPage
from tuningfork.testing.declared_resource import DeclaredItem
from tuningfork.testing.expect import expect, expect_one_of, expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.filled_list import FilledList
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.page_answers import (
    bad_requests,
    expect_bad_cursor,
    expect_bounded,
    expect_size,
)
from tuningfork.testing.page_expectations import (
    expect_at_most,
    expect_each_once,
    expect_end,
    expect_full,
    expect_sorted,
)
from tuningfork.testing.refusal import expect_refusal

MALFORMED_SIZES = ("abc", "1.5")
CLOCK_MARGIN_S = 10


@convention("PAGE-WHOLE")
def test_list_without_pages_has_all_items(filled_list: FilledList) -> None:
    own = filled_list.create_items(12)
    premise(bool(own), "no item of the list can be created")

    page = filled_list.pages.fetch(filled_list.pages.first_request())

    expect_each_once([page], filled_list.keys(own))


@convention("PAGE-WALK")
def test_walk_returns_each_item_once(filled_list: FilledList) -> None:
    """The sizes are those by which the last page is full, has one item or several, or is the only page.

    Items of others count, too, while the list stays the same: an own item may never be on the last page.
    """
    own, listing = filled_list.create_items(), filled_list.pages
    filled_list.lengthen(1)

    def walk(size: int | None) -> None:
        keys = [*filled_list.keys(own), *map(str, listing.read_keys())]
        expect_each_once(listing.walk(size), keys)

    for size in listing.sizes(len(listing.read_keys())):
        filled_list.steadily(partial(walk, size))


@convention("PAGE-FIRST")
def test_list_begins_with_the_first_number(filled_list: FilledList) -> None:
    filled_list.lengthen(3)
    listing, request = filled_list.pages, filled_list.pages.first_request(2)

    def compare() -> None:
        numbered = listing.fetch(listing.turner.numbered(request, listing.declared.first))
        expect(numbered.keys, listing.fetch(request).keys, "items of the first page", numbered.response)

    filled_list.steadily(compare)


@convention("PAGE-END")
def test_last_page_has_the_declared_signals(filled_list: FilledList) -> None:
    """No earlier page has them; the sizes are those of the walks."""
    filled_list.lengthen(4)
    listing = filled_list.pages

    def walk(size: int | None) -> None:
        expect_end(listing.walk(size), listing)

    for size in listing.sizes(len(listing.read_keys())):
        filled_list.steadily(partial(walk, size))


@convention("PAGE-SIZE")
def test_page_has_at_most_as_many_items_as_requested(filled_list: FilledList) -> None:
    filled_list.lengthen(3)

    for size in (1, 2):
        request = filled_list.pages.first_request(size)
        for page in at_least_one(islice(filled_list.pages.pages(request), 3), "the list has no page"):
            expect_at_most(page.items, size, page.response)


@convention("PAGE-DEFAULT")
def test_page_without_a_size_has_the_default_size(subject: Subject, filled_list: FilledList) -> None:
    """A page is as long as one for which the default size is requested."""
    size, listing = subject.model.size, filled_list.pages
    filled_list.lengthen(size.default)

    def compare() -> None:
        page, explicit = listing.first_page(), listing.first_page(size.default)
        is_comparable = size.exact is not False and size.parameter is not None
        allowed = [len(listing.items(explicit))] if is_comparable else range(size.default + 1)
        expect_at_most(listing.items(page), size.default, page)
        expect_one_of(len(listing.items(page)), allowed, "number of items", page)

    filled_list.steadily(compare)


@convention("PAGE-MAXIMUM")
def test_size_above_the_maximum_gets_no_more_items(subject: Subject, filled_list: FilledList) -> None:
    size, listing = subject.model.size, filled_list.pages
    if size.exact or size.above is None or size.above.words:
        filled_list.lengthen(size.maximum)

    page = listing.fetch(listing.first_request(size.maximum))
    allowed = range(size.maximum if size.exact else 0, size.maximum + 1)
    expect_one_of(len(page.items), allowed, "number of items", page.response)
    for above in (size.maximum + 1, 10 * size.maximum):
        expect_bounded(listing.first_page(above), size.maximum, size.above, listing)


@convention("PAGE-ZERO")
def test_size_zero_has_the_declared_response(subject: Subject, filled_list: FilledList) -> None:
    filled_list.lengthen(1)

    expect_size(0, subject.model.size.zero, filled_list.pages)


@convention("PAGE-NEGATIVE")
def test_negative_size_has_the_declared_response(subject: Subject, filled_list: FilledList) -> None:
    filled_list.lengthen(1)

    expect_size(-1, subject.model.size.negative, filled_list.pages)


@convention("PAGE-MALFORMED")
def test_malformed_size_has_the_declared_response(subject: Subject, filled_list: FilledList) -> None:
    filled_list.lengthen(1)

    for value in MALFORMED_SIZES:
        expect_size(value, subject.model.size.malformed, filled_list.pages)


@convention("PAGE-EXACT")
def test_page_is_full_while_there_are_more_items(subject: Subject, filled_list: FilledList) -> None:
    """The walk ends where no page follows, not at the declared signals."""
    filled_list.lengthen(5)
    listing = filled_list.pages.without_signals()

    def walk(size: int | None) -> None:
        expect_full(listing.walk(size), size or subject.model.size.default)

    for size in listing.sizes(len(listing.read_keys())):
        filled_list.steadily(partial(walk, size))


@convention("PAGE-NEXT")
def test_url_of_the_next_page_works_as_it_is(filled_list: FilledList) -> None:
    """Relative URLs are resolved (RFC 3986 5); a URL on another host is not requested."""
    filled_list.lengthen(5)

    pages = list(islice(filled_list.pages.pages(filled_list.pages.first_request(2)), 3))

    expect_true(len(pages) > 1, "a URL of the next page", "none", pages[0].response)
    for page in at_least_one(pages[1:], "the list has one page only"):
        is_other = page.keys[:1] != pages[0].keys[:1]
        expect_true(is_other, "another page than the first one", f"{page.keys}", page.response)


@convention("PAGE-ORDER")
def test_list_has_the_declared_order(subject: Subject, filled_list: FilledList) -> None:
    """Equal values may have any order."""
    own = filled_list.create_items()

    def compare() -> None:
        for size in (filled_list.pages.largest_size, 2):
            pages = list(islice(filled_list.pages.pages(filled_list.pages.first_request(size)), 30))
            compared = expect_sorted(pages, subject.model.order, filled_list.keys(own))
            premise(compared > 0, "no two items have values that can be compared")

    filled_list.steadily(compare)


@convention("PAGE-INSERT")
def test_walk_loses_no_item_while_others_are_added(filled_list: FilledList) -> None:
    """An item is added after each of the first five pages."""
    before = filled_list.keys([*filled_list.create_items(), *filled_list.lengthen(1)])
    added: list[DeclaredItem] = []

    def add_item(page: ListPage) -> None:
        if len(added) < 5:
            added.append(filled_list.create(filled_list.word()))

    pages = filled_list.pages.walk(2, on_page=add_item)

    premise(len(pages) > 1, "the list has one page only")
    expect_each_once(pages, before)


@convention("PAGE-DELETE")
def test_walk_loses_no_item_while_others_are_deleted(filled_list: FilledList) -> None:
    """After each page an item of the test is deleted that is not the last one of the page."""
    items = [*filled_list.create_items(6), *filled_list.lengthen(1)]
    remaining = dict(zip(filled_list.keys(items), items, strict=True))

    def delete_one(page: ListPage) -> None:
        own = [key for key in map(str, page.keys[:-1]) if key in remaining]
        if own and filled_list.resource is not None:
            filled_list.resource.delete(remaining.pop(own[0]))

    pages = filled_list.pages.walk(2, on_page=delete_one)

    premise(len(remaining) < len(items), "no page has an item of the test before its last one")
    expect_each_once(pages, list(remaining))


@convention("PAGE-TOTAL")
def test_total_is_the_number_of_all_items(subject: Subject, filled_list: FilledList) -> None:
    """Also after a deletion. The checks of every exchange require a number."""
    filled_list.delete_one(filled_list.create_items())
    listing, turner = filled_list.pages, filled_list.pages.turner
    premise(subject.model.total.exact, "the total is not exact: any number is allowed")

    def count() -> None:
        keys, pages = listing.read_keys(), list(islice(listing.pages(listing.first_request(2)), 2))
        premise(len(keys) < (subject.model.reach or len(keys) + 1), "not all items can be reached")
        for page in at_least_one(pages, "the list has no page"):
            expect(turner.total(page.response), len(keys), "total", page.response)

    filled_list.steadily(count)


@convention("PAGE-REACH")
def test_items_within_the_reach_are_returned(subject: Subject, filled_list: FilledList) -> None:
    listing, reach = filled_list.pages, subject.model.reach
    if subject.model.type in ("page", "offset"):
        if not listing.fetch(listing.request_of_item(reach - 1)).items:
            filled_list.lengthen(reach - 1)
        page = listing.fetch(listing.request_of_item(reach - 1))
        expect_true(bool(page.items), f"item {reach} of the list", "no item", page.response)
    else:
        filled_list.lengthen(reach)
        count = len(listing.read_keys(limit=reach))
        expect_true(count >= reach, f"{reach} items", f"{count} items")


@convention("PAGE-BEYOND")
def test_page_beyond_the_reach_is_refused(subject: Subject, filled_list: FilledList) -> None:
    listing, declared = filled_list.pages, subject.model
    premise(declared.type in ("page", "offset"), f"a page of the type {declared.type} has no number")

    response = listing.send(listing.request_of_item(declared.reach))

    expect_refusal(response, declared.beyond, listing.declaration, listing.operation)


@convention("PAGE-FILTERS")
def test_next_pages_obey_the_filters(filled_list: FilledList) -> None:
    """Nothing is added to a next request unless a client must repeat the filters."""
    listing = filled_list.pages
    condition, inside, outside = find_narrowing(filled_list)

    def walk() -> None:
        pages = listing.walk(1, condition.query)
        expect_each_once(pages, inside)
        found = outside.intersection(str(key) for page in pages for key in page.keys)
        expect_true(not found, f"only items with {condition}", f"item {min(found, default='')}")

    filled_list.steadily(walk)


@convention("PAGE-BAD-CURSOR")
def test_bad_cursor_has_the_declared_response(subject: Subject, filled_list: FilledList) -> None:
    """The cursor is another text, and one with another character in its middle."""
    filled_list.lengthen(2)
    page = filled_list.pages.fetch(filled_list.pages.first_request(1))

    for request in at_least_one(bad_requests(page, filled_list.pages), "the list has no cursor"):
        expect_bad_cursor(request, subject.model.bad, filled_list.pages)


@convention("PAGE-EXPIRED", needs=["control:clock"])
def test_expired_cursor_is_refused(
    subject: Subject, filled_list: FilledList, controls: ControlsClient
) -> None:
    """The cursor works shortly before it expires, and is refused shortly after that."""
    listing, expires = filled_list.pages, subject.model.expires
    filled_list.lengthen(2)
    first = listing.fetch(listing.first_request(1))
    request = listing.turner.following(first.request, first.response) or not_verified(
        "there is one page only"
    )

    controls.clock(max(expires.after - CLOCK_MARGIN_S, 0))
    listing.fetch(request)
    controls.clock(2 * CLOCK_MARGIN_S)
    response = listing.send(request)

    expect_refusal(response, expires.refusal, listing.declaration, listing.operation)
