"""Each signature is good once, and only near its time (RFC 5849, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


class Nonces:
    """Remembers nonces for as long as their timestamps are near."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self._seen: dict[tuple[str, str, int, str], None] = {}

    def reach(self) -> int:
        """Seconds that a timestamp may be off (AB-SIGN-04)."""
        return 600

    def near(self, timestamp: int) -> bool:
        """Whether a timestamp is about now."""
        return abs(self.mock.clock.now() - timestamp) <= self.reach()

    def take(self, consumer: str, token: str, timestamp: int, nonce: str) -> bool:
        """Use a nonce; False if it was used with this timestamp (AB-SIGN-04)."""
        use = consumer, token, timestamp, nonce
        if use in self._seen:
            return False
        self.forget()
        self._seen[use] = None
        return True

    def forget(self) -> None:
        """Drop the oldest ones that no timestamp of now can repeat."""
        for use in list(self._seen):
            if self.near(use[2]):
                break
            del self._seen[use]

    def reset(self) -> None:
        """None was used."""
        self._seen.clear()
