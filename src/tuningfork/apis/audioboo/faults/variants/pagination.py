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

    def positive(positive: Any, call: Any, name: str, default: int) -> Any:
        try:
            return positive(call, name, default)
        except HttpError:
            return default

    wrap_method(mock.pages, "positive", positive)


@variant("AB-PAGE-03")
def too_many_items_are_refused(mock: Any) -> None:
    """page[items] over 150 is answered 400."""

    def size(size: Any, call: Any) -> Any:
        if _too_many(mock, call):
            raise HttpError(400, "page[items] is a number up to 150")
        return size(call)

    wrap_method(mock.pages, "size", size)


@variant("AB-PAGE-03")
def too_many_items_are_the_default(mock: Any) -> None:
    """page[items] over 150 is as good as none."""
    wrap_method(
        mock.pages, "size", lambda size, call: mock.pages.default if _too_many(mock, call) else size(call)
    )


@variant("AB-PAGE-01", "AB-PAGE-02")
def page_has_three_items_by_default(mock: Any) -> None:
    """A page has three items where no number is asked for."""
    mock.pages.default = 3


@variant("AB-PAGE-07")
def offset_past_the_end_is_the_count(mock: Any) -> None:
    """Past the end totals.offset is how many there are."""

    def cut(cut: Any, items: Sequence[Any], number: int, size: int) -> Page[Any]:
        page: Page[Any] = cut(items, number, size)
        return page._replace(before=min(page.before, len(items)))

    wrap_method(mock.pages, "cut", cut)


@variant("AB-PAGE-05")
def max_time_leaves_its_second_out(mock: Any) -> None:
    """A clip of the very second of max_time is not listed."""

    def until(_until: Any, clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [clip for clip in clips if max_time is None or clip.uploaded_at < max_time]

    wrap_method(mock.clips, "until", until)


@variant("AB-PAGE-05")
def favourites_go_by_the_time_of_favouriting(mock: Any) -> None:
    """max_time bounds a list of favourites by when each became one, not by its upload."""
    favoured: dict[int, float] = {}

    def favour(favour: Any, user: User, clip: Clip) -> Any:
        favoured.setdefault(clip.id, mock.clock.now())
        return favour(user, clip)

    def listed(handle: Any, *of: Any, **ids: str) -> Any:
        until, mock.clips.until = mock.clips.until, were_favourites
        try:
            return handle(*of, **ids)
        finally:
            mock.clips.until = until

    def were_favourites(clips: Sequence[Clip], max_time: float | None) -> list[Clip]:
        return [
            clip for clip in clips if max_time is None or favoured.get(clip.id, clip.uploaded_at) <= max_time
        ]

    wrap_method(mock.clips, "favour", favour)
    for operation in ("GET /account/audio_clips/favourites", "GET /users/{user_id}/audio_clips/favourites"):
        wrap_handler(mock.handlers, operation, listed)


@variant("AB-CLIP-07")
def ties_are_in_another_order(mock: Any) -> None:
    """Of clips of one second the oldest comes first, ids being texts."""
    mock.clips.newest = lambda clips: sorted(clips, key=lambda clip: (-clip.uploaded_at, str(clip.id)))


@variant("AB-SOC-03", "AB-SOC-04")
def favourites_and_comments_come_oldest_first(mock: Any) -> None:
    """Favourites and comments are listed in the order in which they came."""
    wrap_method(mock.clips, "favourites_of", lambda of, user: of(user)[::-1])
    wrap_method(mock.comments, "of", lambda of, clip: of(clip)[::-1])


@variant("AB-PAGE-07", "AB-ENV-09")
def totals_say_more(mock: Any) -> None:
    """The totals have a limit too."""
    wrap_method(mock.pages, "totals", lambda totals, page: totals(page) | {"limit": len(page.items)})


@variant("AB-CLIP-08")
def descriptions_of_clips_are_searched(mock: Any) -> None:
    """find[query] looks at descriptions too, and the best ones come first."""
    wrap_method(mock.clips, "text", lambda text, clip: f"{text(clip)}\n{(clip.description or '').casefold()}")
    wrap_method(mock.clips, "found", lambda found, query: sorted(found(query), key=lambda clip: clip.title))


def _too_many(mock: Any, call: Any) -> bool:
    return (whole_number(call.text("page[items]") or "") or 0) > int(mock.pages.highest)
