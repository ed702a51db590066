"""Requests of one user that reach the server at the same moment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from threading import Barrier, BrokenBarrierError, Lock
from typing import Any

import requests

from tuningfork.client.network import NetworkAdapter

MEETING_TIMEOUT_S = 5.0
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

    def wait(self) -> None:
        """Wait until all requests are here, or one of them will not come."""
        with self._lock:
            self._expected -= 1
            is_late = self._expected < 0
        with contextlib.suppress(BrokenBarrierError):
            if not is_late:
                self._barrier.wait(MEETING_TIMEOUT_S)

    def leave(self) -> None:
        """Let all others pass: the sender of one request sends no more."""
        self._barrier.abort()


class MeetingAdapter(NetworkAdapter):
    """Sends the requests of one user; those of a meeting wait for each other right before."""

    _meeting: Meeting | None = None

    @contextlib.contextmanager
    def meeting(self, count: int) -> Iterator[Meeting]:
        """Let the next `count` requests wait for each other."""
        meeting = self._meeting = Meeting(count)
        try:
            yield meeting
        finally:
            self._meeting = None

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request once the others of its meeting are here; see NetworkAdapter."""
        if self._meeting is not None:
            self._meeting.wait()
        return super().send(request, *arguments, **options)
