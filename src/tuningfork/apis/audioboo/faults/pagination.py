"""What goes wrong with pages (https://github.com/audioBoom/api: sections/pagination.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import g

from tuningfork.apis.audioboo.mock.models import Clip
from tuningfork.apis.audioboo.mock.pagination import Page
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_method
from tuningfork.mock.errors import HttpError

Cut = Callable[[Sequence[Any], int, int], Page[Any]]
Change = Callable[[Cut, Sequence[Any], int, int], Page[Any]]


@fault("AB-PAGE-01", "AB-PAGE-04", "AB-PAGE-07")
def pages_of_popular_clips_count_from_zero(mock: Any) -> None:
    """The first page of /audio_clips/popular has the number 0."""

    def page_number(original: Any, context: Any) -> int:
        asked: int = original(context)
        return asked + 1 if _is(context, "/popular") and context.text("page[number]") else asked

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-01", "AB-SOC-01")
def followers_without_a_number_lack_one(mock: Any) -> None:
    """Without page[number] the followers of a user begin with the second of them."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        unnumbered = _is(g.call, "/followers") and g.call.text("page[number]") is None
        return page._replace(items=page.items[1:]) if unnumbered else page

    _cutting(mock, cut)


@fault("AB-PAGE-02")
def page_of_a_tag_has_one_too_many(mock: Any) -> None:
    """A page of the clips of a tag has one more than was asked for: the first of the next page."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        more = page.offset + size + 1
        return (
            page._replace(items=items[page.offset : more]) if str(g.call.path).startswith("/tag/") else page
        )

    _cutting(mock, cut)


@fault("AB-PAGE-02", "AB-PAGE-04")
def second_page_lacks_an_item(mock: Any) -> None:
    """The second page has one item less than was asked for, though a third follows."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_short = number == 2 and len(items) > 2 * size and size > 1
        return page._replace(items=page.items[:-1]) if is_short else page

    _cutting(mock, cut)


@fault("AB-PAGE-02", "AB-PAGE-07")
def small_pages_have_five_items(mock: Any) -> None:
    """page[items] below five gives five."""
    wrap_method(mock.pagination, "page_size", lambda original, context: max(5, original(context)))


@fault("AB-PAGE-03")
def pages_are_capped_at_200(mock: Any) -> None:
    """A page may have 200 items."""
    mock.pagination.max_page_size = 200


@fault("AB-PAGE-03")
def pages_are_capped_one_too_late(mock: Any) -> None:
    """A page may have 151 items."""
    mock.pagination.max_page_size = 151


@fault("AB-PAGE-03")
def pages_of_all_clips_are_not_capped(mock: Any) -> None:
    """A page of /audio_clips may have 500 items; those of a user's have 150 at most."""

    def page_size(original: Any, context: Any) -> Any:
        if context.operation != "GET /audio_clips":
            return original(context)
        return min(
            mock.pagination.positive_parameter(context, "page[items]", mock.pagination.default_page_size), 500
        )

    wrap_method(mock.pagination, "page_size", page_size)


@fault("AB-PAGE-04")
def page_past_the_end_is_not_found(mock: Any) -> None:
    """The first page past the end is answered 404."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        if number > 1 and not page.items:
            raise HttpError(404, "there is no such page")
        return page

    _cutting(mock, cut)


@fault("AB-PAGE-04", "AB-PAGE-07")
def page_after_the_last_repeats_it(mock: Any) -> None:
    """The first page past the end is the last one again; those after it are empty."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_next = number > 1 and 0 <= page.offset - len(items) < size
        return cut(items, number - 1, size) if is_next else page

    _cutting(mock, cut)


@fault("AB-PAGE-04")
def third_page_begins_with_the_end_of_the_second(mock: Any) -> None:
    """The third page repeats the last item of the second, and lacks its own last one."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        if number != 3 or not page.items:
            return page
        return page._replace(items=items[page.offset - 1 : page.offset + len(page.items) - 1])

    _cutting(mock, cut)


@fault("AB-PAGE-04")
def last_of_several_pages_lacks_its_last_item(mock: Any) -> None:
    """The last of several pages ends before its last item."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_last = number > 1 and len(page.items) > 1 and page.offset + size >= len(items)
        return page._replace(items=page.items[:-1]) if is_last else page

    _cutting(mock, cut)


@fault("AB-PAGE-05")
def max_time_is_passed_over(mock: Any) -> None:
    """max_time changes nothing."""
    wrap_method(mock.pagination, "max_time", lambda original, context: original(context) and None)


