"""Replay protection: a signature is valid once, and only near its timestamp (RFC 5849, 3.3)."""

from __future__ import annotations

from tuningfork.mock.clock import Clock


class Nonces:
    """Stores used nonces until their timestamps are too old to be accepted again."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._used: dict[tuple[str, str, int, str], None] = {}

    def max_timestamp_offset_s(self) -> int:
        """Return by how many seconds a timestamp may differ from the server's time (AB-SIGN-04)."""
        return 600

    def is_near_now(self, timestamp: int) -> bool:
        """Return True if a timestamp is close enough to the server's time."""
        return abs(self.clock.now() - timestamp) <= self.max_timestamp_offset_s()

    def use(self, consumer: str, token: str, timestamp: int, nonce: str) -> bool:
        """Record a nonce; return False if it was used before with this timestamp (AB-SIGN-04)."""
        use = consumer, token, timestamp, nonce
        if use in self._used:
            return False
        self.forget_expired()
        self._used[use] = None
        return True

    def forget_expired(self) -> None:
        """Delete the oldest nonces, up to the first whose timestamp is still accepted."""
        for use in list(self._used):
            if self.is_near_now(use[2]):
                break
            del self._used[use]

    def reset(self) -> None:
        """Delete all nonces."""
        self._used.clear()
