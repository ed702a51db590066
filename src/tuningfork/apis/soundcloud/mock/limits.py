"""Rate limits (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuningfork.apis.soundcloud.mock.stamp import stamp
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

HOUR = 3600


class Window:
    """Counts per key (an app, an address) within windows that open at a key's first request."""

    def __init__(self, highest: int, seconds: int) -> None:
        self.highest = highest
        self.seconds = seconds
        self._open: dict[str, tuple[float, int]] = {}
        self._preset: tuple[float, int] | None = None

    def full(self, key: str, now: float) -> bool:
        """Whether the next request is one too many."""
        return self._state(key, now)[1] >= self.highest

    def count(self, key: str, now: float) -> None:
        """One more request."""
        opened, used = self._state(key, now)
        self._open[key] = (opened, used + 1)

    def ends(self, key: str, now: float) -> float:
        """When the window that is open now closes."""
        return self._state(key, now)[0] + self.seconds

    def preset(self, used: int, now: float) -> None:
        """Set the count of every key, known or not, in a window that opens now."""
        self._open.clear()
        self._preset = (now, used)

    def reset(self) -> None:
        """Nothing was counted."""
        self._open.clear()
        self._preset = None

    def _state(self, key: str, now: float) -> tuple[float, int]:
        """When the key's window opened, and the requests in it; a new one if the last has passed."""
        opened, used = self._open.get(key) or self._preset or (now, 0)
        return (opened, used) if now < opened + self.seconds else (now, 0)


class SlidingWindow:
    """Counts per key within the last so many seconds, whenever one looks."""

    def __init__(self, highest: int, seconds: int) -> None:
        self.highest = highest
        self.seconds = seconds
        self._times: dict[str, list[float]] = {}

    def full(self, key: str, now: float) -> bool:
        """Whether the next request is one too many."""
        return len(self._recent(key, now)) >= self.highest

    def count(self, key: str, now: float) -> None:
        """One more request."""
        self._times[key] = [*self._recent(key, now), now]

    def ends(self, key: str, now: float) -> float:
        """When the oldest request in the window leaves it."""
        return min(self._recent(key, now), default=now) + self.seconds

    def _recent(self, key: str, now: float) -> list[float]:
        return [time for time in self._times.get(key, ()) if now < time + self.seconds]

    def reset(self) -> None:
        """Nothing was counted."""
        self._times.clear()


class Limits:
    """Client-credentials tokens by app and by address, and plays by app."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.by_app = Window(50, 12 * HOUR)
        self.by_address = SlidingWindow(30, HOUR)
        self.plays = Window(15_000, 24 * HOUR)

    def grant(self, client_id: str, address: str) -> None:
        """Count a client-credentials token that is about to be issued (SC-RATE-01, SC-RATE-02).

        Raises:
            Refusal: 429, there were too many; it is not counted then.
        """
        now = self.mock.clock.now()
        if self.by_address.full(address, now):
            raise self.refusal(self.by_address, address, {"bucket": "by-ip", **EXCHANGE})
        if self.by_app.full(client_id, now):
            raise self.refusal(self.by_app, client_id, {"bucket": "by-client", **EXCHANGE})
        self.by_address.count(address, now)
        self.by_app.count(client_id, now)

    def play(self, client_id: str) -> None:
        """Count a request of a stream (SC-RATE-06).

        Raises:
            Refusal: 429, there were too many.
        """
        now = self.mock.clock.now()
        if self.plays.full(client_id, now):
            raise self.refusal(self.plays, client_id, {"group": "plays"})
        self.plays.count(client_id, now)

    def refusal(self, window: Window | SlidingWindow, key: str, names: dict[str, str]) -> Refusal:
        """429 with the body that is documented for rate limits (SC-RATE-05)."""
        now = self.mock.clock.now()
        limit = {
            **names,
            "max_nr_of_requests": window.highest,
            "time_window": f"PT{window.seconds // HOUR}H",
        }
        meta: dict[str, Any] = {
            "rate_limit": limit,
            "remaining_requests": 0,
            "reset_time": stamp(int(window.ends(key, now))),
        }
        return Refusal(429, body={"errors": [{"meta": meta}]})

    def preset(self, bucket: str, used: int) -> None:
        """Set a counter for every app; ValueError for an unknown bucket."""
        buckets = {"plays": self.plays, "by-client": self.by_app}
        if bucket not in buckets:
            raise ValueError(f"bucket is one of {', '.join(buckets)}")
        buckets[bucket].preset(used, self.mock.clock.now())

    def reset(self) -> None:
        """Nothing was counted."""
        for window in (self.by_app, self.by_address, self.plays):
            window.reset()


EXCHANGE = {"name": "client-credentials-exchange"}