@fault("AB-PAGE-05")
def max_time_holds_for_the_first_page(mock: Any) -> None:
    """From the second page on max_time is passed over: what is new moves the items."""

    def max_time(original: Any, context: Any) -> float | None:
        seconds: float | None = original(context)
        return seconds if mock.pagination.page_number(context) == 1 else None

    wrap_method(mock.pagination, "max_time", max_time)


@fault("AB-PAGE-05")
def max_time_is_ignored_by_favourites_of_a_user(mock: Any) -> None:
    """One list, the favourites of a user as everybody sees them, ignores max_time."""
    _ignoring_max_time(mock, "GET /users/{user_id}/audio_clips/favourites")


@fault("AB-PAGE-05")
def max_time_is_ignored_by_followed_clips(mock: Any) -> None:
    """One list, the clips of those whom the user follows, ignores max_time."""
    _ignoring_max_time(mock, "GET /account/audio_clips/followed")


@fault("AB-PAGE-05")
def max_time_is_ignored_by_popular_clips(mock: Any) -> None:
    """One list, the popular clips, ignores max_time."""
    _ignoring_max_time(mock, "GET /audio_clips/popular")


@fault("AB-PAGE-05")
def max_time_is_of_the_recording(mock: Any) -> None:
    """max_time leaves out what was recorded later, not what was uploaded later."""

    def uploaded_until(_original: Any, clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [clip for clip in clips if max_time is None or clip.recorded_at <= max_time]

    wrap_method(mock.clips, "uploaded_until", uploaded_until)


@fault("AB-PAGE-06", "AB-ERR-07")
def page_zero_is_a_server_error(mock: Any) -> None:
    """page[number]=0 is answered 500."""

    def page_number(original: Any, context: Any) -> int:
        if context.text("page[number]") == "0":
            raise HttpError(500)
        asked: int = original(context)
        return asked

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-06")
def no_items_are_an_empty_page(mock: Any) -> None:
    """page[items]=0 is answered 200 with nothing in the list."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: 0 if context.text("page[items]") == "0" else original(context),
    )


@fault("AB-PAGE-06")
def letters_after_a_number_of_items_are_dropped(mock: Any) -> None:
    """page[items]=2x gives two items."""

    def page_size(original: Any, context: Any) -> int:
        text = context.text("page[items]") or ""
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        asked: int = int(digits) if digits and digits != text and int(digits) else original(context)
        return asked

    wrap_method(mock.pagination, "page_size", page_size)


@fault("AB-PAGE-06")
def page_before_the_first_is_the_second(mock: Any) -> None:
    """A negative page[number] counts without its sign."""

    def page_number(original: Any, context: Any) -> int:
        text = context.text("page[number]") or ""
        asked: int = int(text[1:]) + 1 if text[:1] == "-" and text[1:].isdecimal() else original(context)
        return asked

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-06", "AB-ERR-01")
def bad_page_is_refused_without_a_reason(mock: Any) -> None:
    """A page number that is none is refused 400 without the error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        told = original(error)
        return {} if "page[" in (error.message or "") else told

    wrap_method(mock.errors, "headers", headers)


@fault("AB-PAGE-07")
def count_is_of_the_page(mock: Any) -> None:
    """totals.count is how many items the page has."""
    _cutting(mock, lambda cut, *args: (page := cut(*args))._replace(total=len(page.items)))


@fault("AB-PAGE-07")
def count_is_one_less_on_the_last_page(mock: Any) -> None:
    """On the last of several pages totals.count is one too low."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_last = number > 1 and page.items and page.offset + size >= len(items)
        return page._replace(total=page.total - 1) if is_last else page

    _cutting(mock, cut)


@fault("AB-PAGE-07")
def offset_is_the_number_of_the_page(mock: Any) -> None:
    """totals.offset is the page's number less one."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        return cut(items, number, size)._replace(offset=number - 1)

    _cutting(mock, cut)


@fault("AB-ENV-09")
def comments_have_no_totals(mock: Any) -> None:
    """One list, the comments of a clip, has no totals."""

    def respond(original: Any, context: Any, name: str, items: Any, show: Any) -> Any:
        response = original(context, name, items, show)
        return edit_json(response, _without_totals) if name == "comments" else response

    wrap_method(mock.pagination, "respond", respond)


def _without_totals(root: Any) -> Any:
    return root | {"body": {name: value for name, value in root["body"].items() if name != "totals"}}


def _ignoring_max_time(mock: Any, operation: str) -> None:
    wrap_method(
        mock.pagination,
        "max_time",
        lambda original, context: None if context.operation == operation else original(context),
    )


def _is(context: Any, ending: str) -> bool:
    return str(context.operation).endswith(ending)


def _cutting(mock: Any, change: Change) -> None:
    wrap_method(mock.pagination, "slice_page", change)
