"""Other lists and pages that the claims allow."""

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
def bad_pages_are_the_default(mock: Any) -> None:
    """A page[number] or page[items] that is none is as good as none."""

    def positive_parameter(original: Any, context: Any, name: str, default: int) -> Any:
        try:
            return original(context, name, default)
        except HttpError:
            return default

    wrap_method(mock.pagination, "positive_parameter", positive_parameter)


@variant("AB-PAGE-03")
def too_many_items_are_refused(mock: Any) -> None:
    """page[items] over 150 is answered 400."""

    def page_size(original: Any, context: Any) -> Any:
        if _too_many(mock, context):
            raise HttpError(400, "page[items] is a number up to 150")
        return original(context)

    wrap_method(mock.pagination, "page_size", page_size)


@variant("AB-PAGE-03")
def too_many_items_are_the_default(mock: Any) -> None:
    """page[items] over 150 is as good as none."""
    wrap_method(
        mock.pagination,
        "page_size",
        lambda original, context: (
            mock.pagination.default_page_size if _too_many(mock, context) else original(context)
        ),
    )


@variant("AB-PAGE-01", "AB-PAGE-02")
def page_has_three_items_by_default(mock: Any) -> None:
    """A page has three items where no number is asked for."""
    mock.pagination.default_page_size = 3


@variant("AB-PAGE-07")
def offset_past_the_end_is_the_count(mock: Any) -> None:
    """Past the end totals.offset is how many there are."""

    def slice_page(original: Any, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page: Page[Any] = original(items, number, size)
        return page._replace(offset=min(page.offset, len(items)))

    wrap_method(mock.pagination, "slice_page", slice_page)


@variant("AB-PAGE-05")
def max_time_leaves_its_second_out(mock: Any) -> None:
    """A clip of the very second of max_time is not listed."""

    def uploaded_until(_original: Any, clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [clip for clip in clips if max_time is None or clip.uploaded_at < max_time]

    wrap_method(mock.clips, "uploaded_until", uploaded_until)


@variant("AB-PAGE-05")
def favourites_go_by_the_time_of_favouriting(mock: Any) -> None:
    """max_time bounds a list of favourites by when each became one, not by its upload."""
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
def ties_are_in_another_order(mock: Any) -> None:
    """Of clips of one second the oldest comes first, ids being texts."""
    mock.clips.sort_newest_first = lambda clips: sorted(
        clips, key=lambda clip: (-clip.uploaded_at, str(clip.id))
    )


@variant("AB-SOC-03", "AB-SOC-04")
def favourites_and_comments_come_oldest_first(mock: Any) -> None:
    """Favourites and comments are listed in the order in which they came."""
    wrap_method(mock.clips, "list_favourites", lambda original, user: original(user)[::-1])
    wrap_method(mock.comments, "list_by_clip", lambda original, clip: original(clip)[::-1])


@variant("AB-PAGE-07", "AB-ENV-09")
def totals_say_more(mock: Any) -> None:
    """The totals have a limit too."""
    wrap_method(mock.pagination, "totals", lambda original, page: original(page) | {"limit": len(page.items)})


@variant("AB-CLIP-08")
def descriptions_of_clips_are_searched(mock: Any) -> None:
    """find[query] looks at descriptions too, and the best ones come first."""
    wrap_method(
        mock.clips,
        "searchable_text",
        lambda original, clip: f"{original(clip)}\n{(clip.description or '').casefold()}",
    )
    wrap_method(
        mock.clips, "search", lambda original, query: sorted(original(query), key=lambda clip: clip.title)
    )


def _too_many(mock: Any, context: Any) -> bool:
    return (whole_number(context.text("page[items]") or "") or 0) > int(mock.pagination.max_page_size)
