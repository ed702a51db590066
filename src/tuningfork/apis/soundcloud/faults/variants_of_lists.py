"""Other lists and pages that the claims allow."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.apis.soundcloud.mock.pages import Page
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import around


@variant("SC-PAGE-05")
def next_href_is_null_at_the_end(mock: Any) -> None:
    """At the end next_href is null instead of absent."""
    around(mock.pages, "body", lambda body, shown, link: {"next_href": None} | body(shown, link))


@variant("SC-PAGE-10")
def every_list_is_a_collection(mock: Any) -> None:
    """Lists are objects with `collection`, asked or not."""
    mock.pages.linked = lambda _call: True


@variant("SC-PAGE-06", "SC-PAGE-09")
def pages_are_counted_from_an_anchor(mock: Any) -> None:
    """Lists page by offset from the item that was first when the walk began."""

    def by_cursor(_by_cursor: Any, call: Any, items: Any, key: Any) -> Page[Any]:
        kept = items
        if "anchor" in call.args and items:
            anchor = mock.pages.position(call.args["anchor"], len(key(items[0])))
            kept = [item for item in items if key(item) <= anchor]
        page: Page[Any] = mock.pages.by_offset(call, kept)
        if page.following is None:
            return page
        return Page(page.items, {**page.following, "anchor": mock.pages.cursor(key(kept[0]))})

    def next_href(next_href: Any, call: Any, page: Any) -> str | None:
        link: str | None = next_href(call, page)
        return _last_of_each(link) if link else None

    around(mock.pages, "by_cursor", by_cursor)
    around(mock.pages, "next_href", next_href)


@variant("SC-PAGE-07", "SC-PAGE-08")
def next_href_is_opaque(mock: Any) -> None:
    """next_href is a path with one parameter: the server remembers the rest."""
    queries: dict[str, str] = {}

    def next_href(next_href: Any, call: Any, page: Any) -> str | None:
        link: str | None = next_href(call, page)
        if link is None:
            return None
        ticket = secrets.token_urlsafe(9)
        queries[ticket] = urlsplit(link).query
        return f"{link.partition('?')[0]}?next={ticket}"

    def wsgi(wsgi: Any, environ: Any, start_response: Any) -> Any:
        name, _, ticket = environ["QUERY_STRING"].partition("=")
        if name == "next":
            environ["QUERY_STRING"] = queries.get(ticket, "offset=unknown")
        return wsgi(environ, start_response)

    around(mock.pages, "next_href", next_href)
    around(mock, "wsgi", wsgi)


@variant("SC-PAGE-08")
def next_href_says_limit(mock: Any) -> None:
    """next_href has `limit` instead of `page_size`, and its parameters in another order."""

    def next_href(next_href: Any, call: Any, page: Any) -> str | None:
        link: str | None = next_href(call, page)
        start, _, query = (link or "").partition("?")
        pairs = [pair.replace("page_size=", "limit=") for pair in query.split("&")]
        return f"{start}?{'&'.join(reversed(pairs))}" if link else None

    around(mock.pages, "next_href", next_href)


@variant("SC-PAGE-06", "SC-COMM-03")
def comments_are_oldest_first(mock: Any) -> None:
    """The comments of a track stand in the order in which they came."""
    around(mock.comments, "key", lambda key, comment: tuple(10**14 - part for part in key(comment)))


@variant("SC-PAGE-06", "SC-FIND-09")
def users_are_newest_first(mock: Any) -> None:
    """The list of users begins with the newest account."""
    around(mock.users, "all", lambda everybody: everybody()[::-1])


@variant("SC-PAGE-06")
def related_tracks_are_by_title(mock: Any) -> None:
    """Related tracks stand by their titles, and there are no more than twenty."""
    around(
        mock.tracks, "related", lambda related, track: sorted(related(track)[:20], key=lambda it: it.title)
    )


@variant("SC-FIND-06")
def upload_time_leaves_its_ends_out(mock: Any) -> None:
    """created_at bounds leave out what was uploaded in just that second."""
    around(
        mock.search,
        "created_at",
        lambda created_at, tracks, low, high: created_at(
            tracks, None if low is None else low + 1, None if high is None else high - 1
        ),
    )


@variant("SC-FIND-11")
def own_private_tracks_are_found(mock: Any) -> None:
    """A user's search finds the user's own private tracks."""

    def tracks(search: Any, call: Any, tracks: list[Track]) -> Any:
        own = [] if call.viewer is None else mock.tracks.of(call.viewer)
        hidden = [track for track in own if track.sharing == "private"]
        return search(call, mock.tracks.newest([*tracks, *hidden]))

    around(mock.search, "tracks", tracks)


@variant("SC-ACCESS-04")
def blocked_tracks_are_nowhere_below_me(mock: Any) -> None:
    """/me/tracks and /me/likes/tracks leave blocked tracks out too."""

    def access(access: Any, call: Any, tracks: list[Track], default: str = "playable,preview") -> Any:
        below = str(call.operation).startswith("GET /me/")
        return access(call, tracks) if below else access(call, tracks, default)

    around(mock.search, "access", access)


@variant("SC-SOC-06", "SC-SOC-07", "SC-PAGE-06")
def likes_are_oldest_first(mock: Any) -> None:
    """/me/likes/tracks begins with the first like: pages are counted from the start."""

    def by_cursor(by_cursor: Any, call: Any, items: Any, key: Any) -> Any:
        oldest_first = call.operation == "GET /me/likes/tracks"
        return mock.pages.by_offset(call, items[::-1]) if oldest_first else by_cursor(call, items, key)

    around(mock.pages, "by_cursor", by_cursor)


def _last_of_each(link: str) -> str:
    start, _, query = link.partition("?")
    pairs = dict(pair.partition("=")[::2] for pair in query.split("&"))
    return f"{start}?{'&'.join(f'{name}={value}' for name, value in pairs.items())}"
