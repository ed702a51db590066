"""Walking a list by next_href, and what every walk must keep to. What is not kept raises Unmet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice

from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.listings import at_least_one, objects
from tuningfork.testing.pagination import Place, each_once, is_within, sizes_at_the_end, walk

LARGEST_PAGE = 200


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


def visits_once(pages: Iterable[Answer], there: frozenset[str]) -> None:
    """The pages have all of these items, no others, and none twice (SC-PAGE-06)."""
    each_once(identities(pages), there)


def ends_with_its_list(pages: list[Answer]) -> None:
    """The last page that next_href led to has something on it (SC-PAGE-05)."""
    if len(pages) > 1 and not pages[-1].items:
        raise Unmet("no next_href at the end of the list", f"one that leads to an empty page {len(pages)}")


def is_full(client: Client, place: Place, page: Answer, limit: int, number: int = 1) -> None:
    """Exactly so many items on the page of this number, or fewer where some are filtered out (SC-PAGE-12)."""
    is_within(page, limit)
    if len(page.items) < limit and not hides(client, place, limit * number):
        raise Unmet(f"{limit} items, for there are more", f"{len(page.items)} at {page.exchange.request.url}")


def are_full(client: Client, place: Place, pages: list[Answer], limit: int) -> None:
    """The same for all pages that have a next one; the last one is only within its limit."""
    for number, page in enumerate(at_least_one(pages, "the list has no page"), 1):
        if page.object.get("next_href") is not None:
            is_full(client, place, page, limit, number)
        is_within(page, limit)


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
    return sizes_at_the_end(size, LARGEST_PAGE)
