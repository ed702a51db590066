"""What goes wrong with pages (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.pages import Page
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler, edited
from tuningfork.mock.errors import Refusal


@fault("SC-PAGE-01")
def page_has_forty_items(mock: Any) -> None:
    """Without a limit a page has 40 items."""
    mock.pages.default = 40


@fault("SC-PAGE-01")
def default_page_has_one_too_many(mock: Any) -> None:
    """Without a limit a page has 51 items."""
    mock.pages.default = 51


@fault("SC-PAGE-02", "SC-PAGE-08")
def page_has_one_too_many_on_one_list(mock: Any) -> None:
    """The list of users has one item more than the limit."""
    around(mock.pages, "size", lambda size, call: size(call) + (call.operation == "GET /users"))


@fault("SC-PAGE-02", "SC-PAGE-08")
def last_page_swallows_a_short_rest(mock: Any) -> None:
    """One item that would be left for a last page comes with the page before."""

    def by_cursor(by_cursor: Any, call: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = by_cursor(call, items, key)
        if page.items and page.items[-1] is items[-2:][0] and page.following:
            return Page([*page.items, items[-1]], None)
        return page

    around(mock.pages, "by_cursor", by_cursor)


@fault("SC-PAGE-03")
def limit_is_not_cut(mock: Any) -> None:
    """A limit of 500 gives 500 items."""
    mock.pages.highest = 500


@fault("SC-PAGE-03")
def limit_is_cut_one_too_late(mock: Any) -> None:
    """A limit of 201 gives 201 items."""
    mock.pages.highest = 201


@fault("SC-PAGE-04")
def linked_partitioning_is_only_true(mock: Any) -> None:
    """linked_partitioning=1 is passed over."""
    around(
        mock.pages, "linked", lambda linked, call: linked(call) and call.args["linked_partitioning"] != "1"
    )


@fault("SC-PAGE-04", "SC-PAGE-05", "SC-PAGE-06")
def one_list_is_never_linked(mock: Any) -> None:
    """The comments of a track are a bare array whatever is asked for."""
    around(
        mock.pages,
        "linked",
        lambda linked, call: not str(call.operation).endswith("/comments") and linked(call),
    )


@fault("SC-PAGE-05")
def full_last_page_has_a_next_href(mock: Any) -> None:
    """A last page that is full promises one more, which is empty."""
    mock.pages.more = lambda items, end: end <= len(items) and bool(items)


@fault("SC-PAGE-05", "SC-PAGE-06")
def next_href_is_missing_before_the_last_page(mock: Any) -> None:
    """The page before the last has no next_href if the last would have one item."""
    mock.pages.more = lambda items, end: end + 1 < len(items)


@fault("SC-PAGE-05", "SC-PAGE-07")
def next_href_is_empty_at_the_end(mock: Any) -> None:
    """At the end next_href is an empty text."""
    around(mock.pages, "body", lambda body, shown, next_href: body(shown, next_href or ""))


@fault("SC-PAGE-06", "SC-PAGE-09")
def last_page_loses_its_last_item(mock: Any) -> None:
    """The last of several pages lacks its last item."""

    def answer(answer: Any, call: Any, page: Any, shown: Any, always: bool = False) -> Any:
        listed = list(shown)
        is_last = page.following is None and {"cursor", "offset"} & call.args.keys() and len(listed) > 1
        return answer(call, page, listed[:-1] if is_last else listed, always)

    around(mock.pages, "answer", answer)


@fault("SC-PAGE-06")
def one_list_repeats_an_item(mock: Any) -> None:
    """Each page of a track's favoriters begins with the last item of the page before."""

    def after(after: Any, items: Any, key: Any, position: Any) -> int:
        start: int = after(items, key, position)
        return start - 1 if request.path.endswith("/favoriters") and start < len(items) else start

    around(mock.pages, "after", after)


@fault("SC-PAGE-06")
def tracks_of_the_same_second_are_lost(mock: Any) -> None:
    """The cursor of the newest tracks knows only the second: others of the same second are left out."""

    def after(after: Any, items: Any, key: Any, position: Any) -> int:
        if request.path != "/tracks":
            return int(after(items, key, position))
        return sum(key(item)[0] >= position[0] for item in items)

    around(mock.pages, "after", after)


@fault("SC-PAGE-07")
def next_href_has_no_host(mock: Any) -> None:
    """next_href is a path."""
    around(mock.pages, "next_href", lambda next_href, call, page: _path_of(next_href(call, page)))


