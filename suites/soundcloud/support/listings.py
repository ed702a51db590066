"""The twenty paged lists: what each needs, and where one is found that can be walked to its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuningfork.client.client import Client, JsonObject
from tuningfork.testing.listings import objects
from tuningfork.testing.pagination import Place

from .pagination import LARGEST_PAGE, identities

MOST = 400
"""Items of a list that is still walked to its end."""
AIM = 10
"""Items of the list that is best to walk: several pages, and one by one in a moment."""
OWNERS = 8
"""Tracks, playlists or users whose lists are looked at before none is said to be there."""


@dataclass(frozen=True, slots=True)
class PagedList:
    """A path that gives a list in pages (SC-PAGE-05).

    Args:
        path: below the base URL; one in braces is the id of its owner.
        owners: the list in which owners are found.
        count: the member of an owner that says how long its list is.
        access: whether `access=` is documented for it.
    """

    path: str
    owners: str = ""
    count: str = ""
    access: bool = False

    def __str__(self) -> str:
        return f"GET {self.path}"

    @property
    def personal(self) -> bool:
        """Whether it needs a user's token."""
        return self.path.startswith("/me/")

    @property
    def holds_tracks(self) -> bool:
        """Whether its items are playlists, for which show_tracks is documented."""
        return self.path.endswith("/playlists") and "/likes/" not in self.path

    def of(self, owner: object) -> str:
        """The path for the owner with this id."""
        return re.sub(r"\{\w+\}", str(owner), self.path)

    def find(self, client: Client, least: int = 2, most: int = MOST) -> Place | None:
        """A list of at least and at most so many items; None if the target has none."""
        places = self._of_owners(client, least, most) if self.owners else self._whole_or_less(client, most)
        return next((place for place in places if least <= place.size <= most), None)

    def _whole_or_less(self, client: Client, most: int) -> Iterator[Place]:
        """All of it, and if that is too long some searches of it."""
        whole = _measured(client, self.path, {}, most)
        yield whole
        if whole.size > most and not self.personal:
            yield from _narrowed(client, self.path, most)

    def _of_owners(self, client: Client, least: int, most: int) -> Iterator[Place]:
        """Those first whose list is nearest in length to what is best; those who don't say come last."""
        aim = min(max(AIM, 2 * least), most)

        def distance(owner: JsonObject) -> float:
            count = owner.get(self.count)
            return abs(count - aim) if isinstance(count, int) else float("inf")

        owners = [owner for owner in _first_page(client, self.owners) if _has_no_doubles(owner)]
        fitting = [owner for owner in owners if _may_be(owner.get(self.count), least, most)]
        for owner in sorted(fitting, key=distance)[:OWNERS]:
            yield _measured(client, self.of(owner["id"]), {}, most)


_TRACK, _PLAYLIST, _USER = "/tracks/{track_id}", "/playlists/{playlist_id}", "/users/{user_id}"

LISTS = (
    PagedList("/tracks", access=True),
    PagedList("/users"),
    PagedList("/playlists"),
    PagedList("/me/tracks"),
    PagedList("/me/playlists"),
    PagedList("/me/likes/tracks", access=True),
    PagedList("/me/likes/playlists"),
    PagedList("/me/followings"),
    PagedList("/me/followers"),
    PagedList("/me/followings/tracks", access=True),
    PagedList("/me/activities", access=True),
    PagedList(f"{_TRACK}/comments", "/tracks", "comment_count"),
    PagedList(f"{_TRACK}/favoriters", "/tracks", "favoritings_count"),
    PagedList(f"{_TRACK}/related", "/tracks", access=True),
    PagedList(f"{_PLAYLIST}/tracks", "/playlists", "track_count", access=True),
    PagedList(f"{_USER}/tracks", "/users", "track_count", access=True),
    PagedList(f"{_USER}/playlists", "/users", "playlist_count"),
    PagedList(f"{_USER}/followers", "/users", "followers_count"),
    PagedList(f"{_USER}/followings", "/users", "followings_count"),
    PagedList(f"{_USER}/likes/tracks", "/users", "public_favorites_count", access=True),
)


def words(text: object) -> list[str]:
    """The words of a title or a name that a search takes as they are."""
    return [word for word in str(text).split() if len(word) > 2 and word.isalnum()]


def _measured(client: Client, path: str, query: dict[str, Any], most: int) -> Place:
    """The list with its items, or with some more than `most` of them."""
    pages = []
    for page in islice(client.pages(path, **query, limit=LARGEST_PAGE), most // LARGEST_PAGE + 20):
        pages.append(page.is_ok())
        if sum(len(page.items) for page in pages) > most:
            break
    return Place(path, query, frozenset(identities(pages)))


def _first_page(client: Client, path: str) -> list[JsonObject]:
    return objects(client.get(path, limit=50).is_ok().items)


def _narrowed(client: Client, path: str, most: int) -> Iterator[Place]:
    """Searches that leave less of a list that is too long."""
    items = _first_page(client, path)
    if path == "/tracks":
        yield _measured(client, path, {"ids": ",".join(str(item["id"]) for item in items[:30])}, most)
    for item in items[:OWNERS]:
        for word in words(item.get("title", item.get("username"))):
            yield _measured(client, path, {"q": word}, most)


def _may_be(count: object, least: int, most: int) -> bool:
    return not isinstance(count, int) or least <= count <= most


def _has_no_doubles(owner: JsonObject) -> bool:
    """A playlist may hold a track twice, and its list of tracks then too (SC-LIST-07)."""
    tracks = owner.get("tracks")
    told = [json.dumps(track) for track in tracks] if isinstance(tracks, list) else []
    return len(told) == len(set(told))
