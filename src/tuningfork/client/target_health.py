"""Decides when a target counts as lost: after too much waiting or too many requests without a response."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class TargetHealth:
    """The waiting time and the unanswered requests of this process, in all its threads.

    `lost_reason` says why the target counts as lost; it is empty while the target does not. What requests
    that are in flight together wait for counts once.

    Args:
        seconds: maximum waiting time in total: Retry-After pauses, lists that lack a write, lost requests.
        max_lost: maximum number of consecutive requests without a response.
        clock: returns the seconds of a monotonic clock.
    """

    def __init__(self, seconds: float, max_lost: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.lost_reason = ""  # empty while the target does not count as lost
        self.unanswered_in_a_row = 0
        self._seconds = seconds
        self._seconds_left = seconds
        self._max_lost = max_lost
        self._clock = clock
        self._lock = threading.Lock()
        self._unanswered_at = self._waited_until = -math.inf

    def add_response(self) -> None:
        """Record that a request got a response."""
        self.unanswered_in_a_row = 0

    def add_unanswered(self, seconds: float) -> None:
        """Record that a request got no response, `seconds` after it was sent."""
        with self._lock:
            now = self._clock()
            if now - seconds >= self._unanswered_at:  # it was sent after the last one had got no response
                self.unanswered_in_a_row += 1
                self._unanswered_at = now
            if self.unanswered_in_a_row >= self._max_lost:
                self.lost_reason = self.lost_reason or f"no response to {self._max_lost} requests in a row"
        self.add_wait(seconds)

    def add_wait(self, seconds: float) -> None:
        """Add the last `seconds` to the waiting time; set `lost_reason` when it exceeds the maximum."""
        now = self._clock()
        self._add_period(now - seconds, now)

    def add_pause(self, seconds: float) -> None:
        """Add the next `seconds` to the waiting time; set `lost_reason` when it exceeds the maximum."""
        now = self._clock()
        self._add_period(now, now + seconds)

    def _add_period(self, start: float, end: float) -> None:
        """Add the part of a period that no thread has added before."""
        with self._lock:
            self._seconds_left -= max(0.0, end - max(start, self._waited_until))
            self._waited_until = max(end, self._waited_until)
            if self._seconds_left < 0:
                self.lost_reason = self.lost_reason or f"more than {self._seconds:g} s of waiting in total"
