"""The items of a list that a load run has created, and what the pages of the list must show of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.turns import Turns

MIN_SIZE, FIRST_SIZE, MAX_WALKED = 3, 50, 6
"""Sizes of the pages of a walk, and about how many pages it has."""
WALKS_TO_CONFIRM = 5
"""Walks that must all miss an item of another client before it counts as deleted."""


@dataclass(frozen=True)
class WalkedPage:
    """A page of a list.

    Args:
        keys: the keys of its items, as text.
        response: the response.
    """

    keys: list[str]
    response: Response


Walk = Callable[[int], list[WalkedPage]]
"""Reads a list from its first to its last page, with pages of the given size."""


class Shelf:
    """The items of a list that this run has created and not deleted.

    Args:
        age: the seconds after which the list must have a new item.
        turns: of those who read lists with these items; of this list only if not given.
    """

    def __init__(self, age: float = 0.0, turns: Turns | None = None) -> None:
        self.age = age
        self._turns = turns or Turns()
        self._items: dict[str, tuple[float, Any]] = {}
        self._length = 0

    def add(self, key: object, item: Any) -> None:
        """Add an item whose creation was confirmed, with its key in the list."""
        self._items[str(key)] = time.monotonic(), item

    def expected(self) -> dict[str, tuple[float, Any]]:
        """Return the items that the list must have by now, by their keys."""
        latest = time.monotonic() - self.age
        return {key: entry for key, entry in self._items.items() if entry[0] <= latest}

    def take(self, remaining: int) -> list[Any]:
        """Remove the newest items until so many remain, and return them; the user then disposes of them."""
        newest = list(self._items)[remaining:]
        return [self._items.pop(key)[1] for key in newest]

    def page_size(self, maximum: int | None = None) -> int:
        """Return a size with which a walk has about MAX_WALKED pages, by the length of the latest walk."""
        length = max(self._length, len(self._items))
        size = max(MIN_SIZE, length // MAX_WALKED) if self._length else FIRST_SIZE
        return min(size, maximum or size)

    def expect_walk(self, walk: Walk, maximum: int | None = None) -> None:
        """Expect each item exactly once on the pages of a walk, while others add items.

        Nothing is judged if another client has deleted an item meanwhile: the rest may have moved.

        Args:
            walk: reads the list from its first to its last page, with pages of the given size.
            maximum: the greatest size of a page.
        """
        with self.walking():
            before, size = self.expected(), self.page_size(maximum)
            pages = walk(size)
            found = Counter(key for page in pages for key in page.keys)
            self._length = len(found)
            wrong = self._wrong(before, found)
            if wrong:
                self._expect_nothing_deleted(set(found), walk, size)
        if wrong:
            shown = [each for each in pages if wrong[0] in each.keys] or [each for each in pages if each.keys]
            raise ExpectationFailed(
                f"each of {len(before)} items once on {len(pages)} pages while others are added",
                f"item {wrong[0]} {found[wrong[0]]} times",
                exchange=(shown or pages)[-1].response.exchange,
            )

    def expect_listed(self, fetch: Callable[[], WalkedPage]) -> None:
        """Expect each item that exists during a request for the whole list exactly once in the response."""
        before = self.expected()
        page = fetch()
        found = Counter(page.keys)
        wrong = self._wrong(before, found)
        if wrong:
            raise ExpectationFailed(
                f"each of {len(before)} items once in the list",
                f"item {wrong[0]} {found[wrong[0]]} times",
                exchange=page.response.exchange,
            )

    @property
    def may_delete(self) -> bool:
        """Whether no user walks through the list; see `Turns`."""
        return self._turns.may_delete

    def dispose(self, items: Iterable[Any], delete: Callable[[Any], object]) -> None:
        """Delete items, which are no longer expected, once no user walks through the list; see `Turns`."""
        self._turns.dispose(items, delete)

    def walking(self) -> AbstractContextManager[None]:
        """Return the block in which pages are read; see `Turns`."""
        return self._turns.walking()

    def deleting(self) -> AbstractContextManager[None]:
        """Return the block in which items are deleted; see `Turns`."""
        return self._turns.deleting()

    def _wrong(self, before: dict[str, tuple[float, Any]], found: Counter[str]) -> list[str]:
        """Return the keys of items that still exist and were not found once; an id may be given again.

        Nothing is judged if no item still exists.
        """
        kept = [key for key, entry in before.items() if self._items.get(key) is entry]
        if not kept:
            not_verified("no item of this run is old enough to be in the list")
        return [key for key in kept if found[key] != 1]

    def _expect_nothing_deleted(self, found: set[str], walk: Walk, size: int) -> None:
        """End the repetition without judging if items of others are gone that a walk has found.

        Smaller pages end at other items, which a server that loses the last one of a page then returns.
        """
        gone = found - self._items.keys()
        for smaller in range(WALKS_TO_CONFIRM):
            if not gone:
                return
            gone -= {key for page in walk(max(size - smaller, 1)) for key in page.keys}
        if gone:
            not_verified("other clients delete items of the list")
