"""Scenarios of a load run: the steps that each simulated user repeats, and what the steps may use."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import pytest

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.model import ExpectationFailed
from tuningfork.testing.meeting import Meeting

T = TypeVar("T")
MIN_SIZE, FIRST_SIZE, MAX_WALKED = 3, 50, 6
"""Sizes of the pages of a walk, and about how many pages it has."""
FIRST_ITEMS, NEW_ITEMS = 10, 3
"""Items that a user adds to a list: the one that is alone, and each other one during its walk."""
MAX_UNWANTED = 30
"""Items that wait for their deletion until the walks have to end."""
WALKS_TO_CONFIRM = 5
"""Walks that must all miss an item of another client before it counts as deleted."""


@dataclass(frozen=True)
class Scenario:
    """What a user does again and again. An API's module `load` lists its own ones in SCENARIOS.

    Args:
        name: the name in the report.
        steps: sends the requests of one repetition, and judges them with `LoadUser.judging`.
        claims: the claims that the steps can judge.
        needs: what the target must offer: "write", "user".
    """

    name: str
    steps: Callable[[LoadUser], None]
    claims: tuple[str, ...]
    needs: tuple[str, ...] = ()


class Judge(Protocol):
    """Returns a block in which a failed expectation breaks these claims, and a met one confirms them."""

    def __call__(self, *claims: str) -> AbstractContextManager[None]:
        """Return the block."""


@dataclass
class LoadUser:
    """A simulated user in one repetition of a scenario.

    Args:
        client: has the credentials of the principal that writes.
        unauthenticated: has no credentials.
        contract: of the API.
        settings: of the API on the target.
        unique_name: returns a new text for a word, with a mark by which clean-up finds what it names.
        judging: returns the block in which claims are judged; a failure in it ends the repetition.
        meeting: returns the block in which the next requests of the user, so many, reach the server together.
        random: the random choices of this user.
        probe_path: a path that shows whether a token is accepted.
        shared: what all users of the API share.
        may_write: whether the run may create, change and delete items.
        is_alone: whether no other user is active: `at_once` then sends one request after the other.
    """

    client: Client
    unauthenticated: Client
    contract: Contract
    settings: Settings
    unique_name: Callable[[str], str]
    judging: Judge
    meeting: Callable[[int], AbstractContextManager[Meeting]]
    random: random.Random
    probe_path: str
    shared: SharedState
    may_write: bool = True
    is_alone: bool = False

    def stock(self, add: Callable[[], object]) -> None:
        """Add items to a list while the user is alone; the other users expect them from their start."""
        for _ in range(FIRST_ITEMS if self.is_alone else 0):
            add()

    def walk(self, pages: Iterable[WalkedPage], add: Callable[[], object]) -> list[WalkedPage]:
        """Return the pages of a list; unless the user is alone, add an item while the first ones are read."""
        iterator, walked = iter(pages), list[WalkedPage]()
        for _ in range(0 if self.is_alone else NEW_ITEMS):
            page = self.meanwhile(lambda: next(iterator, None), add)
            if page is None:
                return walked
            walked.append(page)
        return [*walked, *iterator]

    def meanwhile(self, read: Callable[[], T], write: Callable[[], object]) -> T:
        """Return what `read` returns, while the first request of `write` is sent at the same moment.

        A write that fails is not what the reader judges: then the repetition judges nothing.
        """

        def write_at_meeting() -> None:
            with meeting.sender():
                write()

        with self.meeting(2) as meeting, ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write_at_meeting)
            with meeting.sender():
                value = read()
            try:
                writing.result()
            except ExpectationFailed as failure:
                not_verified(f"a write failed: expected {failure.expected}; found {failure.found}")
        return value

    def at_once(
        self, count: int, send: Callable[[Client], Response], client: Client | None = None
    ) -> list[Response]:
        """Return the responses to `count` requests that are sent at the same moment.

        Args:
            count: how many requests.
            send: sends one of them with the given client.
            client: whose credentials they have; those of the user if not given.
        """
        sender = client or self.client
        if self.is_alone:
            return [send(sender) for _ in range(count)]

        def send_at_meeting(own: Client) -> Response:
            with meeting.sender():
                return send(own)

        senders = [sender.copy() for _ in range(count)]
        with self.meeting(count) as meeting, ThreadPoolExecutor(count) as pool:
            return list(pool.map(send_at_meeting, senders))


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


@dataclass
class SharedState:
    """What the users of one API share.

    Args:
        settle: the seconds for which a list may lack the result of a write.
    """

    settle: float = 0.0
    shelves: dict[str, Shelf] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def get(self, name: str, make: Callable[[], T]) -> T:
        """Return the value of a name; the first user makes it while the others wait."""
        with self._lock:
            if name not in self._values:
                self._values[name] = make()
            value: T = self._values[name]
            return value

    def wait(self) -> None:
        """Sleep until each list must have the items that were created so far."""
        ages = [shelf.age for shelf in self.shelves.values()]
        time.sleep(max(ages, default=0.0))

    def shelf(self, name: str, age: float = 0.0) -> Shelf:
        """Return the created items of a list, which must have them once they are `age` seconds old."""
        return self.shelves.setdefault(name, Shelf(max(age, self.settle)))


class Shelf:
    """The items of a list that this run has created and not deleted.

    Args:
        age: the seconds after which the list must have a new item.
    """

    def __init__(self, age: float = 0.0) -> None:
        self.age = age
        self._items: dict[str, tuple[float, Any]] = {}
        self._condition = threading.Condition()
        self._unwanted: list[Any] = []
        self._length = 0
        self._walks = 0
        self._deletions = 0

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
        """Whether no user walks through the list, or walks end because another user waits to delete."""
        return not self._walks or bool(self._deletions)

    def dispose(self, items: Iterable[Any], delete: Callable[[Any], object]) -> None:
        """Delete items once no user walks through the list; clean-up deletes those that are left at the end.

        Args:
            items: the items, which are no longer expected in the list.
            delete: sends the request that deletes an item.
        """
        self._unwanted += items
        if self._unwanted and (self.may_delete or len(self._unwanted) > MAX_UNWANTED):
            with self.deleting():
                unwanted, self._unwanted = self._unwanted, []
                for item in unwanted:
                    with contextlib.suppress(ExpectationFailed, pytest.skip.Exception):
                        delete(item)

    @contextlib.contextmanager
    def walking(self) -> Iterator[None]:
        """Read pages in the block; no item is deleted meanwhile with `deleting`."""
        with self._condition:
            self._condition.wait_for(lambda: not self._deletions)
            self._walks += 1
        try:
            yield
        finally:
            with self._condition:
                self._walks -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def deleting(self) -> Iterator[None]:
        """Delete items in the block while no walk reads pages: deletions may move items between pages."""
        with self._condition:
            self._deletions += 1
            self._condition.wait_for(lambda: not self._walks)
        try:
            yield
        finally:
            with self._condition:
                self._deletions -= 1
                self._condition.notify_all()

    def _wrong(self, before: dict[str, tuple[float, Any]], found: Counter[str]) -> list[str]:
        """Return the keys of items that still exist and were not found once; an id may be given again."""
        return [key for key, entry in before.items() if self._items.get(key) is entry and found[key] != 1]

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
