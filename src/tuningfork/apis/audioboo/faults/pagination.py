"""Faults of pagination (https://github.com/audioBoom/api: sections/pagination.md)."""

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
def popular_clips_pages_start_at_zero(mock: Any) -> None:
    """The pages of /audio_clips/popular start at the number 0 instead of 1."""

    def page_number(original: Any, context: Any) -> int:
        requested: int = original(context)
        return (
            requested + 1
            if _operation_ends_with(context, "/popular") and context.text("page[number]")
            else requested
        )

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-01", "AB-SOC-01")
def followers_without_page_number_skip_first(mock: Any) -> None:
    """GET /users/{id}/followers without `page[number]` omits the first follower."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        unnumbered = _operation_ends_with(g.context, "/followers") and g.context.text("page[number]") is None
        return page._replace(items=page.items[1:]) if unnumbered else page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-02")
def tag_page_has_extra_item(mock: Any) -> None:
    """A page of GET /tag/{tag}/audio_clips has an extra item: the first of the next page."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        end = page.offset + size + 1
        return (
            page._replace(items=items[page.offset : end]) if str(g.context.path).startswith("/tag/") else page
        )

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-02", "AB-PAGE-04")
def second_page_is_one_item_short(mock: Any) -> None:
    """The second of at least three pages has one item less than requested."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_short = number == 2 and len(items) > 2 * size and size > 1
        return page._replace(items=page.items[:-1]) if is_short else page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-02", "AB-PAGE-07")
def page_size_is_at_least_five(mock: Any) -> None:
    """A `page[items]` below 5 returns 5 items."""
    wrap_method(mock.pagination, "page_size", lambda original, context: max(5, original(context)))


@fault("AB-PAGE-03")
def page_size_is_limited_to_200(mock: Any) -> None:
    """A page may have up to 200 items instead of 150."""
    mock.pagination.max_page_size = 200


@fault("AB-PAGE-03")
def page_size_is_limited_to_151(mock: Any) -> None:
    """A page may have up to 151 items instead of 150."""
    mock.pagination.max_page_size = 151


@fault("AB-PAGE-03")
def page_size_of_all_clips_is_limited_to_500(mock: Any) -> None:
    """A page of GET /audio_clips may have up to 500 items; all other lists are limited to 150."""

    def page_size(original: Any, context: Any) -> Any:
        if context.operation != "GET /audio_clips":
            return original(context)
        return min(
            mock.pagination.positive_parameter(context, "page[items]", mock.pagination.default_page_size), 500
        )

    wrap_method(mock.pagination, "page_size", page_size)


@fault("AB-PAGE-04")
def page_past_end_returns_404(mock: Any) -> None:
    """A page past the end returns 404 instead of an empty list."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        if number > 1 and not page.items:
            raise HttpError(404, "there is no such page")
        return page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-04", "AB-PAGE-07")
def page_past_end_repeats_last_page(mock: Any) -> None:
    """The first page past the end repeats the last page; all later pages are empty."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_next = number > 1 and 0 <= page.offset - len(items) < size
        return cut(items, number - 1, size) if is_next else page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-04")
def third_page_repeats_item_of_second(mock: Any) -> None:
    """The third page starts with the last item of the second page and omits its own last item."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        if number != 3 or not page.items:
            return page
        return page._replace(items=items[page.offset - 1 : page.offset + len(page.items) - 1])

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-04")
def last_page_omits_last_item(mock: Any) -> None:
    """The last of several pages omits its last item."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_last = number > 1 and len(page.items) > 1 and page.offset + size >= len(items)
        return page._replace(items=page.items[:-1]) if is_last else page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-05")
def max_time_is_ignored(mock: Any) -> None:
    """The parameter `max_time` is ignored."""
    wrap_method(mock.pagination, "max_time", lambda original, context: original(context) and None)


@fault("AB-PAGE-05")
def max_time_is_ignored_after_first_page(mock: Any) -> None:
    """The parameter `max_time` is ignored from the second page on."""

    def max_time(original: Any, context: Any) -> float | None:
        seconds: float | None = original(context)
        return seconds if mock.pagination.page_number(context) == 1 else None

    wrap_method(mock.pagination, "max_time", max_time)


@fault("AB-PAGE-05")
def max_time_is_ignored_for_favourites(mock: Any) -> None:
    """GET /users/{id}/audio_clips/favourites ignores `max_time`."""
    _ignore_max_time(mock, "GET /users/{user_id}/audio_clips/favourites")


@fault("AB-PAGE-05")
def max_time_is_ignored_for_followed_clips(mock: Any) -> None:
    """GET /account/audio_clips/followed ignores `max_time`."""
    _ignore_max_time(mock, "GET /account/audio_clips/followed")


@fault("AB-PAGE-05")
def max_time_is_ignored_for_popular_clips(mock: Any) -> None:
    """GET /audio_clips/popular ignores `max_time`."""
    _ignore_max_time(mock, "GET /audio_clips/popular")


@fault("AB-PAGE-05")
def max_time_limits_recorded_at(mock: Any) -> None:
    """The parameter `max_time` limits `recorded_at` instead of `uploaded_at`."""

    def uploaded_until(_original: Any, clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [clip for clip in clips if max_time is None or clip.recorded_at <= max_time]

    wrap_method(mock.clips, "uploaded_until", uploaded_until)


@fault("AB-PAGE-06", "AB-ERR-07")
def page_zero_returns_500(mock: Any) -> None:
    """The parameter `page[number]=0` returns 500 instead of 400."""

    def page_number(original: Any, context: Any) -> int:
        if context.text("page[number]") == "0":
            raise HttpError(500)
        number: int = original(context)
        return number

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-06")
def zero_items_return_empty_page(mock: Any) -> None:
    """The parameter `page[items]=0` returns 200 with an empty page."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: 0 if context.text("page[items]") == "0" else original(context),
    )


