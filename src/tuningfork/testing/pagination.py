"""Reading a list page by page, and expectations of its pages; each raises ExpectationFailed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urlsplit

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import EVIDENCE, ExpectationFailed
from tuningfork.testing.listings import item_id, json_objects

MAX_PAGES = 1000
"""Pages after which a list of unknown length counts as endless."""
MAX_IDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of the target.

    Args:
        path: below the base URL, such as "/users/7/tracks".
        query: the parameters that narrow the list, such as {"q": "word"}.
        item_ids: the ids of its items when it was found; empty if it has not been read yet.
    """

    path: str
    query: dict[str, Any] = field(default_factory=dict)
    item_ids: frozenset[Any] = frozenset()

    @property
    def size(self) -> int:
        """Return the number of items that the list had when it was found."""
        return len(self.item_ids)


@dataclass(frozen=True, slots=True)
class _Location:
    """A page with its number from 1, and one of its items; None for the page as a whole."""

    number: int
    page: Response
    item: JsonObject | None = None


def fetch_all_pages(client: Client, listing: Listing, **query: Any) -> list[Response]:
    """Return all pages of a list.

    Raises:
        ExpectationFailed: the status of a page is not 200, or the list does not end.
    """
    max_pages = 2 * listing.size + 20 if listing.item_ids else MAX_PAGES
    all_pages = client.pages(listing.path, **listing.query, **query)
    pages = [page.expect_ok() for page in islice(all_pages, max_pages)]
    if len(pages) == max_pages:
        raise ExpectationFailed(
            f"the end of a list of {listing.size} items",
            f"a next page after {max_pages} pages of {_request(pages)}",
            exchange=pages[-1].exchange,
        )
    return pages


def assert_same_items(
    pages: Iterable[Response], expected: Collection[Any], key: Callable[[JsonObject], Any] = item_id
) -> None:
    """Raise ExpectationFailed unless each expected item is on exactly one page, and no other item.

    The error has the page that breaks the expectation, and the other pages that it is compared with.

    Args:
        pages: all pages of a list, in order.
        expected: the keys of the items of the list.
        key: returns what identifies an item: by default its id.
    """
    all_pages = list(pages)
    found_items = _items_by_key(all_pages, key)
    repeated = {each: locations for each, locations in found_items.items() if len(locations) > 1}
    if repeated:
        locations = next(iter(repeated.values()))
        same = [each for each in repeated if _numbers(repeated[each]) == _numbers(locations)]
        found = f"{_items(same)} {_times(len(locations))}, {_on_pages(locations)} of {_request(all_pages)}"
        raise _failure("every item once", found, locations[::-1], key)
    if missing := set(expected) - found_items.keys():
        found = f"{_items(missing)} on none of the {len(all_pages)} pages of {_request(all_pages)}"
        raise _failure(f"all {len(expected)} items of the list", found, _shortest(all_pages), key)
    if additional := sorted(found_items.keys() - set(expected), key=str):
        locations = found_items[additional[0]]
        found = f"{_items(additional)} too, {_on_pages(locations)} of {_request(all_pages)}"
        raise _failure(f"the {len(expected)} items of the list", found, locations, key)
    EVIDENCE.settle()


def _items_by_key(pages: Sequence[Response], key: Callable[[JsonObject], Any]) -> dict[Any, list[_Location]]:
    """Return where each item is, by the key of the item."""
    locations: dict[Any, list[_Location]] = {}
    for number, page in enumerate(pages, 1):
        for item in json_objects(page.items):
            locations.setdefault(key(item), []).append(_Location(number, page, item))
    return locations


def _failure(
    expected: str, found: str, locations: Sequence[_Location], key: Callable[[JsonObject], Any]
) -> ExpectationFailed:
    """Return the error whose exchange is the first of the pages; it compares the others with it."""
    if locations:
        _ = locations[0].page.items
    if locations and locations[0].item is not None:
        key(locations[0].item)  # the error points to the property that is read last
    exchanges = list({id(location.page): location.page.exchange for location in locations}.values())
    return ExpectationFailed(expected, found, None, next(iter(exchanges), None), exchanges[1:])


def _shortest(pages: Sequence[Response]) -> list[_Location]:
    """Return the first page that is shorter than the one before it, else the last page."""
    lengths = [len(page.items) for page in pages]
    pairs = enumerate(pairwise(lengths), 2)
    number = next((number for number, (before, length) in pairs if length < before), len(pages))
    return [_Location(number, pages[number - 1])] if pages else []


def _request(pages: Sequence[Response]) -> str:
    """Return the method, path and query of the first page: "GET /tracks?limit=7"."""
    if not pages:
        return "an empty list"
    request = pages[0].exchange.request
    parts = urlsplit(request.url)
    return f"{request.method} {parts.path}" + (f"?{parts.query}" if parts.query else "")


def _items(keys: Iterable[Any]) -> str:
    """Return the first keys in words: "item 17", "items 17, 20, …"."""
    ordered = sorted(keys, key=str)
    return f"item{'s' if len(ordered) > 1 else ''} {_shown(ordered)}"


def _numbers(locations: Sequence[_Location]) -> list[int]:
    """Return the numbers of pages."""
    return [location.number for location in locations]


def _on_pages(locations: Sequence[_Location]) -> str:
    """Return the numbers of pages in words: "on page 3", "on pages 1 and 2"."""
    distinct = list(map(str, dict.fromkeys(_numbers(locations))))
    if len(distinct) == 1:
        return f"on page {distinct[0]}"
    return f"on pages {', '.join(distinct[:-1])} and {distinct[-1]}"


def _times(count: int) -> str:
    """Return a number of times in words: "twice", "3 times"."""
    return "twice" if count == 2 else f"{count} times"


def assert_max_items(page: Response, max_items: int) -> None:
    """Raise ExpectationFailed if a page has more than `max_items` items."""
    if len(page.items) > max_items:
        raise ExpectationFailed(
            f"{max_items} items at most",
            f"{len(page.items)} at {page.exchange.request.url}",
            exchange=page.exchange,
        )


def boundary_page_sizes(item_count: int, max_size: int) -> list[int]:
    """Return page sizes, at most `max_size`, that test the end of a list of `item_count` items.

    With them the last page is full, has one item, or is the only page.
    """
    divisors = [size for size in range(max(1, item_count // 8), item_count) if item_count % size == 0]
    sizes = {*divisors[:1], item_count - 1, item_count, max_size}
    return sorted(size for size in sizes if 1 <= size <= max_size)


def _shown(item_ids: Iterable[Any]) -> str:
    """Return the first ids in words; they may be numbers and strings."""
    ordered = sorted(item_ids, key=str)
    return ", ".join(map(str, ordered[:MAX_IDS_SHOWN])) + (", …" if len(ordered) > MAX_IDS_SHOWN else "")
