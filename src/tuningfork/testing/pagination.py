"""Walking a list to its end, and what every walk must keep to. What is not kept raises Unmet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Answer, Client
from tuningfork.model import Unmet

T = TypeVar("T")
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
    there: frozenset[Any] = frozenset()

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


def steadily(look: Callable[[], T], judge: Callable[[T], None], known: T | None = None) -> None:
    """Judge what others may be changing: a failure counts if what is there was the same before and after it.

    It counts the second time, since what came and went again is seen neither before nor after.

    Args:
        look: sees what is there.
        judge: takes that, and asserts.
        known: what was there a while ago, to begin with.
    """
    there, failed = look() if known is None else known, False
    for _ in range(4):
        try:
            judge(there)
        except AssertionError:
            before, there = there, look()
            if failed and there == before:
                raise
            failed = there == before
        else:
            return
    not_verified("what is there changes faster than it is judged")


def each_once(seen: Sequence[Any], there: Collection[Any]) -> None:
    """A walk has seen all of these items, no others, and none twice."""
    visited = set(seen)
    twice = len(seen) - len(visited)
    if twice:
        raise Unmet("no item twice", f"{twice} of {len(seen)} again")
    if missed := set(there) - visited:
        raise Unmet(f"all of {len(there)} items", f"all but {sorted(missed, key=str)[:3]}")
    if more := visited - set(there):
        raise Unmet(
            f"the {len(there)} items that another size of page gives", f"{sorted(more, key=str)[:3]} too"
        )


def is_within(page: Answer, size: int) -> None:
    """At most so many items."""
    if len(page.items) > size:
        raise Unmet(f"{size} items at most", f"{len(page.items)} at {page.exchange.request.url}")


def sizes_at_the_end(count: int, largest: int) -> list[int]:
    """Sizes with which the last page of so many items is full, has one item, and is the only one."""
    divisors = [size for size in range(max(1, count // 8), count) if count % size == 0]
    wanted = {*divisors[:1], count - 1, count, largest}
    return sorted(size for size in wanted if 1 <= size <= largest)
