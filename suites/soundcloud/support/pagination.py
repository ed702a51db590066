"""Reading SoundCloud's lists by next_href, and expectations of their pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import at_least_one, json_objects
from tuningfork.testing.pagination import Listing, assert_max_items, fetch_all_pages

MAX_PAGE_SIZE = 200


def fetch_item_keys(client: Client, listing: Listing) -> frozenset[str]:
    """Return the keys of all items of a list, read with the largest page size."""
    return frozenset(item_keys(fetch_all_pages(client, listing, limit=MAX_PAGE_SIZE)))


def item_keys(pages: Iterable[Response]) -> list[str]:
    """Return the keys of the items of these pages, in order."""
    return [item_key(item) for page in pages for item in json_objects(page.items)]


def item_key(item: JsonObject) -> str:
    """Return the id of an item; an activity has no id, and its key is the JSON text of its properties."""
    if "id" in item:
        return str(item["id"])
    origin = item.get("origin")
    origin_key = item_key(origin) if isinstance(origin, JsonObject) else origin
    return json.dumps({**item, "origin": origin_key}, sort_keys=True)


def assert_page_full(client: Client, listing: Listing, page: Response, limit: int, number: int = 1) -> None:
    """Raise ExpectationFailed unless a page has `limit` items, or fewer where items are hidden (SC-PAGE-12).

    Args:
        client: reads the list again to find hidden items.
        listing: the list.
        page: the page.
        limit: its page size.
        number: its number, from 1.
    """
    assert_max_items(page, limit)
    if len(page.items) < limit and not has_hidden_items(client, listing, limit * number):
        found = f"{len(page.items)} at {page.exchange.request.url}"
        raise ExpectationFailed(f"{limit} items, because there are more", found, exchange=page.exchange)


def assert_pages_full(client: Client, listing: Listing, pages: list[Response], limit: int) -> None:
    """Raise ExpectationFailed unless each page that has a next page is full."""
    for number, page in enumerate(at_least_one(pages, "the list has no page"), 1):
        if page.object.get("next_href") is not None:
            assert_page_full(client, listing, page, limit, number)
        assert_max_items(page, limit)


def has_hidden_items(client: Client, listing: Listing, positions: int) -> bool:
    """Return whether one of the first positions of a list is hidden: its page of size 1 is empty."""
    pages = islice(client.pages(listing.path, **listing.query, limit=1), positions)
    return any(not page.expect_ok().items for page in pages)


def sample_limits(size: int) -> list[int]:
    """Return page sizes for a list of this size: small ones for short lists, larger ones for long lists."""
    fixed = [limit for limit in (1, 2, 3, 7, 50, 199) if limit * 20 >= size]
    return sorted({*fixed[:5], min(max(1, size // 8), MAX_PAGE_SIZE)})
