"""Walking a list by next_href, and what every walk must keep to. What is not kept raises Unmet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.apis.soundcloud.finding import objects
from tuningfork.model import Unmet
from tuningfork.target.client import Answer, Client, JsonObject

T = TypeVar("T")
LARGEST_PAGE = 200
MOST_PAGES = 1000
"""Pages after which a list of unknown length is taken for one without an end."""


@dataclass(frozen=True, slots=True)
class Place:
    """One list of the target.

    Args:
        path: below the base URL.
        query: the parameters that narrow it.
        there: what tells its items apart, as they were when it was found; nothing if nobody has looked.
    """

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    there: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many items it had when it was found."""
        return len(self.there)


def walk(client: Client, place: Place, **query: Any) -> list[Answer]:
    """All pages of a list, each of them 200; Unmet if they do not end."""
    bound = 2 * place.size + 20 if place.there else MOST_PAGES
    pages = [page.is_ok() for page in islice(client.pages(place.path, **place.query, **query), bound)]
    if len(pages) == bound:
        raise Unmet(f"the end of a list of {place.size} items", f"{bound} pages and still a next one")
    return pages


def items_of(client: Client, place: Place) -> frozenset[str]:
    """What is in a list, as the largest pages give it."""
    return frozenset(identities(walk(client, place, limit=LARGEST_PAGE)))


def identities(pages: Iterable[Answer]) -> list[str]:
    """What tells the items of these pages apart, in their order."""
    return [identity(item) for page in pages for item in objects(page.items)]


def identity(item: JsonObject) -> str:
    """The id of a thing; an activity has none, and is told by all that it says of itself."""
    if "id" in item:
        return str(item["id"])
    origin = item.get("origin")
    told = identity(origin) if isinstance(origin, JsonObject) else origin
    return json.dumps({**item, "origin": told}, sort_keys=True)


def steadily(look: Callable[[], T], judge: Callable[[T], None], known: T | None = None) -> None:
    """Judge what others may be changing: a failure counts only if what is there is still the same.

    Args:
        look: sees what is there.
        judge: takes that, and asserts.
        known: what was there a while ago, to begin with.
    """
    there = look() if known is None else known
    for _ in range(3):
        try:
            judge(there)
        except AssertionError:
            before, there = there, look()
            if there == before:
                raise
        else:
            return
    not_verified("what is there changes faster than it is judged")


def visits_once(pages: Iterable[Answer], there: frozenset[str]) -> None:
    """The pages have all of these items, no others, and none twice (SC-PAGE-06)."""
    seen = identities(pages)
    twice = len(seen) - len(set(seen))
    if twice:
        raise Unmet("no item twice", f"{twice} of {len(seen)} again")
    if missed := there - set(seen):
        raise Unmet(f"all of {len(there)} items", f"all but {sorted(missed)[:3]}")
    if more := set(seen) - there:
        raise Unmet(f"the {len(there)} items that other limits give", f"{sorted(more)[:3]} too")


def ends_with_its_list(pages: list[Answer]) -> None:
    """The last page that next_href led to has something on it (SC-PAGE-05)."""
    if len(pages) > 1 and not pages[-1].items:
        raise Unmet("no next_href at the end of the list", f"one that leads to an empty page {len(pages)}")


def is_within(page: Answer, limit: int) -> None:
    """At most so many items (SC-PAGE-02)."""
    if len(page.items) > limit:
        raise Unmet(f"{limit} items at most", f"{len(page.items)} at {page.exchange.request.url}")


def is_full(client: Client, place: Place, page: Answer, limit: int, number: int = 1) -> None:
    """Exactly so many items on the page of this number, or fewer where some are filtered out (SC-PAGE-12)."""
    is_within(page, limit)
    if len(page.items) < limit and not hides(client, place, limit * number):
        raise Unmet(f"{limit} items, for there are more", f"{len(page.items)} at {page.exchange.request.url}")


def are_full(client: Client, place: Place, pages: list[Answer], limit: int) -> None:
    """The same for all pages that have a next one; the last one is only within its limit."""
    for number, page in enumerate(pages, 1):
        is_within(page, limit)
        if page.object.get("next_href") is not None:
            is_full(client, place, page, limit, number)


def hides(client: Client, place: Place, positions: int) -> bool:
    """Whether something among the first positions is filtered out: one by one, its page is empty."""
    pages = islice(client.pages(place.path, **place.query, limit=1), positions)
    return any(not page.is_ok().items for page in pages)


def some_limits(size: int) -> list[int]:
    """Fixed limits, and for a long list one in place of the smallest."""
    fixed = [limit for limit in (1, 2, 3, 7, 50, 199) if limit * 20 >= size]
    return sorted({*fixed[:5], min(max(1, size // 8), LARGEST_PAGE)})


def limits_at_the_end(size: int) -> list[int]:
    """Limits with which the last page is full, has one item, and is the only one."""
    divisors = [limit for limit in range(max(1, size // 8), size) if size % limit == 0]
    wanted = {*divisors[:1], size - 1, size, LARGEST_PAGE}
    return sorted(limit for limit in wanted if 1 <= limit <= LARGEST_PAGE)
