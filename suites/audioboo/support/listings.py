"""The paged lists: what each needs, and where one is found that can be walked to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tuningfork.apis.audioboo.lookup import CLIPS, OWNERS, newest_clips, users_of
from tuningfork.apis.audioboo.pagination import LARGEST_PAGE, asked, ids_of
from tuningfork.apis.audioboo.tags import tag_path, tags_in
from tuningfork.client.client import Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import Place

MOST = 400
"""Items of a list that is still walked to its end."""
AIM = 10
"""Items of the list that is best to walk: several pages, and one by one in a moment."""
WORDS = ("*", "a", "e", "o")
"""Searches that find some users."""


@dataclass(frozen=True, slots=True)
class PagedList:
    """A path that gives a list in pages; one in braces is its owner's id, or a tag."""

    path: str

    def __str__(self) -> str:
        return f"GET {self.path}"

    @property
    def personal(self) -> bool:
        """Whether it is the linked user's."""
        return self.path.startswith("/account/")

    @property
    def holds_clips(self) -> bool:
        """Whether its items are clips, for which max_time is documented."""
        return f"{CLIPS}/{{" not in self.path and CLIPS in self.path

    def find(self, client: Client, least: int = 2, most: int = MOST) -> Place | None:
        """The best list of at least and at most so many items; None if the target has none."""
        places = [_measured(client, path, query, most) for path, query in self._candidates(client)]
        fitting = [place for place in places if least <= place.size <= most]
        return min(fitting, key=lambda place: abs(place.size - max(AIM, least)), default=None)

    def _candidates(self, client: Client) -> Iterator[tuple[str, dict[str, Any]]]:
        if self.path == CLIPS:
            yield from ((CLIPS, query) for query in ({}, *_searches(newest_clips(client))))
        elif self.path == "/users":
            yield from ((self.path, {"find[query]": word}) for word in WORDS)
        elif "{" in self.path:
            yield from ((path, {}) for path in self._of_owners(newest_clips(client, LARGEST_PAGE)))
        else:
            yield self.path, {}

    def _of_owners(self, clips: list[JsonObject]) -> list[str]:
        """The paths of some owners' lists."""
        if "{tag}" in self.path:
            return [tag_path(tag["normalised_tag"]) for tag in tags_in(clips)[:OWNERS]]
        if "{clip_id}" in self.path:
            owners = ids(sorted(clips, key=_comments, reverse=True))[:OWNERS]
        else:
            owners = users_of(clips)[:OWNERS]
        return [re.sub(r"\{\w+\}", str(owner), self.path) for owner in owners]


_USER = "/users/{user_id}"

LISTS = (
    PagedList(CLIPS),
    PagedList(f"{CLIPS}/featured"),
    PagedList(f"{CLIPS}/popular"),
    PagedList(f"{CLIPS}/{{clip_id}}/comments"),
    PagedList("/tag/{tag}/audio_clips"),
    PagedList("/users"),
    PagedList(f"{_USER}{CLIPS}"),
    PagedList(f"{_USER}{CLIPS}/followed"),
    PagedList(f"{_USER}{CLIPS}/favourites"),
    PagedList(f"{_USER}/followings"),
    PagedList(f"{_USER}/followers"),
    PagedList(f"{_USER}/playlists"),
    PagedList(f"/account{CLIPS}"),
    PagedList(f"/account{CLIPS}/followed"),
    PagedList(f"/account{CLIPS}/favourites"),
    PagedList("/account/followings"),
)


def _measured(client: Client, path: str, query: dict[str, Any], most: int) -> Place:
    """The list with its items, or with some more than `most` of them; none if it can't be read."""
    pages = islice(client.pages(path, **query, **asked(size=LARGEST_PAGE)), most // LARGEST_PAGE + 2)
    try:
        return Place(path, query, frozenset(ids_of(page.is_ok() for page in pages)))
    except Unmet:
        return Place(path, query)


def _searches(clips: list[JsonObject]) -> list[dict[str, Any]]:
    """Searches that leave less of a list that is too long: words of some titles."""
    words = [word for clip in clips[:OWNERS] for word in str(clip["title"]).split() if word.isalnum()]
    return [{"find[query]": word} for word in dict.fromkeys(words)][:OWNERS]


def _comments(clip: JsonObject) -> int:
    counts = clip.get("counts")
    count = counts.get("comments") if isinstance(counts, JsonObject) else None
    return count if isinstance(count, int) else 0
