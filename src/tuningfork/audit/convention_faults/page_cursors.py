"""Faults of `pagination`: next pages, filters on them, changes during a walk, and what can be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tuningfork.audit.convention_faults.page_edits import (
    CURSORS,
    MAX_CREATED,
    NUMBERED,
    Choose,
    has_type,
    is_first,
    some_group,
)
from tuningfork.audit.convention_patch import breaks
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import AllowedResponses
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.cursors import Walk
from tuningfork.mock.reference.pagination import Page, PaginationPart
from tuningfork.mock.reference.server import ReferenceServer

NextUrl = Callable[[Call, Pagination, str], str]
Select = Callable[[Call, Any, Mapping[str, str]], list[Any]]


def has_filters(declaration: Declaration) -> bool:
    """Return whether lists have filters."""
    return bool(declaration.groups.get("lists"))


def edit_next_url(server: ReferenceServer, edit: Callable[[Call, str], str]) -> None:
    """Replace the URL of each next page by what `edit` makes of it."""

    def next_url(original: NextUrl, call: Call, declared: Pagination, cursor: str) -> str:
        return edit(call, original(call, declared, cursor))

    wrap_method(server.get(PaginationPart).bodies, "next_url", next_url)


@breaks("PAGE-NEXT")
def next_urls_are_on_another_host(server: ReferenceServer) -> None:
    """The URL of the next page is on an internal host."""
    edit_next_url(server, lambda call, url: url.replace(call.request.host, "internal.invalid:8080", 1))


@breaks("PAGE-NEXT")
def next_urls_of_later_pages_have_no_cursor(server: ReferenceServer) -> None:
    """The URL of the next page, on each page but the first one, is that of the first page."""

    def next_url(original: NextUrl, call: Call, declared: Pagination, cursor: str) -> str:
        url = original(call, declared, cursor)
        return url if is_first(server, call, declared) else url.partition("?")[0]

    wrap_method(server.get(PaginationPart).bodies, "next_url", next_url)


@breaks("PAGE-NEXT")
def next_urls_lack_the_path(server: ReferenceServer) -> None:
    """The URL of the next page has another path than the list."""
    edit_next_url(server, lambda call, url: url.replace(call.request.path, f"/v0{call.request.path}", 1))


@breaks("PAGE-FILTERS", when=has_filters)
def next_pages_forget_the_filters(server: ReferenceServer) -> None:
    """Each page after the first one has items that the filters leave out."""
    forget_filters(server, lambda _: True)


@breaks("PAGE-FILTERS", when=lambda each: has_filters(each) and has_type(*CURSORS)(each))
def third_pages_forget_the_filters(server: ReferenceServer) -> None:
    """The pages from the third one on have items that the filters leave out."""
    counts: dict[str, int] = {}

    def is_third(query: Mapping[str, str]) -> bool:
        key = str(sorted((name, value) for name, value in query.items() if name != "cursor"))
        counts[key] = counts.get(key, 0) + 1
        return counts[key] > 1

    forget_filters(server, is_third)


def forget_filters(server: ReferenceServer, is_chosen: Callable[[Mapping[str, str]], bool]) -> None:
    """Leave the filters out on pages after the first one, for a chosen query."""
    part = server.get(PaginationPart)

    def selected(original: Select, call: Call, items: Any, query: Mapping[str, str]) -> list[Any]:
        declared = part.of(call)
        is_later = declared is not None and not is_first(server, call, declared)
        names = filters_of(server, call)
        if is_later and names & set(query) and is_chosen(query):
            query = {name: value for name, value in query.items() if name not in names}
        return original(call, items, query)

    wrap_method(part, "selected", selected)


def filters_of(server: ReferenceServer, call: Call) -> set[str]:
    """Return the parameters that filter a list."""
    lists = server.declaration.of("lists", call.operation)
    return set(lists.parameters) if lists is not None else set()


@breaks("PAGE-BAD-CURSOR")
def bad_cursors_are_server_errors(server: ReferenceServer) -> None:
    """The status of a request with a cursor that is not valid is 500."""

    def refuse_bad(original: Callable[..., None], answers: AllowedResponses | None) -> None:
        raise HttpError(500)

    wrap_method(server.get(PaginationPart), "refuse_bad", refuse_bad)


@breaks("PAGE-BAD-CURSOR", when=has_type(*CURSORS))
def only_the_first_half_of_a_cursor_is_read(server: ReferenceServer) -> None:
    """A cursor works although its second half is changed."""
    part = server.get(PaginationPart)

    def cursor_of(original: Callable[..., str | None], call: Call, declared: Pagination) -> str | None:
        cursor = original(call, declared)
        half = len(cursor or "") // 2
        known = part.cursors.known()
        return next((each for each in known if cursor and half and each[:half] == cursor[:half]), cursor)

    wrap_method(part, "cursor_of", cursor_of)


@breaks("PAGE-BAD-CURSOR")
def bad_cursors_lead_to_an_empty_page(server: ReferenceServer) -> None:
    """A request with a cursor that is not valid returns an empty page."""
    part = server.get(PaginationPart)

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        cursors: list[bool] = []

        def refuse_bad(answers: AllowedResponses | None) -> None:
            cursors.append(True)

        usual, part.refuse_bad = part.refuse_bad, refuse_bad  # type: ignore[method-assign]
        try:
            page = original(call, declared, items)
        finally:
            part.refuse_bad = usual  # type: ignore[method-assign]
        return replace(page, items=[], next=None) if cursors else page

    wrap_method(part, "choose", choose)


@breaks("PAGE-INSERT")
def pages_shift_when_an_item_is_added(server: ReferenceServer) -> None:
    """The page after an item was added lacks its first item."""
    lose_after_change(server, lambda before, now: now > before)


@breaks("PAGE-INSERT")
def walks_end_when_an_item_is_added(server: ReferenceServer) -> None:
    """The page after an item was added is refused."""
    refuse_after_change(server, lambda before, now: now > before)


@breaks("PAGE-DELETE")
def pages_shift_when_an_item_is_deleted(server: ReferenceServer) -> None:
    """The page after an item was deleted lacks its first item."""
    lose_after_change(server, lambda before, now: now < before)


@breaks("PAGE-DELETE")
def walks_end_when_an_item_is_deleted(server: ReferenceServer) -> None:
    """The page after an item was deleted is refused."""
    refuse_after_change(server, lambda before, now: now < before)


def lose_after_change(server: ReferenceServer, has_changed: Callable[[int, int], bool]) -> None:
    """Take the first item from a page after the number of items has changed since the page before it."""
    on_change(server, has_changed, lambda page: replace(page, items=list(page.items)[1:]))


def refuse_after_change(server: ReferenceServer, has_changed: Callable[[int, int], bool]) -> None:
    """Refuse a page after the number of items has changed since the page before it."""

    def refuse(page: Page) -> Page:
        raise HttpError(409)

    on_change(server, has_changed, refuse)


def on_change(
    server: ReferenceServer, has_changed: Callable[[int, int], bool], edit: Callable[[Page], Page]
) -> None:
    """Edit each page but the first one after the number of items has changed since the page before it."""
    counts: dict[str, int] = {}

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        before = counts.get(call.request.path, len(items))
        counts[call.request.path] = len(items)
        page = original(call, declared, items)
        is_changed = not is_first(server, call, declared) and has_changed(before, len(items))
        return edit(page) if is_changed else page

    wrap_method(server.get(PaginationPart), "choose", choose)


@breaks("PAGE-REACH", when=some_group(lambda group: group.reach and group.reach <= MAX_CREATED))
def half_of_the_reach_is_returned(server: ReferenceServer) -> None:
    """The items behind half of the reach are not returned."""
    part = server.get(PaginationPart)

    def choose(original: Choose, call: Call, declared: Pagination, items: list[Any]) -> Page:
        return original(call, declared, items[: (declared.reach or len(items)) // 2])

    wrap_method(part, "choose", choose)


@breaks("PAGE-REACH", when=some_group(lambda group: group.reach and group.beyond and group.type in NUMBERED))
def reach_ends_one_item_early(server: ReferenceServer) -> None:
    """The page that begins with the last item within the reach is refused."""
    change_reach(server, -1)


@breaks("PAGE-BEYOND", when=has_type(*NUMBERED))
def reach_ends_one_item_late(server: ReferenceServer) -> None:
    """The page that begins with the first item beyond the reach is returned."""
    change_reach(server, 1)


@breaks("PAGE-BEYOND", when=has_type(*NUMBERED))
def pages_beyond_the_reach_are_server_errors(server: ReferenceServer) -> None:
    """The status of a page beyond the reach is 500."""

    def numbered(original: Callable[..., Page], call: Call, declared: Pagination, *rest: Any) -> Page:
        try:
            return original(call, declared, *rest)
        except HttpError:
            raise HttpError(500) from None

    wrap_method(server.get(PaginationPart), "numbered", numbered)


def change_reach(server: ReferenceServer, difference: int) -> None:
    """Let more or fewer items be reached."""

    def numbered(original: Callable[..., Page], call: Call, declared: Pagination, *rest: Any) -> Page:
        reach = (declared.reach or 0) + difference
        return original(call, declared.model_copy(update={"reach": reach}), *rest)

    wrap_method(server.get(PaginationPart), "numbered", numbered)


@breaks("PAGE-EXPIRED")
def cursors_do_not_expire(server: ReferenceServer) -> None:
    """A cursor works for ever."""
    edit_age(server, lambda *_: False)


@breaks("PAGE-EXPIRED")
def cursors_expire_early(server: ReferenceServer) -> None:
    """A cursor works for half of the declared time only."""
    edit_age(server, lambda _, age, after: age > after / 2)


def edit_age(server: ReferenceServer, edit: Callable[[bool, float, float], bool]) -> None:
    """Replace whether a cursor has expired; `edit` gets that, its age and the declared time in seconds."""
    part = server.get(PaginationPart)

    def has_expired(original: Callable[..., bool], declared: Pagination, walk: Walk) -> bool:
        after = declared.expires.after if declared.expires is not None else 0
        return edit(original(declared, walk), server.clock.now() - walk.issued_at, after)

    wrap_method(part, "has_expired", has_expired)
