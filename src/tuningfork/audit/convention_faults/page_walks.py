"""Faults of `pagination`: items that are lost or repeated, and the signals of the last page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response

from tuningfork.audit.convention_faults.page_edits import (
    CURSORS,
    NUMBERED,
    Choose,
    edit_pages,
    has_type,
    is_first,
    some_group,
)
from tuningfork.audit.convention_patch import breaks
from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.conventions.pagination import NEXT_SIGNALS, Pagination
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.cursors import Walk
from tuningfork.mock.reference.page_requests import read_parameter
from tuningfork.mock.reference.pagination import Page, PaginationPart
from tuningfork.mock.reference.server import ReferenceServer

NextCursor = Callable[[Pagination, Walk, Any, int], str | None]


def has_signals(group: Pagination) -> bool:
    """Return whether some signals for the next page are declared, and some are not."""
    return isinstance(group.next, str) and 0 < len(group.next_signals) < len(NEXT_SIGNALS)


def without_item(page: Page, position: int) -> Page:
    """Return a page without one of its items, if it has several."""
    items = list(page.items)
    return replace(page, items=items[:position] + items[position + 1 :]) if len(items) > 1 else page


def sends_first_number(call: Call, declared: Pagination) -> bool:
    """Return whether a request names the first page or offset."""
    return read_parameter(call, declared.parameter or declared.type, declared.in_) == str(declared.first)


@breaks("PAGE-FIRST")
def first_number_is_that_of_the_second_item(server: ReferenceServer) -> None:
    """The page with the first number lacks the first item of the list."""
    edit_pages(
        server,
        lambda call, declared, page: without_item(page, 0) if sends_first_number(call, declared) else page,
    )


@breaks("PAGE-FIRST")
def page_with_the_first_number_lacks_its_last_item(server: ReferenceServer) -> None:
    """The page with the first number lacks its last item, if it has several."""
    edit_pages(
        server,
        lambda call, declared, page: (
            without_item(page, len(page.items) - 1) if sends_first_number(call, declared) else page
        ),
    )


@breaks("PAGE-WALK", when=has_type("page", *CURSORS))
def last_items_of_later_pages_are_lost(server: ReferenceServer) -> None:
    """Each page after the first one lacks its last item, if it has several."""

    def without_last(call: Call, declared: Pagination, page: Page) -> Page:
        return page if is_first(server, call, declared) else without_item(page, len(page.items) - 1)

    edit_pages(server, without_last)


@breaks("PAGE-WALK")
def second_pages_repeat_the_first_item(server: ReferenceServer) -> None:
    """Each page after the first one begins with an item of the first page."""

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        page = original(call, declared, items)
        is_later = bool(page.items) and not is_first(server, call, declared)
        return replace(page, items=[items[0], *page.items[1:]]) if is_later else page

    wrap_method(server.get(PaginationPart), "choose", choose)


@breaks("PAGE-WALK", when=has_type("page", "offset", "cursor", "url", "link", "after"))
def first_items_of_later_pages_are_lost(server: ReferenceServer) -> None:
    """Each page after the first one lacks its first item, if it has several."""
    edit_pages(
        server,
        lambda call, declared, page: page if is_first(server, call, declared) else without_item(page, 0),
    )


@breaks("PAGE-WHOLE")
def lists_end_after_ten_items(server: ReferenceServer) -> None:
    """A list without pages has its first ten items only."""
    edit_pages(server, lambda _, __, page: replace(page, items=list(page.items)[:10]))


@breaks("PAGE-WHOLE")
def lists_lack_their_last_item(server: ReferenceServer) -> None:
    """A list without pages lacks its last item, if it has more than five."""
    edit_pages(
        server,
        lambda _, __, page: page if len(page.items) < 6 else without_item(page, len(page.items) - 1),
    )


@breaks("PAGE-END", when=some_group(has_signals))
def last_pages_have_another_next(server: ReferenceServer) -> None:
    """The last page has a signal that is not declared for the next one."""

    def signal(original: Callable[[Pagination], str], declared: Pagination) -> str:
        undeclared = [each for each in ("empty-text", "null", "absent") if each not in declared.next_signals]
        return undeclared[0] if undeclared else original(declared)

    wrap_method(server.get(PaginationPart).bodies, "signal", signal)


@breaks("PAGE-END", when=some_group(lambda group: group.end_values))
def last_pages_lack_their_signal(server: ReferenceServer) -> None:
    """The last page has the values of the pages before it."""
    edit_end(server, lambda _: False)


@breaks("PAGE-END", when=some_group(lambda group: group.end_values))
def all_pages_have_the_signal_of_the_last_one(server: ReferenceServer) -> None:
    """Each page has the values of the last one."""
    edit_end(server, lambda _: True)


def edit_end(server: ReferenceServer, edit: Callable[[bool], bool]) -> None:
    """Replace whether a page has the values of the last one."""

    def write_end(original: Callable[..., Any], body: Any, declared: Pagination, is_last: bool) -> Any:
        return original(body, declared, edit(is_last))

    wrap_method(server.get(PaginationPart).bodies, "write_end", write_end)


@breaks("PAGE-END", when=some_group(lambda group: "empty-page" in group.end and group.type in NUMBERED))
def pages_behind_the_last_one_do_not_exist(server: ReferenceServer) -> None:
    """The status of a page without items is 404."""

    def refuse_empty(call: Call, declared: Pagination, page: Page) -> Page:
        if page.total and not page.items and not is_first(server, call, declared):
            raise HttpError(404)
        return page

    edit_pages(server, refuse_empty)


@breaks("PAGE-END", when=has_type(*NUMBERED, "after"))
def pages_behind_the_last_one_have_its_items(server: ReferenceServer) -> None:
    """A page behind the last one has the last item again."""

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        page = original(call, declared, items)
        is_behind = bool(items) and not page.items and not is_first(server, call, declared)
        return replace(page, items=items[-1:]) if is_behind else page

    wrap_method(server.get(PaginationPart), "choose", choose)


@breaks("PAGE-END", when=some_group(lambda group: group.size.exact and group.type in CURSORS))
def full_last_pages_lead_to_an_empty_page(server: ReferenceServer) -> None:
    """A last page that is full has a next page, which is empty."""
    lead_to_empty_pages(server)


def lead_to_empty_pages(server: ReferenceServer) -> None:
    """Let a last page that is full have a next page, which is empty."""

    def next_cursor(
        original: NextCursor, declared: Pagination, walk: Walk, found: Any, size: int
    ) -> str | None:
        cursor = original(declared, walk, found, size)
        if cursor is not None or not found or len(found) != size:
            return cursor
        return server.get(PaginationPart).cursors.add(replace(walk, position=found[-1] + 1))

    wrap_method(server.get(PaginationPart), "next_cursor", next_cursor)


@breaks("PAGE-ORDER")
def lists_have_the_reverse_order(server: ReferenceServer) -> None:
    """A list has the reverse of its declared order."""

    def ordered(original: Callable[..., list[Any]], declared: Pagination, items: Any) -> list[Any]:
        return original(declared, items)[::-1]

    wrap_method(server.get(PaginationPart), "ordered", ordered)


@breaks("PAGE-ORDER")
def last_two_items_of_a_page_are_swapped(server: ReferenceServer) -> None:
    """The last two items of each page are in the wrong order."""

    def swap(call: Call, declared: Pagination, page: Page) -> Page:
        items = list(page.items)
        return replace(page, items=[*items[:-2], *items[-2:][::-1]])

    edit_pages(server, swap)


@breaks("PAGE-TOTAL", when=some_group(lambda group: group.total and group.total.exact))
def totals_count_one_page(server: ReferenceServer) -> None:
    """The total is the number of items of the page."""
    edit_pages(server, lambda _, __, page: replace(page, total=len(page.items)))


@breaks("PAGE-TOTAL", when=some_group(lambda group: group.total and group.total.exact))
def totals_are_one_too_large_after_the_first_page(server: ReferenceServer) -> None:
    """The total of the pages after the first one counts one item too many."""
    edit_pages(
        server,
        lambda call, declared, page: replace(page, total=page.total + (not is_first(server, call, declared))),
    )


@breaks("PAGE-TOTAL")
def totals_are_words(server: ReferenceServer) -> None:
    """The total is the text "many"."""

    def response(original: Callable[..., Response], call: Call, declared: Pagination, *rest: Any) -> Response:
        made = original(call, declared, *rest)
        if declared.total is None:
            return made
        if declared.total.at.header is not None:
            made.headers[declared.total.at.header] = "many"
            return made
        pointer = declared.total.at.pointer or ""
        return edit_json(made, lambda body: places.write(body, pointer, "many"))

    wrap_method(server.get(PaginationPart).bodies, "response", response)
