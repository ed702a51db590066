"""The time of a mock: real time, and as much more as a control has added."""

from __future__ import annotations

import time
from email.utils import formatdate

FURTHEST = 50 * 366 * 24 * 3600


class Clock:
    """Seconds since 1970, UTC. Tokens, windows, timestamps and the Date header all read this one clock."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970, with fractions."""
        return time.time() + self._ahead

    def date(self) -> str:
        """The Date header of an answer that is given now (RFC 9110, 5.6.7)."""
        return formatdate(self.now(), usegmt=True)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once.

        Raises:
            ValueError: not a number, back in time, or further than fifty years.
        """
        if not 0 <= seconds <= FURTHEST - self._ahead:
            raise ValueError("seconds is a number from 0 to fifty years")
        self._ahead += seconds

    def reset(self) -> None:
        """Back to real time."""
        self._ahead = 0.0
