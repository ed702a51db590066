"""Reading a list page by page, and expectations of its pages; each raises ExpectationFailed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

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
            f"the end of a list of {listing.size} items", f"a next page after {max_pages} pages"
        )
    return pages


def assert_same_items(item_ids: Sequence[Any], expected: Collection[Any]) -> None:
    """Raise ExpectationFailed unless each expected item occurs exactly once, and no other item.

    Args:
        item_ids: the ids of the items of all pages, in order.
        expected: the ids of the items of the list.
    """
    counts = Counter(item_ids)
    if repeated := [item_id for item_id, count in counts.items() if count > 1]:
        raise ExpectationFailed(
            "every item once", f"{len(repeated)} of {len(counts)} items twice: ids {_shown(repeated)}"
        )
    if missing := set(expected) - counts.keys():
        raise ExpectationFailed(
            f"all {len(expected)} items", f"no page with {len(missing)} of them: ids {_shown(missing)}"
        )
    if additional := counts.keys() - set(expected):
        raise ExpectationFailed(
            f"the {len(expected)} items that other page sizes give",
            f"{len(additional)} more: ids {_shown(additional)}",
        )


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
