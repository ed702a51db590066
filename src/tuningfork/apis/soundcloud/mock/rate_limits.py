"""Rate limits (https://developers.soundcloud.com/docs/api/rate-limits)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError

HOUR_S = 3600
TOKEN_BUCKET = {"name": "client-credentials-exchange"}


class Window:
    """Counts requests per key (an app) in a window that opens at the first request of the key."""

    def __init__(self, max_requests: int, seconds: int) -> None:
        self.max_requests = max_requests
        self.seconds = seconds
        self._windows: dict[str, tuple[float, int]] = {}
        self._preset: tuple[float, int] | None = None

    def is_full(self, key: str, now: float) -> bool:
        """Return whether the next request exceeds the limit."""
        return self._state(key, now)[1] >= self.max_requests

    def count(self, key: str, now: float) -> None:
        """Count a request."""
        opened_at, used = self._state(key, now)
        self._windows[key] = (opened_at, used + 1)

    def end(self, key: str, now: float) -> float:
        """Return the time at which the current window of the key ends."""
        return self._state(key, now)[0] + self.seconds

    def preset(self, used: int, now: float) -> None:
        """Open a new window now, with `used` requests for every key."""
        self._windows.clear()
        self._preset = (now, used)

    def reset(self) -> None:
        """Forget all requests."""
        self._windows.clear()
        self._preset = None

    def _state(self, key: str, now: float) -> tuple[float, int]:
        """Return when the key's current window opened and the number of requests in it."""
        opened_at, used = self._windows.get(key) or self._preset or (now, 0)
        return (opened_at, used) if now < opened_at + self.seconds else (now, 0)


class SlidingWindow:
    """Counts requests per key (an IP address) in the last `seconds`."""

    def __init__(self, max_requests: int, seconds: int) -> None:
        self.max_requests = max_requests
        self.seconds = seconds
        self._times: dict[str, list[float]] = {}

    def is_full(self, key: str, now: float) -> bool:
        """Return whether the next request exceeds the limit."""
        return len(self._recent(key, now)) >= self.max_requests

    def count(self, key: str, now: float) -> None:
        """Count a request."""
        self._times[key] = [*self._recent(key, now), now]

    def end(self, key: str, now: float) -> float:
        """Return the time at which the oldest request leaves the window."""
        return min(self._recent(key, now), default=now) + self.seconds

    def _recent(self, key: str, now: float) -> list[float]:
        return [time for time in self._times.get(key, ()) if now < time + self.seconds]

    def reset(self) -> None:
        """Forget all requests."""
        self._times.clear()


class RateLimits:
    """Limits the tokens of an app and of an IP address, and the plays of an app."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.by_app = Window(50, 12 * HOUR_S)
        self.by_address = SlidingWindow(30, HOUR_S)
        self.plays = Window(15_000, 24 * HOUR_S)

    def count_token(self, client_id: str, address: str) -> None:
        """Count a client-credentials token before it is issued (SC-RATE-01, SC-RATE-02).

        Raises:
            HttpError: 429 if a limit is reached; the token is not counted.
        """
        now = self._clock.now()
        if self.by_address.is_full(address, now):
            raise self.too_many_requests(self.by_address, address, {"bucket": "by-ip", **TOKEN_BUCKET})
        if self.by_app.is_full(client_id, now):
            raise self.too_many_requests(self.by_app, client_id, {"bucket": "by-client", **TOKEN_BUCKET})
        self.by_address.count(address, now)
        self.by_app.count(client_id, now)

    def count_play(self, client_id: str) -> None:
        """Count a request for a stream (SC-RATE-06).

        Raises:
            HttpError: 429 if the limit is reached.
        """
        now = self._clock.now()
        if self.plays.is_full(client_id, now):
            raise self.too_many_requests(self.plays, client_id, {"group": "plays"})
        self.plays.count(client_id, now)

    def too_many_requests(self, window: Window | SlidingWindow, key: str, names: dict[str, str]) -> HttpError:
        """Return the error 429 with its documented body (SC-RATE-05).

        Args:
            window: the window that is full.
            key: the app or the IP address.
            names: the properties that name the limit.
        """
        now = self._clock.now()
        limit = {
            **names,
            "max_nr_of_requests": window.max_requests,
            "time_window": f"PT{window.seconds // HOUR_S}H",
        }
        meta: dict[str, Any] = {
            "rate_limit": limit,
            "remaining_requests": 0,
            "reset_time": format_timestamp(int(window.end(key, now))),
        }
        return HttpError(429, body={"errors": [{"meta": meta}]})

    def set_count(self, bucket: str, used: int) -> None:
        """Set the number of used requests of every app; ValueError for an unknown bucket."""
        buckets = {"plays": self.plays, "by-client": self.by_app}
        if bucket not in buckets:
            raise ValueError(f"bucket is one of {', '.join(buckets)}")
        buckets[bucket].preset(used, self._clock.now())

    def reset(self) -> None:
        """Forget all requests."""
        for window in (self.by_app, self.by_address, self.plays):
            window.reset()
