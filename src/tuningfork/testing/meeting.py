"""Requests of one user that wait for each other, so that they reach the server at the same moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from threading import Barrier, BrokenBarrierError, Lock

TIMEOUT_S = 5.0
"""How long a request waits for the others; they may wait for the rate limit of the target."""


class Meeting:
    """Lets a number of requests pass together; each further one passes at once.

    Args:
        count: how many requests meet.
    """

    def __init__(self, count: int) -> None:
        self._barrier = Barrier(count)
        self._expected = count
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many requests wait for the others."""
        return self._barrier.n_waiting

    def wait(self) -> None:
        """Wait until all requests are here, or one of them will not come."""
        with self._lock:
            self._expected -= 1
            is_late = self._expected < 0
        with contextlib.suppress(BrokenBarrierError):
            if not is_late:
                self._barrier.wait(TIMEOUT_S)

    @contextlib.contextmanager
    def sender(self) -> Iterator[None]:
        """Send one of the requests in the block; after it, the others no longer wait for one."""
        try:
            yield
        finally:
            self._barrier.abort()
