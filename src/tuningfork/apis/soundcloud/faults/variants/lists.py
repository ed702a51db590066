"""Other lists and pages that the claims allow."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.pagination import Page
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method


@variant("SC-PAGE-05")
def next_href_is_null_at_the_end(mock: Any) -> None:
    """At the end next_href is null instead of absent."""
    wrap_method(
        mock.pagination, "to_json", lambda original, shown, link: {"next_href": None} | original(shown, link)
    )


@variant("SC-PAGE-10")
def every_list_is_a_collection(mock: Any) -> None:
    """Lists are objects with `collection`, asked or not."""
    mock.pagination.is_linked = lambda _call: True


@variant("SC-PAGE-06", "SC-PAGE-09")
def pages_are_counted_from_an_anchor(mock: Any) -> None:
    """Lists page by offset from the item that was first when the walk began."""

    def by_cursor(_by_cursor: Any, context: Any, items: Any, key: Any) -> Page[Any]:
        kept = items
        if "anchor" in context.args and items:
            anchor = mock.pagination.decode_cursor(context.args["anchor"], len(key(items[0])))
            kept = [item for item in items if key(item) <= anchor]
        page: Page[Any] = mock.pagination.by_offset(context, kept)
        if page.next_query is None:
            return page
        return Page(page.items, {**page.next_query, "anchor": mock.pagination.encode_cursor(key(kept[0]))})

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        return _last_of_each(link) if link else None

    wrap_method(mock.pagination, "by_cursor", by_cursor)
    wrap_method(mock.pagination, "next_href", next_href)


@variant("SC-PAGE-07", "SC-PAGE-08")
def next_href_is_opaque(mock: Any) -> None:
    """next_href is a path with one parameter: the server remembers the rest."""
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


@variant("SC-PAGE-08")
def next_href_says_limit(mock: Any) -> None:
    """next_href has `limit` instead of `page_size`, and its parameters in another order."""

    def next_href(original: Any, context: Any, page: Any) -> str | None:
        link: str | None = original(context, page)
        start, _, query = (link or "").partition("?")
        pairs = [pair.replace("page_size=", "limit=") for pair in query.split("&")]
        return f"{start}?{'&'.join(reversed(pairs))}" if link else None

    wrap_method(mock.pagination, "next_href", next_href)


@variant("SC-PAGE-06", "SC-COMM-03")
def comments_are_oldest_first(mock: Any) -> None:
    """The comments of a track stand in the order in which they came."""
    wrap_method(
        mock.comments,
        "sort_key",
        lambda original, comment: tuple(10**14 - part for part in original(comment)),
    )


@variant("SC-PAGE-06", "SC-FIND-09")
def users_are_newest_first(mock: Any) -> None:
    """The list of users begins with the newest account."""
    wrap_method(mock.users, "all", lambda original: original()[::-1])


@variant("SC-PAGE-06")
def related_tracks_are_by_title(mock: Any) -> None:
    """Related tracks stand by their titles, and there are no more than twenty."""
    wrap_method(
        mock.tracks, "related", lambda original, track: sorted(original(track)[:20], key=lambda it: it.title)
    )


@variant("SC-FIND-06")
def upload_time_leaves_its_ends_out(mock: Any) -> None:
    """created_at bounds leave out what was uploaded in just that second."""
    wrap_method(
        mock.search,
        "by_created_at",
        lambda original, tracks, low, high: original(
            tracks, None if low is None else low + 1, None if high is None else high - 1
        ),
    )


@variant("SC-FIND-11")
def own_private_tracks_are_found(mock: Any) -> None:
    """A user's search finds the user's own private tracks."""

    def filter_tracks(original: Any, context: Any, tracks: list[Track]) -> Any:
        own = [] if context.viewer is None else mock.tracks.of_user(context.viewer)
        hidden = [track for track in own if track.sharing == "private"]
        return original(context, mock.tracks.newest_first([*tracks, *hidden]))

    wrap_method(mock.search, "filter_tracks", filter_tracks)


@variant("SC-ACCESS-04")
def blocked_tracks_are_nowhere_below_me(mock: Any) -> None:
    """/me/tracks and /me/likes/tracks leave blocked tracks out too."""

    def by_access(original: Any, context: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        below = str(context.operation).startswith("GET /me/")
        return original(context, tracks) if below else original(context, tracks, default)

    wrap_method(mock.search, "by_access", by_access)


@variant("SC-SOC-06", "SC-SOC-07", "SC-PAGE-06")
def likes_are_oldest_first(mock: Any) -> None:
    """/me/likes/tracks begins with the first like: pages are counted from the start."""

    def by_cursor(original: Any, context: Any, items: Any, key: Any) -> Any:
        oldest_first = context.operation == "GET /me/likes/tracks"
        return (
            mock.pagination.by_offset(context, items[::-1]) if oldest_first else original(context, items, key)
        )

    wrap_method(mock.pagination, "by_cursor", by_cursor)


def _last_of_each(link: str) -> str:
    start, _, query = link.partition("?")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&"))
    return f"{start}?{'&'.join(f'{name}={value}' for name, value in pairs.items())}"
