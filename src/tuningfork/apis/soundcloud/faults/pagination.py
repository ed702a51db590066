"""What goes wrong with pages (https://developers.soundcloud.com/docs/api/guide#pagination)."""

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
def page_has_forty_items(mock: Any) -> None:
    """Without a limit a page has 40 items."""
    mock.pagination.default_size = 40


@fault("SC-PAGE-01")
def default_page_has_one_too_many(mock: Any) -> None:
    """Without a limit a page has 51 items."""
    mock.pagination.default_size = 51


@fault("SC-PAGE-02", "SC-PAGE-08")
def page_has_one_too_many_on_one_list(mock: Any) -> None:
    """The list of users has one item more than the limit."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: original(context) + (context.operation == "GET /users"),
    )


@fault("SC-PAGE-02", "SC-PAGE-08")
def last_page_swallows_a_short_rest(mock: Any) -> None:
    """One item that would be left for a last page comes with the page before."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = original(context, items, key)
        if page.items and page.items[-1] is items[-2:][0] and page.next_query:
            return Page([*page.items, items[-1]], None)
        return page

    wrap_method(mock.pagination, "by_cursor", by_cursor)


@fault("SC-PAGE-03")
def limit_is_not_cut(mock: Any) -> None:
    """A limit of 500 gives 500 items."""
    mock.pagination.max_size = 500


@fault("SC-PAGE-03")
def limit_is_cut_one_too_late(mock: Any) -> None:
    """A limit of 201 gives 201 items."""
    mock.pagination.max_size = 201


@fault("SC-PAGE-04")
def linked_partitioning_is_only_true(mock: Any) -> None:
    """linked_partitioning=1 is passed over."""
    wrap_method(
        mock.pagination,
        "is_linked",
        lambda original, context: original(context) and context.args["linked_partitioning"] != "1",
    )


@fault("SC-PAGE-04", "SC-PAGE-05", "SC-PAGE-06")
def one_list_is_never_linked(mock: Any) -> None:
    """The comments of a track are a bare array whatever is asked for."""
    wrap_method(
        mock.pagination,
        "is_linked",
        lambda original, context: not str(context.operation).endswith("/comments") and original(context),
    )


@fault("SC-PAGE-05")
def full_last_page_has_a_next_href(mock: Any) -> None:
    """A last page that is full promises one more, which is empty."""
    mock.pagination.has_more = lambda items, end: end <= len(items) and bool(items)


@fault("SC-PAGE-05", "SC-PAGE-06")
def next_href_is_missing_before_the_last_page(mock: Any) -> None:
    """The page before the last has no next_href if the last would have one item."""
    mock.pagination.has_more = lambda items, end: end + 1 < len(items)


@fault("SC-PAGE-05", "SC-PAGE-07")
def next_href_is_empty_at_the_end(mock: Any) -> None:
    """At the end next_href is an empty text."""
    wrap_method(
        mock.pagination, "to_json", lambda original, shown, next_href: original(shown, next_href or "")
    )


@fault("SC-PAGE-06", "SC-PAGE-09")
def last_page_loses_its_last_item(mock: Any) -> None:
    """The last of several pages lacks its last item."""

    def to_response(original: Any, context: Any, page: Any, shown: Any, always_linked: bool = False) -> Any:
        listed = list(shown)
        is_last = page.next_query is None and {"cursor", "offset"} & context.args.keys() and len(listed) > 1
        return original(context, page, listed[:-1] if is_last else listed, always_linked)

    wrap_method(mock.pagination, "to_response", to_response)


@fault("SC-PAGE-06")
def one_list_repeats_an_item(mock: Any) -> None:
    """Each page of a track's favoriters begins with the last item of the page before."""

    def index_after(original: Any, items: Any, key: Any, position: Any) -> int:
        start: int = original(items, key, position)
        return start - 1 if request.path.endswith("/favoriters") and start < len(items) else start

    wrap_method(mock.pagination, "index_after", index_after)


@fault("SC-PAGE-06")
def tracks_of_the_same_second_are_lost(mock: Any) -> None:
    """The cursor of the newest tracks knows only the second: others of the same second are left out."""

    def index_after(original: Any, items: Any, key: Any, position: Any) -> int:
        if request.path != "/tracks":
            return int(original(items, key, position))
        return sum(key(item)[0] >= position[0] for item in items)

    wrap_method(mock.pagination, "index_after", index_after)


