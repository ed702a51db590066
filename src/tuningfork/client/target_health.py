"""How long a run waits for its target before the target counts as lost."""

from __future__ import annotations


class TargetHealth:
    """Counts the waiting and the requests without an answer of one process.

    Args:
        seconds: of waiting in all: pauses that the target asks for, lists that never catch up, lost requests.
        max_lost: requests in a row without an answer.
    """

    def __init__(self, seconds: float, max_lost: int) -> None:
        self.lost_reason = ""
        self.unanswered_in_a_row = 0
        self._seconds = seconds
        self._left = seconds
        self._max_lost = max_lost

    def add_response(self) -> None:
        """A request was answered, whatever the answer was."""
        self.unanswered_in_a_row = 0

    def add_unanswered(self, seconds: float) -> None:
        """A request was left without an answer for so long."""
        self.unanswered_in_a_row += 1
        if self.unanswered_in_a_row >= self._max_lost:
            self.lost_reason = self.lost_reason or f"no answer to {self._max_lost} requests in a row"
        self.add_wait(seconds)

    def add_wait(self, seconds: float) -> None:
        """So much time has been waited."""
        self._left -= seconds
        if self._left < 0:
            self.lost_reason = self.lost_reason or f"more than {self._seconds:g} seconds of waiting in all"
