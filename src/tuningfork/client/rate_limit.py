"""Rate limit of the requests to a target, shared by all worker processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

MIN_INTERVAL_S = 2e-5
"""A shorter one than all workers of a machine together can use; then only pauses count."""


class RateLimiter:
    """Spaces requests in time, through a file that the workers of all runs share.

    Args:
        rate: requests per second.
        file: contains the Unix time at which the next request may be sent.
    """

    def __init__(self, rate: float, file: Path) -> None:
        self._interval_s = 1 / rate
        self._file = file
        self._lock = FileLock(file.with_suffix(".lock"))

    def wait(self) -> None:
        """Sleep until this request may be sent."""
        send_at = self._next_request_time() if self._interval_s < MIN_INTERVAL_S else self._take_turn()
        time.sleep(max(0.0, send_at - time.time()))

    def pause(self, seconds: float) -> None:
        """Delay all further requests by at least `seconds` (RFC 9110 10.2.3, Retry-After)."""
        with self._lock:
            self._file.write_text(
                repr(max(self._next_request_time(), time.time() + seconds)), encoding="ascii"
            )

    def _take_turn(self) -> float:
        """Return the Unix time at which this request may be sent; the next one may be sent later."""
        with self._lock:
            send_at = max(time.time(), self._next_request_time())
            self._file.write_text(repr(send_at + self._interval_s), encoding="ascii")
        return send_at

    def _next_request_time(self) -> float:
        """Return the Unix time at which the next request may be sent; 0 if no request was sent yet."""
        try:
            return float(self._file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0


class NoRateLimit(RateLimiter):
    """No rate limit, for a target in this process.

    Args:
        advance: advances the clock of the target by a number of seconds.
    """

    def __init__(self, advance: Callable[[float], None] = lambda _: None) -> None:
        self._advance = advance

    def wait(self) -> None:
        """Return at once."""

    def pause(self, seconds: float) -> None:
        """Advance the clock of the target: a mock measures Retry-After by its own clock."""
        self._advance(seconds)