@fault("SC-PAGE-07")
def next_href_has_no_host(mock: Any) -> None:
    """next_href is a path."""
    wrap_method(
        mock.pagination, "next_href", lambda original, context, page: _path_of(original(context, page))
    )


@fault("SC-PAGE-07", "SC-PAGE-06")
def second_next_href_does_not_work(mock: Any) -> None:
    """The link of the first page works; those of later pages are refused."""

    def offset(original: Any, context: Any) -> int:
        if context.args.get("hop") == "2":
            raise HttpError(400, "cursor is none of ours")
        passed: int = original(context)
        return passed

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        later = {"cursor", "offset"} & context.args.keys()
        return f"{link}&hop=2" if link and later else link

    wrap_method(mock.pagination, "offset", offset)
    wrap_method(mock.pagination, "next_href", next_href)


@fault("SC-PAGE-08")
def next_href_forgets_the_genres(mock: Any) -> None:
    """The second page of a search by genres has tracks of every genre."""
    wrap_method(
        mock.pagination,
        "next_href",
        lambda original, context, page: _without("genres", original(context, page)),
    )


@fault("SC-PAGE-08")
def next_href_forgets_the_page_size(mock: Any) -> None:
    """The second page has 50 items, whatever the limit was."""
    wrap_method(
        mock.pagination,
        "next_href",
        lambda original, context, page: _without("page_size", original(context, page)),
    )


@fault("SC-PAGE-08")
def next_href_does_not_quote_an_ampersand(mock: Any) -> None:
    """A filter with an `&` is cut there in next_href."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        return link and link.replace("%26", "&")

    wrap_method(mock.pagination, "next_href", next_href)


@fault("SC-PAGE-09")
def newest_tracks_are_counted_from_the_start(mock: Any) -> None:
    """The lists of tracks page by offset: what is new shifts what was there into the next page again."""
    wrap_method(
        mock.pagination,
        "by_cursor",
        lambda _by_cursor, context, items, _key: mock.pagination.by_offset(context, items),
    )


@fault("SC-PAGE-10")
def bare_list_is_under_another_name(mock: Any) -> None:
    """Without linked_partitioning the lists of tracks are `{"tracks": […]}`."""

    def to_response(original: Any, context: Any, page: Any, shown: Any, always_linked: bool = False) -> Any:
        bare = not always_linked and not mock.pagination.is_linked(context)
        return (
            json_response({"tracks": list(shown)}) if bare else original(context, page, shown, always_linked)
        )

    wrap_method(mock.pagination, "to_response", to_response)


@fault("SC-PAGE-11")
def no_limit_at_all_is_found(mock: Any) -> None:
    """limit=0 is answered with an empty page."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: 0 if context.args.get("limit") == "0" else original(context),
    )


@fault("SC-PAGE-11")
def negative_limit_is_forbidden(mock: Any) -> None:
    """A negative limit is answered 403."""

    def page_size(original: Any, context: Any) -> int:
        if context.args.get("limit", "").startswith("-"):
            raise HttpError(403, "")
        found: int = original(context)
        return found

    wrap_method(mock.pagination, "page_size", page_size)


@fault("SC-PAGE-12")
def middle_page_is_short(mock: Any) -> None:
    """A page in the middle of the newest tracks has one item less than the limit."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = original(context, items, key)
        if "cursor" not in context.args or page.next_query is None or len(page.items) < 2:
            return page
        kept = page.items[:-1]
        return Page(kept, {"cursor": mock.pagination.encode_cursor(key(kept[-1]))})

    wrap_method(mock.pagination, "by_cursor", by_cursor)


@fault("SC-PAGE-06", "SC-PAGE-05")
def activities_end_after_the_first_page(mock: Any) -> None:
    """One list, /me/activities, has no next_href on any page."""

    def index(original: Any, mock: Any, context: Any) -> Any:
        return edit_json(original(mock, context), lambda body: {k: body[k] for k in body if k != "next_href"})

    wrap_handler(mock.handlers, "GET /me/activities", index)


def _path_of(link: str | None) -> str | None:
    parts = urlsplit(link or "")
    return f"{parts.path}?{parts.query}" if link else None


def _without(name: str, link: str | None) -> str | None:
    if link is None:
        return None
    start, _, query = link.partition("?")
    return start + "?" + "&".join(pair for pair in query.split("&") if not pair.startswith(f"{name}="))
