"""Decides when a target counts as lost: after too much waiting or too many requests without a response."""

from __future__ import annotations


class TargetHealth:
    """The waiting time and the unanswered requests of this process.

    `lost_reason` says why the target counts as lost; it is empty while the target does not.

    Args:
        seconds: maximum waiting time in total: Retry-After pauses, lists that lack a write, lost requests.
        max_lost: maximum number of consecutive requests without a response.
    """

    def __init__(self, seconds: float, max_lost: int) -> None:
        self.lost_reason = ""  # empty while the target does not count as lost
        self.unanswered_in_a_row = 0
        self._seconds = seconds
        self._seconds_left = seconds
        self._max_lost = max_lost

    def add_response(self) -> None:
        """Record that a request got a response."""
        self.unanswered_in_a_row = 0

    def add_unanswered(self, seconds: float) -> None:
        """Record that a request got no response within `seconds`."""
        self.unanswered_in_a_row += 1
        if self.unanswered_in_a_row >= self._max_lost:
            self.lost_reason = self.lost_reason or f"no response to {self._max_lost} requests in a row"
        self.add_wait(seconds)

    def add_wait(self, seconds: float) -> None:
        """Add to the waiting time; set `lost_reason` when it exceeds the maximum."""
        self._seconds_left -= seconds
        if self._seconds_left < 0:
            self.lost_reason = self.lost_reason or f"more than {self._seconds:g} s of waiting in total"
