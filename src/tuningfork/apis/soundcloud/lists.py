"""The twenty paged lists: what each needs, and where one is found that can be walked to its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.soundcloud.finding import objects
from tuningfork.target.client import Client, JsonObject

MOST = 400
"""Items of a list that is still walked to its end."""
AIM = 30
"""Items of the list that is best to walk: several pages, and one by one in a moment."""
OWNERS = 8
"""Tracks, playlists or users whose lists are looked at before none is said to be there."""
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """One list of the target: its path, the parameters that narrow it, and how many items it has."""

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    size: int = 0


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

    def of(self, owner: object) -> str:
        """The path for the owner with this id."""
        return re.sub(r"\{\w+\}", str(owner), self.path)

    def find(self, client: Client, least: int = 2, most: int = MOST) -> Place:
        """A list of at least and at most so many items; not verified where none is found."""
        candidates = self._candidates(client, min(max(AIM, 2 * least), most))
        places = (Place(path, query, _size(client, path, query, most)) for path, query in candidates)
        found = next((place for place in places if least <= place.size <= most), None)
        if found is None:
            not_verified(f"no {self} with {least} to {most} items")
        return found

    def _candidates(self, client: Client, aim: int) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.owners:
            for owner in self._owners_near(client, aim)[:OWNERS]:
                yield self.of(owner["id"]), {}
            return
        yield self.path, {}
        if not self.personal:
            yield from (
                (self.path, query) for query in _narrowings(self.path, _first_page(client, self.path))
            )

    def _owners_near(self, client: Client, aim: int) -> list[JsonObject]:
        """Those first whose list is nearest in length to the aim; those who don't say come last."""

        def distance(owner: JsonObject) -> float:
            count = owner.get(self.count)
            return abs(count - aim) if isinstance(count, int) else float("inf")

        return sorted(filter(_has_no_doubles, _first_page(client, self.owners)), key=distance)


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


def _size(client: Client, path: str, query: dict[str, Any], most: int) -> int:
    """How many items a list has, or some number above `most`."""
    size = 0
    for page in islice(client.pages(path, **query, limit=LARGEST_PAGE), most // LARGEST_PAGE + 20):
        size += len(page.is_ok().items)
        if size > most:
            break
    return size


def _first_page(client: Client, path: str) -> list[JsonObject]:
    return objects(client.get(path, limit=50).is_ok().items)


def _narrowings(path: str, items: list[JsonObject]) -> Iterator[dict[str, Any]]:
    """Searches that leave less of a list that is too long."""
    if path == "/tracks" and items:
        yield {"ids": ",".join(str(item["id"]) for item in items[:AIM])}
    for item in items[:OWNERS]:
        yield from ({"q": word} for word in words(item.get("title", item.get("username"))))


def _has_no_doubles(owner: JsonObject) -> bool:
    """A playlist may hold a track twice, and its list of tracks then too (SC-LIST-07)."""
    tracks = owner.get("tracks")
    told = [json.dumps(track) for track in tracks] if isinstance(tracks, list) else []
    return len(told) == len(set(told))