@fault("SC-PAGE-07", "SC-PAGE-06")
def second_next_href_does_not_work(mock: Any) -> None:
    """The link of the first page works; those of later pages are refused."""

    def offset(offset: Any, call: Any) -> int:
        if call.args.get("hop") == "2":
            raise Refusal(400, "cursor is none of ours")
        passed: int = offset(call)
        return passed

    def next_href(next_href: Any, call: Any, page: Any) -> str | None:
        link: str | None = next_href(call, page)
        later = {"cursor", "offset"} & call.args.keys()
        return f"{link}&hop=2" if link and later else link

    around(mock.pages, "offset", offset)
    around(mock.pages, "next_href", next_href)


@fault("SC-PAGE-08")
def next_href_forgets_the_genres(mock: Any) -> None:
    """The second page of a search by genres has tracks of every genre."""
    around(mock.pages, "next_href", lambda next_href, call, page: _without("genres", next_href(call, page)))


@fault("SC-PAGE-08")
def next_href_forgets_the_page_size(mock: Any) -> None:
    """The second page has 50 items, whatever the limit was."""
    around(
        mock.pages, "next_href", lambda next_href, call, page: _without("page_size", next_href(call, page))
    )


@fault("SC-PAGE-08")
def next_href_does_not_quote_an_ampersand(mock: Any) -> None:
    """A filter with an `&` is cut there in next_href."""

    def next_href(next_href: Any, call: Any, page: Any) -> str | None:
        link: str | None = next_href(call, page)
        return link and link.replace("%26", "&")

    around(mock.pages, "next_href", next_href)


@fault("SC-PAGE-09")
def newest_tracks_are_counted_from_the_start(mock: Any) -> None:
    """The lists of tracks page by offset: what is new shifts what was there into the next page again."""
    around(mock.pages, "by_cursor", lambda _by_cursor, call, items, _key: mock.pages.by_offset(call, items))


@fault("SC-PAGE-10")
def bare_list_is_under_another_name(mock: Any) -> None:
    """Without linked_partitioning the lists of tracks are `{"tracks": […]}`."""

    def answer(answer: Any, call: Any, page: Any, shown: Any, always: bool = False) -> Any:
        bare = not always and not mock.pages.linked(call)
        return reply({"tracks": list(shown)}) if bare else answer(call, page, shown, always)

    around(mock.pages, "answer", answer)


@fault("SC-PAGE-11")
def no_limit_at_all_is_found(mock: Any) -> None:
    """limit=0 is answered with an empty page."""
    around(mock.pages, "size", lambda size, call: 0 if call.args.get("limit") == "0" else size(call))


@fault("SC-PAGE-11")
def negative_limit_is_forbidden(mock: Any) -> None:
    """A negative limit is answered 403."""

    def size(size: Any, call: Any) -> int:
        if call.args.get("limit", "").startswith("-"):
            raise Refusal(403, "")
        found: int = size(call)
        return found

    around(mock.pages, "size", size)


@fault("SC-PAGE-12")
def middle_page_is_short(mock: Any) -> None:
    """A page in the middle of the newest tracks has one item less than the limit."""

    def by_cursor(by_cursor: Any, call: Any, items: Any, key: Any) -> Page[Any]:
        page: Page[Any] = by_cursor(call, items, key)
        if "cursor" not in call.args or page.following is None or len(page.items) < 2:
            return page
        kept = page.items[:-1]
        return Page(kept, {"cursor": mock.pages.cursor(key(kept[-1]))})

    around(mock.pages, "by_cursor", by_cursor)


@fault("SC-PAGE-06", "SC-PAGE-05")
def activities_end_after_the_first_page(mock: Any) -> None:
    """One list, /me/activities, has no next_href on any page."""

    def index(handle: Any, mock: Any, call: Any) -> Any:
        return edited(handle(mock, call), lambda body: {k: body[k] for k in body if k != "next_href"})

    around_handler(mock.handlers, "GET /me/activities", index)


def _path_of(link: str | None) -> str | None:
    parts = urlsplit(link or "")
    return f"{parts.path}?{parts.query}" if link else None


def _without(name: str, link: str | None) -> str | None:
    if link is None:
        return None
    start, _, query = link.partition("?")
    return start + "?" + "&".join(pair for pair in query.split("&") if not pair.startswith(f"{name}="))
