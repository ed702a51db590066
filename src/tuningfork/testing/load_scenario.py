"""Scenarios of a load run: the steps that each simulated user repeats, and what the steps may use."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.model import ExpectationFailed
from tuningfork.testing.meeting import Meeting
from tuningfork.testing.shelf import Shelf, WalkedPage
from tuningfork.testing.turns import Turns

T = TypeVar("T")
FIRST_ITEMS, NEW_ITEMS = 10, 3
"""Items that a user adds to a list: the one that is alone, and each other one during its walk."""


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
        """Add items to a list while the user is alone, and wait until it must have them."""
        if self.is_alone:
            for _ in range(FIRST_ITEMS):
                add()
            self.shared.wait()

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


@dataclass
class SharedState:
    """What the users of one API share.

    Args:
        settle: the seconds for which a list may lack the result of a write.
    """

    settle: float = 0.0
    sessions: Turns = field(default_factory=Turns)
    """The turns of users who log in, and of those who need that no other user does."""
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

    def shelf(self, name: str, age: float = 0.0, resource: str | None = None) -> Shelf:
        """Return the created items of a list, which must have them once they are `age` seconds old.

        Args:
            name: the name of the list.
            age: the age in seconds.
            resource: whose items they are; no list of a resource is read while its items are deleted.
        """
        turns = self.turns(name if resource is None else resource)
        return self.shelves.setdefault(name, Shelf(max(age, self.settle), turns))

    def turns(self, name: str) -> Turns:
        """Return the turns of those who read the lists of a resource and those who delete its items."""
        return self.get(f"turns of {name}", Turns)