@fault("AB-PAGE-06")
def letters_after_page_size_are_ignored(mock: Any) -> None:
    """Letters after the page size are ignored: `page[items]=2x` returns two items."""

    def page_size(original: Any, context: Any) -> int:
        text = context.text("page[items]") or ""
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        number: int = int(digits) if digits and digits != text and int(digits) else original(context)
        return number

    wrap_method(mock.pagination, "page_size", page_size)


@fault("AB-PAGE-06")
def negative_page_number_is_accepted(mock: Any) -> None:
    """A negative `page[number]` is accepted: -2 returns page 3."""

    def page_number(original: Any, context: Any) -> int:
        text = context.text("page[number]") or ""
        number: int = int(text[1:]) + 1 if text[:1] == "-" and text[1:].isdecimal() else original(context)
        return number

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-06", "AB-ERR-01")
def invalid_page_has_no_error_headers(mock: Any) -> None:
    """The 400 for an invalid page number has no error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        unchanged = original(error)
        return {} if "page[" in (error.message or "") else unchanged

    wrap_method(mock.errors, "headers", headers)


@fault("AB-PAGE-07")
def totals_count_is_page_length(mock: Any) -> None:
    """The property `totals.count` is the number of items on the page instead of in the list."""
    _wrap_slice_page(mock, lambda cut, *args: (page := cut(*args))._replace(total=len(page.items)))


@fault("AB-PAGE-07")
def totals_count_is_one_low_on_last_page(mock: Any) -> None:
    """The property `totals.count` is one too low on the last of several pages."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page = cut(items, number, size)
        is_last = number > 1 and page.items and page.offset + size >= len(items)
        return page._replace(total=page.total - 1) if is_last else page

    _wrap_slice_page(mock, cut)


@fault("AB-PAGE-07")
def totals_offset_is_page_number(mock: Any) -> None:
    """The property `totals.offset` is the page number minus one instead of the number of items before."""

    def cut(cut: Cut, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        return cut(items, number, size)._replace(offset=number - 1)

    _wrap_slice_page(mock, cut)


@fault("AB-ENV-09")
def comments_have_no_totals(mock: Any) -> None:
    """GET /audio_clips/{id}/comments has no `totals`."""

    def respond(original: Any, context: Any, name: str, items: Any, show: Any) -> Any:
        response = original(context, name, items, show)
        return edit_json(response, _without_totals) if name == "comments" else response

    wrap_method(mock.pagination, "respond", respond)


@fault("AB-PAGE-06")
def page_x_of_followers_is_empty(mock: Any) -> None:
    """A `page[number]` that is not a number returns an empty page of GET /users/{id}/followers."""

    def page_number(original: Any, context: Any) -> Any:
        is_text = (context.text("page[number]") or "").isalpha()
        return 10**6 if is_text and _operation_ends_with(context, "/followers") else original(context)

    wrap_method(mock.pagination, "page_number", page_number)


@fault("AB-PAGE-03")
def popular_clips_have_any_page_size(mock: Any) -> None:
    """The page size of /audio_clips/popular is not limited."""
    _do_not_limit_page_size(mock, "/popular")


@fault("AB-PAGE-03")
def followed_clips_have_any_page_size(mock: Any) -> None:
    """The page size of lists of followed clips is not limited."""
    _do_not_limit_page_size(mock, "/followed")


@fault("AB-PAGE-05")
def search_for_clips_ignores_max_time(mock: Any) -> None:
    """GET /audio_clips with `find[query]` ignores `max_time`."""

    def max_time(original: Any, context: Any) -> Any:
        return None if context.text("find[query]") else original(context)

    wrap_method(mock.pagination, "max_time", max_time)


@fault("AB-PAGE-05")
def max_time_zero_is_ignored(mock: Any) -> None:
    """The parameter `max_time=0` is ignored."""
    wrap_method(mock.pagination, "max_time", lambda original, context: original(context) or None)


def _do_not_limit_page_size(mock: Any, ending: str) -> None:
    """Return as many items as requested for operations that end with `ending`."""

    def page_size(original: Any, context: Any) -> Any:
        pagination = mock.pagination
        if _operation_ends_with(context, ending):
            return pagination.positive_parameter(context, "page[items]", pagination.default_page_size)
        return original(context)

    wrap_method(mock.pagination, "page_size", page_size)


def _without_totals(root: Any) -> Any:
    return root | {"body": {name: value for name, value in root["body"].items() if name != "totals"}}


def _ignore_max_time(mock: Any, operation: str) -> None:
    """Ignore max_time for one operation."""
    wrap_method(
        mock.pagination,
        "max_time",
        lambda original, context: None if context.operation == operation else original(context),
    )


def _operation_ends_with(context: Any, ending: str) -> bool:
    """Return True if the request's operation ends with `ending`."""
    return str(context.operation).endswith(ending)


def _wrap_slice_page(mock: Any, change: Change) -> None:
    """Replace the function that slices a list into pages by `change(original, ...)`."""
    wrap_method(mock.pagination, "slice_page", change)
