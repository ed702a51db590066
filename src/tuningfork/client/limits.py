"""Limits of one exchange: the seconds from the address lookup to the last byte, and the bytes received."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Protocol

MAX_HEADER_BYTES = 2**20
"""Bytes that headers, trailers and chunk sizes may take in addition to the body."""
CHUNK_BYTES = 65536
UNITS = {"GiB": 2**30, "MiB": 2**20, "KiB": 2**10}


class TooLargeError(OSError):
    """The response body has more bytes than the target's `max_body` allows."""


class Stream(Protocol):
    """A body that is read in chunks."""

    def stream(self, amt: int, decode_content: bool) -> Iterator[bytes]:
        """Yield chunks of at most `amt` bytes; decode the content coding if `decode_content` is true."""


class RequestBudget:
    """The seconds and bytes that one exchange may still use.

    `exceeded` is a phrase about the exceeded limit, empty while no limit is exceeded.

    Args:
        seconds: the time limit of the whole exchange.
        size: maximum bytes of the body, both before and after its content coding is decoded.
    """

    def __init__(self, seconds: float, size: int) -> None:
        self.exceeded = ""  # a phrase about the exceeded limit
        self.is_too_large = False  # whether the exceeded limit is `size`
        self._seconds = seconds
        self._size = size
        self._deadline = time.monotonic() + seconds
        self._bytes_left = size + MAX_HEADER_BYTES

    def remaining_s(self) -> float:
        """Return the seconds that are left; raise TimeoutError if none are left."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise self.timeout_error()
        return remaining

    def timeout_error(self) -> TimeoutError:
        """Record that the time is used up and return the error to raise."""
        self.exceeded = f"no response within {self._seconds:g} s (timeout)"
        return TimeoutError(self.exceeded)

    def count_bytes(self, count: int) -> None:
        """Subtract received bytes from the budget; raise TooLargeError if it is exceeded."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise self._size_error()

    def limit_error(self) -> OSError | None:
        """Return the error for the exceeded limit; None if no limit was exceeded."""
        if self.is_too_large:
            return TooLargeError(self.exceeded)
        return TimeoutError(self.exceeded) if self.exceeded else None

    def limited_to(self, seconds: float) -> RequestBudget:
        """Return a new budget of at most `seconds`, or of the seconds that are left if these are fewer."""
        return RequestBudget(min(seconds, self.remaining_s()), self._size)

    def read_body(self, body: Stream, decoded: bool = True) -> bytes:
        """Read a body to its end and return it, with its content coding decoded unless `decoded` is false.

        Raises:
            TooLargeError: the body has more bytes than allowed.
            OSError, HTTPException, HTTPError: the body is incomplete or is not valid HTTP.
        """
        content = io.BytesIO()
        try:
            for piece in body.stream(CHUNK_BYTES, decode_content=decoded):
                if content.tell() + len(piece) > self._size:
                    raise self._size_error()
                content.write(piece)
        except (
            ValueError,
            TypeError,
            AttributeError,
        ) as error:  # urllib3 raises these for a malformed response
            raise HTTPException(f"the body can't be read ({error})") from error
        return content.getvalue()

    def _size_error(self) -> TooLargeError:
        """Record that the body is too large, and return the error to raise."""
        self.is_too_large = True
        self.exceeded = f"a body of more than {format_size(self._size)}"
        return TooLargeError(self.exceeded)


def format_size(count: int) -> str:
    """Return a number of bytes in the largest unit that divides it, such as "64 MiB"."""
    for unit, size in UNITS.items():
        if count and count % size == 0:
            return f"{count // size} {unit}"
    return f"{count:,} bytes"


_thread = threading.local()


@contextmanager
def apply_budget(budget: RequestBudget) -> Iterator[RequestBudget]:
    """Limit every socket that this thread uses in the block to `budget`."""
    outer = current_budget()
    _thread.budget = budget
    try:
        yield budget
    finally:
        _thread.budget = outer


def current_budget() -> RequestBudget | None:
    """Return the budget of this thread's exchange; None if no exchange is in progress."""
    budget: RequestBudget | None = getattr(_thread, "budget", None)
    return budget
