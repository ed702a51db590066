"""The turns of users who read the lists of a resource, and of those who delete its items."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tuningfork.model import ExpectationFailed

MAX_UNWANTED = 30
"""Items that wait for their deletion until the walks have to end."""


class Turns:
    """Lets several users read pages at once, or several users delete items."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._unwanted: list[Any] = []
        self._walks = 0
        self._deletions = 0

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
