"""The paginated endpoints of SoundCloud, and how to find a list of a suitable size for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import json_objects
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
    def holds_tracks(self) -> bool:
        """Return whether its items are playlists, for which show_tracks is documented."""
        return self.path.endswith("/playlists") and "/likes/" not in self.path

    def of(self, owner: object) -> str:
        """Return the path for the owner with this id."""
        return re.sub(r"\{\w+\}", str(owner), self.path)

    def find(self, client: Client, least: int = 2, most: int = MAX_ITEMS) -> Listing | None:
        """Return a list of `least` to `most` items; None if the target has none."""
        places = self._of_owners(client, least, most) if self.owners else self._whole_or_less(client, most)
        return next((place for place in places if least <= place.size <= most), None)

    def _whole_or_less(self, client: Client, most: int) -> Iterator[Listing]:
        """All of it, and if that is too long some searches of it."""
        whole = _measured(client, self.path, {}, most)
        yield whole
        if whole.size > most and not self.requires_user:
            yield from _narrowed(client, self.path, most)

    def _of_owners(self, client: Client, least: int, most: int) -> Iterator[Listing]:
        """Those first whose list is nearest in length to what is best; those who don't say come last."""
        aim = min(max(TARGET_SIZE, 2 * least), most)

        def distance(owner: JsonObject) -> float:
            count = owner.get(self.count)
            return abs(count - aim) if isinstance(count, int) else float("inf")

        owners = [owner for owner in _first_page(client, self.owners) if _has_no_doubles(owner)]
        fitting = [owner for owner in owners if _may_be(owner.get(self.count), least, most)]
        for owner in sorted(fitting, key=distance)[:MAX_OWNERS]:
            yield _measured(client, self.of(owner["id"]), {}, most)


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


def _measured(client: Client, path: str, query: dict[str, Any], most: int) -> Listing:
    """The list with its items, or with some more than `most` of them."""
    pages = []
    for page in islice(client.pages(path, **query, limit=MAX_PAGE_SIZE), most // MAX_PAGE_SIZE + 20):
        pages.append(page.expect_ok())
        if sum(len(page.items) for page in pages) > most:
            break
    return Listing(path, query, frozenset(item_keys(pages)))


def _first_page(client: Client, path: str) -> list[JsonObject]:
    return json_objects(client.get(path, limit=50).expect_ok().items)


def _narrowed(client: Client, path: str, most: int) -> Iterator[Listing]:
    """Searches that leave less of a list that is too long."""
    items = _first_page(client, path)
    if path == "/tracks":
        yield _measured(client, path, {"ids": ",".join(str(item["id"]) for item in items[:30])}, most)
    for item in items[:MAX_OWNERS]:
        for word in search_words(item.get("title", item.get("username"))):
            yield _measured(client, path, {"q": word}, most)


def _may_be(count: object, least: int, most: int) -> bool:
    return not isinstance(count, int) or least <= count <= most


def _has_no_doubles(owner: JsonObject) -> bool:
    """A playlist may hold a track twice, and its list of tracks then too (SC-LIST-07)."""
    tracks = owner.get("tracks")
    told = [json.dumps(track) for track in tracks] if isinstance(tracks, list) else []
    return len(told) == len(set(told))
