"""The cursors that the reference server has handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through a list as a cursor stores it.

    Args:
        path: the path of the list.
        keys: the keys of the whole list when the walk began, in order.
        position: how many of these keys earlier pages had.
        query: the parameters of the first request.
        issued_at: when the cursor was handed out, in seconds since 1970.
    """

    path: str
    keys: Sequence[Any]
    position: int
    query: Mapping[str, str]
    issued_at: float


class Cursors:
    """The walks by their cursor; a cursor may be used again."""

    def __init__(self) -> None:
        self._walks: dict[str, Walk] = {}

    def add(self, walk: Walk) -> str:
        """Return the cursor of a walk."""
        cursor = hashlib.sha256(str(len(self._walks)).encode()).hexdigest()[:24]
        self._walks[cursor] = walk
        return cursor

    def find(self, cursor: str, path: str) -> Walk | None:
        """Return the walk of a cursor; None if it is not valid for this list."""
        walk = self._walks.get(cursor)
        return walk if walk is not None and walk.path == path else None

    def known(self) -> list[str]:
        """Return all cursors."""
        return list(self._walks)
