"""Conforming variants of lists and pagination."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.apis.audioboo.mock.pagination import Page
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number


@variant("AB-PAGE-06")
def invalid_page_is_replaced_by_default(mock: Any) -> None:
    """An invalid `page[number]` or `page[items]` is replaced by its default."""

    def positive_parameter(original: Any, context: Any, name: str, default: int) -> Any:
        try:
            return original(context, name, default)
        except HttpError:
            return default

    wrap_method(mock.pagination, "positive_parameter", positive_parameter)


@variant("AB-PAGE-03")
def page_size_over_150_returns_400(mock: Any) -> None:
    """A `page[items]` of more than 150 returns 400."""

    def page_size(original: Any, context: Any) -> Any:
        if _exceeds_max_page_size(mock, context):
            raise HttpError(400, "page[items] is a number up to 150")
        return original(context)

    wrap_method(mock.pagination, "page_size", page_size)


@variant("AB-PAGE-03")
def page_size_over_150_is_replaced_by_default(mock: Any) -> None:
    """A `page[items]` of more than 150 is replaced by the default page size."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: (
            mock.pagination.default_page_size if _exceeds_max_page_size(mock, context) else original(context)
        ),
    )


@variant("AB-PAGE-01", "AB-PAGE-02")
def default_page_size_is_three(mock: Any) -> None:
    """The default page size is 3."""
    mock.pagination.default_page_size = 3


@variant("AB-PAGE-07")
def offset_past_end_is_count(mock: Any) -> None:
    """On a page past the end `totals.offset` equals `totals.count`."""

    def slice_page(original: Any, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page: Page[Any] = original(items, number, size)
        return page._replace(offset=min(page.offset, len(items)))

    wrap_method(mock.pagination, "slice_page", slice_page)


@variant("AB-PAGE-05")
def max_time_is_exclusive(mock: Any) -> None:
    """The limit `max_time` is exclusive: a clip that was uploaded in this second is not listed."""

    def uploaded_until(_original: Any, clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [clip for clip in clips if max_time is None or clip.uploaded_at < max_time]

    wrap_method(mock.clips, "uploaded_until", uploaded_until)


@variant("AB-PAGE-05")
def max_time_limits_time_of_favouriting(mock: Any) -> None:
    """In lists of favourites `max_time` limits the time when the clip became a favourite."""
    favoured: dict[int, float] = {}

    def add_favourite(original: Any, user: User, clip: Clip) -> Any:
        favoured.setdefault(clip.id, mock.clock.now())
        return original(user, clip)

    def listed(handle: Any, *args: Any, **ids: str) -> Any:
        until, mock.clips.uploaded_until = mock.clips.uploaded_until, were_favourites
        try:
            return handle(*args, **ids)
        finally:
            mock.clips.uploaded_until = until

    def were_favourites(clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [
            clip for clip in clips if max_time is None or favoured.get(clip.id, clip.uploaded_at) <= max_time
        ]

    wrap_method(mock.clips, "add_favourite", add_favourite)
    for operation in ("GET /account/audio_clips/favourites", "GET /users/{user_id}/audio_clips/favourites"):
        wrap_handler(mock.handlers, operation, listed)


@variant("AB-CLIP-07")
def clips_of_one_second_are_sorted_by_id_string(mock: Any) -> None:
    """Clips that were uploaded in the same second are sorted by id as a string, ascending."""
    mock.clips.sort_newest_first = lambda clips: sorted(
        clips, key=lambda clip: (-clip.uploaded_at, str(clip.id))
    )


@variant("AB-SOC-03", "AB-SOC-04")
def favourites_and_comments_are_oldest_first(mock: Any) -> None:
    """Lists of favourites and of comments are sorted oldest first."""
    wrap_method(mock.clips, "list_favourites", lambda original, user: original(user)[::-1])
    wrap_method(mock.comments, "list_by_clip", lambda original, clip: original(clip)[::-1])


@variant("AB-PAGE-07", "AB-ENV-09")
def totals_have_limit(mock: Any) -> None:
    """The property `totals` has an additional property `limit`."""
    wrap_method(mock.pagination, "totals", lambda original, page: original(page) | {"limit": len(page.items)})


@variant("AB-CLIP-08")
def clip_descriptions_are_searched(mock: Any) -> None:
    """The parameter `find[query]` also searches descriptions, and sorts the clips by title."""
    wrap_method(
        mock.clips,
        "searchable_text",
        lambda original, clip: f"{original(clip)}\n{(clip.description or '').casefold()}",
    )
    wrap_method(
        mock.clips, "search", lambda original, query: sorted(original(query), key=lambda clip: clip.title)
    )


@variant("AB-SIGN-10", "AB-SOC-03")
def favourites_are_oldest_first_on_short_pages(mock: Any) -> None:
    """Lists of favourites are sorted oldest first, and the default page size is 5."""
    mock.pagination.default_page_size = 5
    wrap_method(mock.clips, "list_favourites", lambda original, user: original(user)[::-1])


def _exceeds_max_page_size(mock: Any, context: Any) -> bool:
    """Return True if page[items] exceeds the maximum page size."""
    return (whole_number(context.text("page[items]") or "") or 0) > int(mock.pagination.max_page_size)
