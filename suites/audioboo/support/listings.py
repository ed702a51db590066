"""The paginated endpoints of Audioboo, and how to find a list of a suitable size for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuningfork.apis.audioboo.lookup import CLIPS_PATH, MAX_OWNERS, fetch_newest_clips, owner_ids
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, item_ids, page_query
from tuningfork.apis.audioboo.tags import most_common_tags, tag_path
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import Listing

MAX_ITEMS = 400
"""Items of the longest list that tests read to its end."""
TARGET_SIZE = 10
"""Items of the list that suits tests best: it has several pages and few requests read it."""
USER_SEARCHES = ("*", "a", "e", "o")
"""Search words that find some users."""


@dataclass(frozen=True, slots=True)
class PaginatedEndpoint:
    """A path that returns a list in pages; a parameter is the id of the list's owner, or a tag."""

    path: str

    def __str__(self) -> str:
        return f"GET {self.path}"

    @property
    def requires_user(self) -> bool:
        """Return whether it is a list of the linked user."""
        return self.path.startswith("/account/")

    @property
    def holds_clips(self) -> bool:
        """Return whether its items are clips, for which max_time is documented."""
        return f"{CLIPS_PATH}/{{" not in self.path and CLIPS_PATH in self.path

    def find(self, client: Client, least: int = 2, most: int = MAX_ITEMS) -> Listing | None:
        """Return the most suitable list of `least` to `most` items; None if the target has none."""
        places = [_measured(client, path, query, most) for path, query in self._candidates(client)]
        fitting = [place for place in places if least <= place.size <= most]
        return min(fitting, key=lambda place: abs(place.size - max(TARGET_SIZE, least)), default=None)

    def _candidates(self, client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.path == CLIPS_PATH:
            yield from ((CLIPS_PATH, query) for query in ({}, *_searches(fetch_newest_clips(client))))
        elif self.path == "/users":
            yield from ((self.path, {"find[query]": word}) for word in USER_SEARCHES)
        elif "{" in self.path:
            yield from ((path, {}) for path in self._of_owners(fetch_newest_clips(client, MAX_PAGE_SIZE)))
        else:
            yield self.path, {}

    def _of_owners(self, clips: list[JsonObject]) -> list[str]:
        """Return the paths of the lists of some owners."""
        if "{tag}" in self.path:
            return [tag_path(tag["normalised_tag"]) for tag in most_common_tags(clips)[:MAX_OWNERS]]
        if "{clip_id}" in self.path:
            owners = ids(sorted(clips, key=_comments, reverse=True))[:MAX_OWNERS]
        else:
            owners = owner_ids(clips)[:MAX_OWNERS]
        return [re.sub(r"\{\w+\}", str(owner), self.path) for owner in owners]


_USER = "/users/{user_id}"

ENDPOINTS = (
    PaginatedEndpoint(CLIPS_PATH),
    PaginatedEndpoint(f"{CLIPS_PATH}/featured"),
    PaginatedEndpoint(f"{CLIPS_PATH}/popular"),
    PaginatedEndpoint(f"{CLIPS_PATH}/{{clip_id}}/comments"),
    PaginatedEndpoint("/tag/{tag}/audio_clips"),
    PaginatedEndpoint("/users"),
    PaginatedEndpoint(f"{_USER}{CLIPS_PATH}"),
    PaginatedEndpoint(f"{_USER}{CLIPS_PATH}/followed"),
    PaginatedEndpoint(f"{_USER}{CLIPS_PATH}/favourites"),
    PaginatedEndpoint(f"{_USER}/followings"),
    PaginatedEndpoint(f"{_USER}/followers"),
    PaginatedEndpoint(f"{_USER}/playlists"),
    PaginatedEndpoint(f"/account{CLIPS_PATH}"),
    PaginatedEndpoint(f"/account{CLIPS_PATH}/followed"),
    PaginatedEndpoint(f"/account{CLIPS_PATH}/favourites"),
    PaginatedEndpoint("/account/followings"),
)


def _measured(client: Client, path: str, query: dict[str, Any], most: int) -> Listing:
    """The list with its items, or with some more than `most` of them; none if it can't be read."""
    pages = islice(client.pages(path, **query, **page_query(size=MAX_PAGE_SIZE)), most // MAX_PAGE_SIZE + 2)
    try:
        return Listing(path, query, frozenset(item_ids(page.expect_ok() for page in pages)))
    except ExpectationFailed:
        return Listing(path, query)


def _searches(clips: list[JsonObject]) -> list[dict[str, Any]]:
    """Searches that leave less of a list that is too long: words of some titles."""
    words = [word for clip in clips[:MAX_OWNERS] for word in str(clip["title"]).split() if word.isalnum()]
    return [{"find[query]": word} for word in dict.fromkeys(words)][:MAX_OWNERS]


def _comments(clip: JsonObject) -> int:
    counts = clip.get("counts")
    count = counts.get("comments") if isinstance(counts, JsonObject) else None
    return count if isinstance(count, int) else 0
