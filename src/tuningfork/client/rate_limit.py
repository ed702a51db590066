"""Never faster than a target allows, all workers together."""

from __future__ import annotations

import time
from pathlib import Path

from filelock import FileLock


class Throttle:
    """Hands out moments to send at, through a file that the workers of all runs share.

    Args:
        rate: requests a second.
        file: where the next free moment stands.
    """

    def __init__(self, rate: float, file: Path) -> None:
        self._gap = 1 / rate
        self._file = file
        self._lock = FileLock(file.with_suffix(".lock"))

    def wait(self) -> None:
        """Sleep until this request's turn."""
        with self._lock:
            turn = max(time.time(), self._next())
            self._file.write_text(repr(turn + self._gap), encoding="ascii")
        time.sleep(max(0.0, turn - time.time()))

    def pause(self, seconds: float) -> None:
        """Let nobody send for so long (RFC 9110 10.2.3, Retry-After)."""
        with self._lock:
            self._file.write_text(repr(max(self._next(), time.time() + seconds)), encoding="ascii")

    def _next(self) -> float:
        try:
            return float(self._file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0


class Unthrottled(Throttle):
    """For a target that is in this process."""

    def __init__(self) -> None:
        """Nothing is shared."""

    def wait(self) -> None:
        """It is always this request's turn."""

    def pause(self, seconds: float) -> None:
        """A mock's Retry-After is by its own clock; nobody waits for it."""
