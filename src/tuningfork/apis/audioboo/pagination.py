"""Requests for pages by number, and the totals that pages contain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audioboo.envelope import envelope_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids
from tuningfork.testing.pagination import Listing, fetch_all_pages

NUMBER, SIZE = "page[number]", "page[items]"
MAX_PAGE_SIZE = 150


def page_query(number: object = None, size: object = None) -> dict[str, Any]:
    """Return the query for a page; parameters that are None are left out."""
    return {name: value for name, value in ((NUMBER, number), (SIZE, size)) if value is not None}


def fetch_page(client: Client, listing: Listing, number: object = None, size: object = None) -> Response:
    """Return one page of a list; ExpectationFailed if it is not a 200."""
    return client.get(listing.path, **listing.query, **page_query(number, size)).expect_ok()


def item_ids(pages: Iterable[Response]) -> list[Any]:
    """Return the ids of the items of these pages, in order."""
    return [id_ for page in pages for id_ in ids(page.items)]


def fetch_pages(client: Client, listing: Listing, size: object = None) -> list[Response]:
    """Return all pages of a list, including the empty one at its end."""
    return fetch_all_pages(client, listing, **page_query(size=size))


def fetch_all_ids(client: Client, listing: Listing) -> frozenset[Any]:
    """Return the ids of all items of a list, read with the maximum page size."""
    return frozenset(item_ids(fetch_pages(client, listing, MAX_PAGE_SIZE)))


def read_totals(response: Response) -> tuple[int, int] | None:
    """Return (offset, count) of a page, None without totals; ExpectationFailed if they are not integers."""
    totals = envelope_body(response).get("totals")
    if not isinstance(totals, JsonObject):
        return None
    offset, count = totals["offset"], totals["count"]
    for number in (offset, count):
        if not isinstance(number, int) or isinstance(number, bool):
            raise ExpectationFailed("totals: integers", to_json(totals))
    return offset, count
