"""Faults of pagination (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request

from tuningfork.apis.soundcloud.mock.pagination import Page
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-PAGE-01")
def default_page_has_40_items(mock: Any) -> None:
    """A page has 40 items instead of 50 if the request has no limit."""
    mock.pagination.default_size = 40


@fault("SC-PAGE-01")
def default_page_has_51_items(mock: Any) -> None:
    """A page has 51 items instead of 50 if the request has no limit."""
    mock.pagination.default_size = 51


@fault("SC-PAGE-02", "SC-PAGE-08")
def users_page_has_one_item_too_many(mock: Any) -> None:
    """A page of GET /users has one item more than the limit."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: original(context) + (context.operation == "GET /users"),
    )


@fault("SC-PAGE-02", "SC-PAGE-08")
def last_single_item_is_added_to_the_page_before(mock: Any) -> None:
    """If the last page had a single item, that item is added to the page before, over its limit."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = original(context, items, key)
        if page.items and page.items[-1] is items[-2:][0] and page.next_query:
            return Page([*page.items, items[-1]], None)
        return page

    wrap_method(mock.pagination, "by_cursor", by_cursor)


@fault("SC-PAGE-03")
def max_page_size_is_500(mock: Any) -> None:
    """A limit up to 500 is accepted; the documented maximum is 200."""
    mock.pagination.max_size = 500


@fault("SC-PAGE-03")
def max_page_size_is_201(mock: Any) -> None:
    """A limit of 201 returns 201 items; the documented maximum is 200."""
    mock.pagination.max_size = 201


@fault("SC-PAGE-04")
def linked_partitioning_1_is_ignored(mock: Any) -> None:
    """`linked_partitioning=1` is ignored; only `true` is read."""
    wrap_method(
        mock.pagination,
        "is_linked",
        lambda original, context: original(context) and context.args["linked_partitioning"] != "1",
    )


@fault("SC-PAGE-04", "SC-PAGE-05", "SC-PAGE-06")
def comments_list_is_never_linked(mock: Any) -> None:
    """The list of a track's comments is an array even with `linked_partitioning`."""
    wrap_method(
        mock.pagination,
        "is_linked",
        lambda original, context: not str(context.operation).endswith("/comments") and original(context),
    )


@fault("SC-PAGE-05")
def full_last_page_has_next_href(mock: Any) -> None:
    """A last page that is full has a `next_href`, which leads to an empty page."""
    mock.pagination.has_more = lambda items, end: end <= len(items) and bool(items)


@fault("SC-PAGE-05", "SC-PAGE-06")
def next_href_to_a_single_item_is_missing(mock: Any) -> None:
    """A page has no `next_href` if the next page has only one item."""
    mock.pagination.has_more = lambda items, end: end + 1 < len(items)


@fault("SC-PAGE-05", "SC-PAGE-07")
def next_href_of_the_last_page_is_empty(mock: Any) -> None:
    """The `next_href` of the last page is an empty string."""
    wrap_method(
        mock.pagination, "serialize", lambda original, items, next_href: original(items, next_href or "")
    )


@fault("SC-PAGE-06", "SC-PAGE-09")
def last_page_omits_its_last_item(mock: Any) -> None:
    """The last of several pages omits its last item."""

    def respond(original: Any, context: Any, page: Any, items: Any, always_linked: bool = False) -> Any:
        page_items = list(items)
        is_last = (
            page.next_query is None and {"cursor", "offset"} & context.args.keys() and len(page_items) > 1
        )
        return original(context, page, page_items[:-1] if is_last else page_items, always_linked)

    wrap_method(mock.pagination, "respond", respond)


@fault("SC-PAGE-06")
def favoriters_page_repeats_the_previous_item(mock: Any) -> None:
    """Each page of a track's favoriters starts with the last item of the page before."""

    def index_after(original: Any, items: Any, key: Any, position: Any) -> int:
        start: int = original(items, key, position)
        return start - 1 if request.path.endswith("/favoriters") and start < len(items) else start

    wrap_method(mock.pagination, "index_after", index_after)


@fault("SC-PAGE-06")
def tracks_of_the_same_second_are_skipped(mock: Any) -> None:
    """The next page of GET /tracks skips tracks of the same second as the last item of a page."""

    def index_after(original: Any, items: Any, key: Any, position: Any) -> int:
        if request.path != "/tracks":
            return int(original(items, key, position))
        return sum(key(item)[0] >= position[0] for item in items)

    wrap_method(mock.pagination, "index_after", index_after)


@fault("SC-PAGE-07")
def next_href_has_no_host(mock: Any) -> None:
    """`next_href` is a path without a host."""
    wrap_method(
        mock.pagination, "next_href", lambda original, context, page: _path_of(original(context, page))
    )


