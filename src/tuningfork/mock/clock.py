"""The clock of a mock: real time, plus the offset that the control /clock adds."""

from __future__ import annotations

import time
from email.utils import formatdate

MAX_OFFSET_S = 50 * 366 * 24 * 3600


class Clock:
    """The time of a mock in seconds since 1970, used for tokens, rate limits, timestamps and Date."""

    def __init__(self) -> None:
        self._offset_s = 0.0

    def now(self) -> float:
        """Return the seconds since 1970, with fractions."""
        return time.time() + self._offset_s

    def date(self) -> str:
        """Return the Date header of a response that is sent now (RFC 9110, 5.6.7)."""
        return formatdate(self.now(), usegmt=True)

    def advance(self, seconds: float) -> None:
        """Advance the clock by `seconds`.

        Raises:
            ValueError: `seconds` is not a number, negative, or takes the clock more than fifty years ahead.
        """
        if not 0 <= seconds <= MAX_OFFSET_S - self._offset_s:
            raise ValueError("advance is not a number of seconds from 0 to fifty years")
        self._offset_s += seconds

    def reset(self) -> None:
        """Return to real time."""
        self._offset_s = 0.0
