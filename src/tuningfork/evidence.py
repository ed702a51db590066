"""The exchanges that the running test has read: what its expectations are about."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from tuningfork.json_text import read_json

E = TypeVar("E")

MAX_COMPARED = 4
"""Exchanges that one expectation compares at most; of more, the last ones count."""


class Evidence(Generic[E]):
    """The exchanges whose responses a test has read since its last expectation was met.

    A test rarely says which exchange an expectation is about, but it has just read the response.
    """

    def __init__(self) -> None:
        self._reads: dict[int, Read[E]] = {}  # by the identity of the exchange
        self._judged: dict[int, Read[E]] = {}
        self._positions: dict[int, tuple[weakref.ref[E], int]] = {}
        self._count = 0
        self._lock = threading.Lock()  # a test may send from several threads

    def reset(self) -> None:
        """Forget all exchanges when a test begins."""
        self._reads, self._judged, self._positions = {}, {}, {}

    def add(self, exchange: E, parent: object = None, name: str = "") -> None:
        """Note that the test reads a response, or the property `name` of the object `parent` in its body."""
        with self._lock:
            read = self._reads.get(id(exchange)) or self._add_read(exchange)
            read.parent, read.name = parent, name

    def _add_read(self, exchange: E) -> Read[E]:
        """Note that the test reads a response for the first time since its last expectation was met."""
        key = id(exchange)
        known, position = self._positions.get(key, (None, 0))
        if known is None or known() is not exchange:  # an earlier object may have had the same id
            self._count += 1
            position = self._count
            self._positions[key] = weakref.ref(exchange), position
        read = self._reads[key] = Read(exchange, position)
        if len(self._reads) > MAX_COMPARED:  # a server may send large bodies
            del self._reads[min(self._reads, key=lambda each: self._reads[each].position)]
        return read

    def settle(self) -> None:
        """Note that an expectation was met: later ones are about what is read from now on."""
        with self._lock:
            self._reads, self._judged = {}, self._compared()

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Ignore what is read in the block: the responses to a login or to clean-up, which no test judges."""
        reads, judged = dict(self._reads), self._judged
        try:
            yield
        finally:
            self._reads, self._judged = reads, judged

    def current(self) -> list[Read[E]]:
        """Return what was read since the last expectation; if nothing was read, what that one compared.

        The order is that in which the test first read the responses, which is that in which they came.
        """
        return _in_order(self._reads or self._judged)

    def judged(self) -> list[Read[E]]:
        """Return what the last expectation compared, or what was read since then if that is more."""
        return _in_order(self._compared())

    def _compared(self) -> dict[int, Read[E]]:
        """Return what was read since the last expectation; if that one read it too, all that it read."""
        if self._reads.keys() <= self._judged.keys():
            return self._judged | self._reads
        return self._reads

    def of(self, exchange: E) -> Read[E] | None:
        """Return what was read of an exchange; None if neither this expectation nor the last one read it."""
        return self._reads.get(id(exchange)) or self._judged.get(id(exchange))


class Read(Generic[E]):
    """A response that a test has read, and the property of its body that it has read last.

    Args:
        exchange: the exchange of the response.
        position: counts the responses in the order in which the test first read them.
    """

    __slots__ = ("exchange", "name", "parent", "position")

    def __init__(self, exchange: E, position: int) -> None:
        self.exchange = exchange
        self.position = position
        self.parent: Any = None
        self.name = ""


def _in_order(reads: dict[int, Read[E]]) -> list[Read[E]]:
    return sorted(reads.values(), key=lambda read: read.position)


def find_property(body: bytes, parent: Any, name: str) -> str:
    """Return the JSON pointer (RFC 6901) of a property; empty if `body` is not JSON or lacks the object.

    Args:
        body: a response body.
        parent: an object in it; of several equal ones, the first counts.
        name: the name of a property of this object.
    """
    try:
        pointer = _find(read_json(body), parent)
    except ValueError:
        return ""
    return "" if pointer is None else f"{pointer}/{_escape(name)}"


def _find(value: Any, wanted: Any, pointer: str = "") -> str | None:
    """Return the JSON pointer of the first value that equals `wanted`; None without one."""
    if value == wanted:
        return pointer
    children: Iterable[tuple[object, Any]] = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    found = (_find(child, wanted, f"{pointer}/{_escape(str(key))}") for key, child in children)
    return next((each for each in found if each is not None), None)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
