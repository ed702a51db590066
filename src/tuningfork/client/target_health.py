"""How long a run waits for its target before the target counts as lost."""

from __future__ import annotations


class TargetHealth:
    """Counts the waiting and the requests without an answer of one process.

    Args:
        seconds: of waiting in all: pauses that the target asks for, lists that never catch up, lost requests.
        max_lost: requests in a row without an answer.
    """

    def __init__(self, seconds: float, max_lost: int) -> None:
        self.reason = ""
        self.streak = 0
        self._seconds = seconds
        self._left = seconds
        self._max_lost = max_lost

    def answered(self) -> None:
        """A request was answered, whatever the answer was."""
        self.streak = 0

    def lost(self, seconds: float) -> None:
        """A request was left without an answer for so long."""
        self.streak += 1
        if self.streak >= self._max_lost:
            self.reason = self.reason or f"no answer to {self._max_lost} requests in a row"
        self.waited(seconds)

    def waited(self, seconds: float) -> None:
        """So much time has been waited."""
        self._left -= seconds
        if self._left < 0:
            self.reason = self.reason or f"more than {self._seconds:g} seconds of waiting in all"
