"""The paginated endpoints of SoundCloud, and how to find a list of a suitable size for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import json_objects
from tuningfork.testing.operation_requests import expand_path
from tuningfork.testing.pagination import Listing

from .pagination import MAX_PAGE_SIZE, item_keys

MAX_ITEMS = 400
"""Items of the longest list that tests read to its end."""
TARGET_SIZE = 10
"""Items of the list that suits tests best: it has several pages and few requests read it."""
MAX_OWNERS = 8
"""Tracks, playlists or users whose lists are read before an endpoint counts as without a list."""


@dataclass(frozen=True, slots=True)
class PaginatedEndpoint:
    """A path that returns a list in pages (SC-PAGE-05).

    Args:
        path: below the base URL; a parameter is the id of the list's owner.
        owners: the path of the list of owners.
        count: the property of an owner with the size of its list.
        access: whether the query parameter `access` is documented for it.
    """

    path: str
    owners: str = ""
    count: str = ""
    access: bool = False

    def __str__(self) -> str:
        return f"GET {self.path}"

    @property
    def requires_user(self) -> bool:
        """Return whether the endpoint needs the token of a user."""
        return self.path.startswith("/me/")

    @property
    def has_show_tracks(self) -> bool:
        """Return whether its items are playlists, for which show_tracks is documented."""
        return self.path.endswith("/playlists") and "/likes/" not in self.path

    def find(self, client: Client, min_items: int = 2, max_items: int = MAX_ITEMS) -> Listing | None:
        """Return a list with a number of items between these bounds; None if the target has none."""
        listings = self._of_owners if self.owners else self._whole_or_searches
        fitting = (
            each for each in listings(client, min_items, max_items) if min_items <= each.size <= max_items
        )
        return next(fitting, None)

    def _whole_or_searches(self, client: Client, min_items: int, max_items: int) -> Iterator[Listing]:
        """Yield the whole list and, if it is too long, some searches of it."""
        whole = _fetch_listing(client, self.path, {}, max_items)
        yield whole
        if whole.size > max_items and not self.requires_user:
            yield from _search_listings(client, self.path, max_items)

    def _of_owners(self, client: Client, min_items: int, max_items: int) -> Iterator[Listing]:
        """Yield lists of owners: first those with about TARGET_SIZE items, last those of unknown size."""
        target_size = min(max(TARGET_SIZE, 2 * min_items), max_items)

        def distance(owner: JsonObject) -> float:
            count = owner.get(self.count)
            return abs(count - target_size) if isinstance(count, int) else float("inf")

        owners = [owner for owner in _fetch_first_page(client, self.owners) if _has_no_repeated_track(owner)]
        fitting = [owner for owner in owners if _may_fit(owner.get(self.count), min_items, max_items)]
        for owner in sorted(fitting, key=distance)[:MAX_OWNERS]:
            yield _fetch_listing(client, expand_path(self.path, owner["id"]), {}, max_items)


_TRACK, _PLAYLIST, _USER = "/tracks/{track_id}", "/playlists/{playlist_id}", "/users/{user_id}"

ENDPOINTS = (
    PaginatedEndpoint("/tracks", access=True),
    PaginatedEndpoint("/users"),
    PaginatedEndpoint("/playlists"),
    PaginatedEndpoint("/me/tracks"),
    PaginatedEndpoint("/me/playlists"),
    PaginatedEndpoint("/me/likes/tracks", access=True),
    PaginatedEndpoint("/me/likes/playlists"),
    PaginatedEndpoint("/me/followings"),
    PaginatedEndpoint("/me/followers"),
    PaginatedEndpoint("/me/followings/tracks", access=True),
    PaginatedEndpoint("/me/activities", access=True),
    PaginatedEndpoint(f"{_TRACK}/comments", "/tracks", "comment_count"),
    PaginatedEndpoint(f"{_TRACK}/favoriters", "/tracks", "favoritings_count"),
    PaginatedEndpoint(f"{_TRACK}/related", "/tracks", access=True),
    PaginatedEndpoint(f"{_PLAYLIST}/tracks", "/playlists", "track_count", access=True),
    PaginatedEndpoint(f"{_USER}/tracks", "/users", "track_count", access=True),
    PaginatedEndpoint(f"{_USER}/playlists", "/users", "playlist_count"),
    PaginatedEndpoint(f"{_USER}/followers", "/users", "followers_count"),
    PaginatedEndpoint(f"{_USER}/followings", "/users", "followings_count"),
    PaginatedEndpoint(f"{_USER}/likes/tracks", "/users", "public_favorites_count", access=True),
)


def search_words(text: object) -> list[str]:
    """Return the words of a title or name that can be search words."""
    return [word for word in str(text).split() if len(word) > 2 and word.isalnum()]


def _fetch_listing(client: Client, path: str, query: dict[str, Any], max_items: int) -> Listing:
    """Return the list with its items, or with some more than `max_items` of them."""
    pages = []
    for page in islice(client.pages(path, **query, limit=MAX_PAGE_SIZE), max_items // MAX_PAGE_SIZE + 20):
        pages.append(page.expect_ok())
        if sum(len(page.items) for page in pages) > max_items:
            break
    return Listing(path, query, frozenset(item_keys(pages)))


def _fetch_first_page(client: Client, path: str) -> list[JsonObject]:
    return json_objects(client.get(path, limit=50).expect_ok().items)


def _search_listings(client: Client, path: str, max_items: int) -> Iterator[Listing]:
    """Yield searches that find a part of a list that is too long."""
    items = _fetch_first_page(client, path)
    if path == "/tracks":
        track_ids = ",".join(str(item["id"]) for item in items[:30])
        yield _fetch_listing(client, path, {"ids": track_ids}, max_items)
    for item in items[:MAX_OWNERS]:
        for word in search_words(item.get("title", item.get("username"))):
            yield _fetch_listing(client, path, {"q": word}, max_items)


def _may_fit(count: object, min_items: int, max_items: int) -> bool:
    return not isinstance(count, int) or min_items <= count <= max_items


def _has_no_repeated_track(owner: JsonObject) -> bool:
    """Return whether a playlist has each track once; its list of tracks may repeat them (SC-LIST-07)."""
    tracks = owner.get("tracks")
    texts = [json.dumps(track) for track in tracks] if isinstance(tracks, list) else []
    return len(texts) == len(set(texts))