@fault("SC-PAGE-07", "SC-PAGE-06")
def second_next_href_returns_400(mock: Any) -> None:
    """The `next_href` of the first page works; those of later pages return 400."""

    def offset(original: Any, context: Any) -> int:
        if context.args.get("hop") == "2":
            raise HttpError(400, "cursor is invalid")
        number: int = original(context)
        return number

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        is_later_page = {"cursor", "offset"} & context.args.keys()
        return f"{link}&hop=2" if link and is_later_page else link

    wrap_method(mock.pagination, "offset", offset)
    wrap_method(mock.pagination, "next_href", next_href)


@fault("SC-PAGE-08")
def next_href_omits_the_genres(mock: Any) -> None:
    """`next_href` omits the parameter `genres`, so the second page has tracks of every genre."""
    wrap_method(
        mock.pagination,
        "next_href",
        lambda original, context, page: _without("genres", original(context, page)),
    )


@fault("SC-PAGE-08")
def next_href_omits_the_page_size(mock: Any) -> None:
    """`next_href` omits the page size, so the second page has 50 items."""
    wrap_method(
        mock.pagination,
        "next_href",
        lambda original, context, page: _without("page_size", original(context, page)),
    )


@fault("SC-PAGE-08")
def next_href_does_not_encode_an_ampersand(mock: Any) -> None:
    """`next_href` does not percent-encode an `&` in a filter."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        return link and link.replace("%26", "&")

    wrap_method(mock.pagination, "next_href", next_href)


@fault("SC-PAGE-09")
def lists_are_paged_by_offset(mock: Any) -> None:
    """Lists are paged by offset: after a new item, the next page repeats an item of the page before."""
    wrap_method(
        mock.pagination,
        "by_cursor",
        lambda _original, context, items, _key: mock.pagination.by_offset(context, items),
    )


@fault("SC-PAGE-10")
def unlinked_list_is_an_object(mock: Any) -> None:
    """A list without `linked_partitioning` is an object `{"tracks": […]}` instead of an array."""

    def respond(original: Any, context: Any, page: Any, items: Any, always_linked: bool = False) -> Any:
        is_array = not always_linked and not mock.pagination.is_linked(context)
        if is_array:
            return json_response({"tracks": list(items)})
        return original(context, page, items, always_linked)

    wrap_method(mock.pagination, "respond", respond)


@fault("SC-PAGE-11")
def limit_zero_returns_an_empty_page(mock: Any) -> None:
    """`limit=0` returns an empty page."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: 0 if context.args.get("limit") == "0" else original(context),
    )


@fault("SC-PAGE-11")
def negative_limit_returns_403(mock: Any) -> None:
    """A negative limit returns 403."""

    def page_size(original: Any, context: Any) -> int:
        if context.args.get("limit", "").startswith("-"):
            raise HttpError(403, "")
        size: int = original(context)
        return size

    wrap_method(mock.pagination, "page_size", page_size)


@fault("SC-PAGE-12")
def middle_page_is_short(mock: Any) -> None:
    """A page that is neither the first nor the last has one item less than the limit."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = original(context, items, key)
        if "cursor" not in context.args or page.next_query is None or len(page.items) < 2:
            return page
        shorter = page.items[:-1]
        return Page(shorter, {"cursor": mock.pagination.encode_cursor(key(shorter[-1]))})

    wrap_method(mock.pagination, "by_cursor", by_cursor)


@fault("SC-PAGE-06", "SC-PAGE-05")
def activities_have_no_next_href(mock: Any) -> None:
    """GET /me/activities has no `next_href` on any page."""

    def index(original: Any, mock: Any, context: Any) -> Any:
        return edit_json(original(mock, context), lambda body: {k: body[k] for k in body if k != "next_href"})

    wrap_handler(mock.handlers, "GET /me/activities", index)


@fault("SC-PAGE-08")
def next_href_does_not_encode_a_plus(mock: Any) -> None:
    """`next_href` does not percent-encode a `+` in a filter, so the next page reads it as a space."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        return link and link.replace("%2B", "+")

    wrap_method(mock.pagination, "next_href", next_href)


@fault("SC-PAGE-07")
def next_href_omits_the_secret_token(mock: Any) -> None:
    """`next_href` omits the parameter `secret_token`, so only the first page of a private list opens."""
    wrap_method(
        mock.pagination, "next_href", lambda original, *args: _without("secret_token", original(*args))
    )


def _path_of(link: str | None) -> str | None:
    parts = urlsplit(link or "")
    return f"{parts.path}?{parts.query}" if link else None


def _without(name: str, link: str | None) -> str | None:
    if link is None:
        return None
    start, _, query = link.partition("?")
    return start + "?" + "&".join(pair for pair in query.split("&") if not pair.startswith(f"{name}="))
