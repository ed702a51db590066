"""Variants of lists and pages."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.pagination import Page
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method


@variant("SC-PAGE-05")
def next_href_of_the_last_page_is_null(mock: Any) -> None:
    """The `next_href` of the last page is null instead of absent. The claims allow both."""
    wrap_method(
        mock.pagination,
        "serialize",
        lambda original, items, link: {"next_href": None} | original(items, link),
    )


@variant("SC-PAGE-10")
def every_list_is_linked(mock: Any) -> None:
    """A list is an object with `collection` even without `linked_partitioning`. The claims allow this."""
    mock.pagination.is_linked = lambda _context: True


@variant("SC-PAGE-06", "SC-PAGE-09")
def pages_are_counted_from_an_anchor(mock: Any) -> None:
    """Lists are paged by offset from the first item of the first page. The claims allow this."""

    def by_cursor(_original: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        rest = items
        if "anchor" in context.args and items:
            anchor = mock.pagination.decode_cursor(context.args["anchor"], len(key(items[0])))
            rest = [item for item in items if key(item) <= anchor]
        page: Page[Any] = mock.pagination.by_offset(context, rest)
        if page.next_query is None:
            return page
        return Page(page.items, {**page.next_query, "anchor": mock.pagination.encode_cursor(key(rest[0]))})

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        return _without_repeated_parameters(link) if link else None

    wrap_method(mock.pagination, "by_cursor", by_cursor)
    wrap_method(mock.pagination, "next_href", next_href)


@variant("SC-PAGE-07", "SC-PAGE-08")
def next_href_is_opaque(mock: Any) -> None:
    """The `next_href` has one opaque parameter for the whole query. Clients must not parse it."""
    queries: dict[str, str] = {}

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        if link is None:
            return None
        ticket = secrets.token_urlsafe(9)
        queries[ticket] = urlsplit(link).query
        return f"{link.partition('?')[0]}?next={ticket}"

    def wsgi(original: Any, environ: Any, start_response: Any) -> Any:
        name, _, ticket = environ["QUERY_STRING"].partition("=")
        if name == "next":
            environ["QUERY_STRING"] = queries.get(ticket, "offset=unknown")
        return original(environ, start_response)

    wrap_method(mock.pagination, "next_href", next_href)
    wrap_method(mock, "wsgi", wsgi)


@variant("SC-PAGE-07")
def next_href_has_the_default_port(mock: Any) -> None:
    """The `next_href` names the default port of its scheme, which means the same host."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        parts = urlsplit(original(context, page) or "")
        if not parts.netloc:
            return None
        port = {"http": 80, "https": 443}[parts.scheme]
        return parts._replace(netloc=parts.netloc if parts.port else f"{parts.netloc}:{port}").geturl()

    wrap_method(mock.pagination, "next_href", next_href)


@variant("SC-PAGE-08")
def next_href_has_limit(mock: Any) -> None:
    """The `next_href` has `limit` instead of `page_size`, in another order. The claims allow both."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        start, _, query = (link or "").partition("?")
        pairs = [pair.replace("page_size=", "limit=") for pair in query.split("&")]
        return f"{start}?{'&'.join(reversed(pairs))}" if link else None

    wrap_method(mock.pagination, "next_href", next_href)


@variant("SC-PAGE-06", "SC-COMM-03")
def comments_are_oldest_first(mock: Any) -> None:
    """The comments of a track are sorted oldest first. No claim fixes their order."""
    wrap_method(
        mock.comments,
        "sort_key",
        lambda original, comment: tuple(10**14 - part for part in original(comment)),
    )


@variant("SC-PAGE-06", "SC-FIND-09")
def users_are_newest_first(mock: Any) -> None:
    """GET /users is sorted newest first. No claim fixes its order."""
    wrap_method(mock.users, "list_all", lambda original: original()[::-1])


@variant("SC-PAGE-06")
def related_tracks_are_sorted_by_title(mock: Any) -> None:
    """Related tracks are sorted by title and at most twenty. No claim fixes their number and order."""
    wrap_method(
        mock.tracks, "related", lambda original, track: sorted(original(track)[:20], key=lambda it: it.title)
    )


@variant("SC-FIND-06")
def created_at_bounds_are_exclusive(mock: Any) -> None:
    """The bounds of `created_at` are exclusive. No claim says whether they are inclusive."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(
            tracks, None if low is None else low + 1, None if high is None else high - 1
        ),
    )


@variant("SC-FIND-11")
def own_private_tracks_are_found(mock: Any) -> None:
    """GET /tracks also returns the viewer's own private tracks. The claims allow this."""

    def filter_tracks(original: Any, context: Any, tracks: list[Track]) -> Any:
        own = [] if context.viewer is None else mock.tracks.list_by_user(context.viewer)
        private = [track for track in own if track.sharing == "private"]
        return original(context, mock.tracks.sort_newest_first([*tracks, *private]))

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@variant("SC-ACCESS-04")
def lists_below_me_omit_blocked_tracks(mock: Any) -> None:
    """GET /me/tracks and /me/likes/tracks omit blocked tracks by default. The claims allow this."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        is_below_me = str(context.operation).startswith("GET /me/")
        return original(context, tracks) if is_below_me else original(context, tracks, default)

    wrap_method(mock.search, "by_access", by_access)


@variant("SC-SOC-06", "SC-SOC-07", "SC-PAGE-06")
def likes_are_oldest_first(mock: Any) -> None:
    """GET /me/likes/tracks is sorted oldest first. No claim fixes its order."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Any:
        oldest_first = context.operation == "GET /me/likes/tracks"
        if oldest_first:
            return mock.pagination.by_offset(context, items[::-1])
        return original(context, items, key)

    wrap_method(mock.pagination, "by_cursor", by_cursor)


def _without_repeated_parameters(link: str) -> str:
    """Return the URL with only the last value of each parameter."""
    start, _, query = link.partition("?")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&"))
    return f"{start}?{'&'.join(f'{name}={value}' for name, value in pairs.items())}"
