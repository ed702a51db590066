"""What one exchange may take: so many seconds and so many bytes, from the first look-up to the last byte."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Protocol

MAX_HEADER_BYTES = 2**20
"""Bytes that header, trailer and chunk sizes may take beside the body."""
CHUNK_BYTES = 65536
UNITS = {"GiB": 2**30, "MiB": 2**20, "KiB": 2**10}


class TooLargeError(OSError):
    """An answer has more bytes than the target's max_body allows."""


class Stream(Protocol):
    """A body that is read in pieces."""

    def stream(self, amt: int, decode_content: bool) -> Iterator[bytes]:
        """Pieces of at most `amt` bytes; their content coding may be removed."""


class RequestBudget:
    """The seconds and bytes that are left of one exchange.

    Args:
        seconds: for all of it.
        size: bytes of the body, before and after its content coding is removed.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self.exceeded = ""
        self.is_too_large = False
        self._seconds = seconds
        self._size = size
        self._deadline = time.monotonic() + seconds
        self._bytes = size + MAX_HEADER_BYTES

    def remaining_s(self) -> float:
        """What is left of the time; TimeoutError if nothing is."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.timeout_error()
        return left

    def timeout_error(self) -> TimeoutError:
        """The error of an operation that has used up the time."""
        self.exceeded = f"none within {self._seconds:g} seconds"
        return TimeoutError(self.exceeded)

    def count_bytes(self, count: int) -> None:
        """Count bytes off the wire; TooLargeError if there are too many."""
        self._bytes -= count
        if self._bytes < 0:
            raise self._too_large()

    def limit_error(self) -> OSError | None:
        """What the exchange has failed for, if it was the budget."""
        if self.is_too_large:
            return TooLargeError(self.exceeded)
        return TimeoutError(self.exceeded) if self.exceeded else None

    def limited_to(self, seconds: float) -> RequestBudget:
        """A budget of so many seconds, if so many are left."""
        return RequestBudget(min(seconds, self.remaining_s()), self._size)

    def read_body(self, body: Stream, decoded: bool = True) -> bytes:
        """A body, its content coding removed or not.

        Raises:
            TooLargeError: it is too long.
            OSError, HTTPException, HTTPError: it is not there as HTTP has it.
        """
        whole = io.BytesIO()
        try:
            for piece in body.stream(CHUNK_BYTES, decode_content=decoded):
                if whole.tell() + len(piece) > self._size:
                    raise self._too_large()
                whole.write(piece)
        except (ValueError, TypeError, AttributeError) as odd:  # of a library that did not expect this answer
            raise HTTPException(f"a body that can't be read ({odd})") from odd
        return whole.getvalue()

    def _too_large(self) -> TooLargeError:
        self.is_too_large = True
        self.exceeded = f"more than {format_size(self._size)}"
        return TooLargeError(self.exceeded)


def format_size(count: int) -> str:
    """A number of bytes in the largest unit that divides it."""
    for unit, size in UNITS.items():
        if count and count % size == 0:
            return f"{count // size} {unit}"
    return f"{count:,} bytes"


_thread = threading.local()


@contextmanager
def apply_budget(budget: RequestBudget) -> Iterator[RequestBudget]:
    """Have all sockets that this thread uses in the block keep to a budget."""
    outer = current_budget()
    _thread.budget = budget
    try:
        yield budget
    finally:
        _thread.budget = outer


def current_budget() -> RequestBudget | None:
    """The budget of this thread's exchange; None outside of one."""
    found: RequestBudget | None = getattr(_thread, "budget", None)
    return found
