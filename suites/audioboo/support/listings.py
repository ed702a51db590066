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

MIN_ITEMS = 2
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

    def find(self, client: Client) -> Listing | None:
        """Return the list of MIN_ITEMS to MAX_ITEMS items nearest to TARGET_SIZE; None without one."""
        listings = [_fetch_listing(client, path, query) for path, query in self._candidates(client)]
        suitable = [listing for listing in listings if MIN_ITEMS <= listing.size <= MAX_ITEMS]
        return min(suitable, key=lambda listing: abs(listing.size - TARGET_SIZE), default=None)

    def _candidates(self, client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield path and query of lists of the endpoint."""
        if self.path == CLIPS_PATH:
            yield from ((CLIPS_PATH, query) for query in ({}, *_searches(fetch_newest_clips(client))))
        elif self.path == "/users":
            yield from ((self.path, {"find[query]": word}) for word in USER_SEARCHES)
        elif "{" in self.path:
            yield from ((path, {}) for path in self._owned_paths(fetch_newest_clips(client, MAX_PAGE_SIZE)))
        else:
            yield self.path, {}

    def _owned_paths(self, clips: list[JsonObject]) -> list[str]:
        """Return the paths of the lists of some tags, clips or users."""
        if "{tag}" in self.path:
            return [tag_path(tag["normalised_tag"]) for tag in most_common_tags(clips)[:MAX_OWNERS]]
        if "{clip_id}" in self.path:
            owners = ids(sorted(clips, key=_comment_count, reverse=True))[:MAX_OWNERS]
        else:
            owners = owner_ids(clips)[:MAX_OWNERS]
        return [re.sub(r"\{\w+\}", str(owner), self.path) for owner in owners]


_USER = "/users/{user_id}"
_PATHS = (
    CLIPS_PATH,
    f"{CLIPS_PATH}/featured",
    f"{CLIPS_PATH}/popular",
    f"{CLIPS_PATH}/{{clip_id}}/comments",
    "/tag/{tag}/audio_clips",
    "/users",
    f"{_USER}{CLIPS_PATH}",
    f"{_USER}{CLIPS_PATH}/followed",
    f"{_USER}{CLIPS_PATH}/favourites",
    f"{_USER}/followings",
    f"{_USER}/followers",
    f"{_USER}/playlists",
    f"/account{CLIPS_PATH}",
    f"/account{CLIPS_PATH}/followed",
    f"/account{CLIPS_PATH}/favourites",
    "/account/followings",
)
ENDPOINTS = tuple(map(PaginatedEndpoint, _PATHS))


def _fetch_listing(client: Client, path: str, query: dict[str, Any]) -> Listing:
    """Return a list with its first items, up to about MAX_ITEMS; without items if it can't be read."""
    max_pages = MAX_ITEMS // MAX_PAGE_SIZE + 2
    pages = islice(client.pages(path, **query, **page_query(size=MAX_PAGE_SIZE)), max_pages)
    try:
        return Listing(path, query, frozenset(item_ids(page.expect_ok() for page in pages)))
    except ExpectationFailed:
        return Listing(path, query)


def _searches(clips: list[JsonObject]) -> list[dict[str, Any]]:
    """Return searches by words of some titles, whose results are shorter than the list of all clips."""
    words = [word for clip in clips[:MAX_OWNERS] for word in str(clip["title"]).split() if word.isalnum()]
    return [{"find[query]": word} for word in dict.fromkeys(words)][:MAX_OWNERS]


def _comment_count(clip: JsonObject) -> int:
    """Return the number of comments of a clip; 0 if the clip does not have it."""
    counts = clip.get("counts")
    count = counts.get("comments") if isinstance(counts, JsonObject) else None
    return count if isinstance(count, int) else 0
