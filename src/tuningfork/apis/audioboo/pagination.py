"""Pages by number: how they are asked for, and what they tell of the whole list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audioboo.envelope import envelope_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import Listing, fetch_all_pages

NUMBER, SIZE = "page[number]", "page[items]"
MAX_PAGE_SIZE = 150


def page_query(number: object = None, size: object = None) -> dict[str, Any]:
    """The query for the page of this number with so many items; what is None is not asked for."""
    return {name: value for name, value in ((NUMBER, number), (SIZE, size)) if value is not None}


def fetch_page(client: Client, place: Listing, number: object = None, size: object = None) -> Response:
    """One page of a list, which is 200, or ExpectationFailed."""
    return client.get(place.path, **place.query, **page_query(number, size)).expect_ok()


def item_ids(pages: Iterable[Response]) -> list[Any]:
    """The ids of the items of these pages, in their order."""
    return [one for page in pages for one in ids(page.items)]


def fetch_pages(client: Client, place: Listing, size: object = None) -> list[Response]:
    """All pages of a list, the empty one at its end too."""
    return fetch_all_pages(client, place, **page_query(size=size))


def fetch_all_ids(client: Client, place: Listing) -> frozenset[Any]:
    """The ids of what is in a list, as the largest pages give it."""
    return frozenset(item_ids(fetch_pages(client, place, MAX_PAGE_SIZE)))


def read_totals(answer: Response) -> tuple[int, int] | None:
    """Offset and count of a page; None if it tells neither, ExpectationFailed if they are no integers."""
    totals = envelope_body(answer).get("totals")
    if not isinstance(totals, JsonObject):
        return None
    offset, count = totals["offset"], totals["count"]
    for number in (offset, count):
        if not isinstance(number, int) or isinstance(number, bool):
            raise ExpectationFailed("totals of integers", repr(totals))
    return offset, count
