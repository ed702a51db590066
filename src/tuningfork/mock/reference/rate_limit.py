"""Rate limits of the reference server."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate

from flask import Response

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.rate_limit import Limit, RateLimit
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part

UNLIMITED = Limit.model_construct(scope="", count=1_000_000, per="1h", window="fixed", counts=None)
"""The limit of operations for which only the refusal is declared."""
DEFAULT_REFUSAL = Refusal(Statuses(("429",)))


@dataclass
class Counter:
    """The requests of one client that count for one limit.

    Args:
        limit: the declared limit.
        used: the number of requests; a bucket refills, so it may be a fraction.
        since: when the window began, or when the bucket was last refilled.
    """

    limit: Limit
    used: float
    since: float


class RateLimitPart(Part):
    """Counts requests; refuses those above a limit, and reports the numbers in headers."""

    key = "rate-limit"
    order = 10

    def reset(self) -> None:
        """Forget all requests."""
        self.counters: dict[tuple[str, str], Counter] = {}
        self.preset: dict[str, tuple[int, float]] = {}

    def set_used(self, bucket: str, used: int) -> None:
        """Set the counters of a scope or an operation to a number of requests, for all clients."""
        self.preset[bucket] = (used, self.server.clock.now())
        self.counters = {key: each for key, each in self.counters.items() if key[0] != bucket}

    def before(self, call: Call) -> Response | None:
        """Refuse a request above a limit; count it otherwise."""
        declared = self.of(call)
        if declared is None or call.operation is None:
            return None
        counters = [self.counter(limit, call) for limit in self.limits(declared, call)]
        call.notes[self.key] = counters
        full = [counter for counter in counters if self.is_full(counter)]
        if full:
            raise self.server.get(ErrorPart).refuse(
                declared.refusal or DEFAULT_REFUSAL, "too many requests", self.retry_headers(declared, full)
            )
        for counter in counters:
            counter.used += 1
        return None

    def after(self, call: Call, response: Response) -> Response:
        """Add the headers with the numbers."""
        declared, counters = self.of(call), call.notes.get(self.key)
        if declared is not None and counters:
            tightest = min(counters, key=self.remaining)
            response.headers.update(dict(self.number_headers(declared, tightest)))
            response.headers.update(dict(self.draft_headers(declared, tightest)))
        return response

    def limits(self, declared: RateLimit, call: Call) -> list[Limit]:
        """Return the limits that count a request."""
        operation = call.operation
        assert operation is not None
        counted = [limit for limit in declared.limits if limit.is_counted(operation)]
        return counted or ([] if declared.limits else [UNLIMITED])

    def counter(self, limit: Limit, call: Call) -> Counter:
        """Return the counter of a limit for the client of a request."""
        assert call.operation is not None
        now, bucket = self.server.clock.now(), limit.scope or call.operation.key
        client = "" if limit.scope == "address" else call.request.headers.get("Authorization", "")
        used, since = self.preset.get(bucket, (0, now))
        new = Counter(limit, min(used, limit.count), self.start(limit, since))
        counter = self.counters.setdefault((bucket, client), new)
        self.refresh(counter, now)
        return counter

    def refresh(self, counter: Counter, now: float) -> None:
        """Forget requests that no longer count."""
        limit = counter.limit
        if limit.window == "bucket":
            refilled = (now - counter.since) * limit.count / self.window(limit)
            counter.used, counter.since = max(0.0, counter.used - refilled), now
        elif now >= counter.since + self.window(limit):
            counter.used, counter.since = self.used_at_start(limit), self.start(limit, now)

    def window(self, limit: Limit) -> float:
        """Return the seconds for which a request counts."""
        return limit.seconds

    def start(self, limit: Limit, now: float) -> float:
        """Return the time at which a window begins that has its first request now."""
        return now

    def used_at_start(self, limit: Limit) -> int:
        """Return the number of requests that count at the start of a window."""
        return 0

    def seconds_left(self, counter: Counter, now: float) -> float:
        """Return the time after which another request is accepted."""
        limit = counter.limit
        if limit.window == "bucket":
            return max(0.0, counter.used + 1 - limit.count) * self.window(limit) / limit.count
        return counter.since + self.window(limit) - now

    def is_full(self, counter: Counter) -> bool:
        """Return whether a limit accepts no other request."""
        return counter.used + 1 > counter.limit.count

    def remaining(self, counter: Counter) -> int:
        """Return the number of requests that are left."""
        return max(0, math.floor(counter.limit.count - counter.used))

    def retry_headers(self, declared: RateLimit, full: list[Counter]) -> dict[str, str]:
        """Return the header Retry-After of a refusal."""
        return {"Retry-After": self.retry_after(declared, self.wait(full))}

    def wait(self, full: list[Counter]) -> int:
        """Return the whole seconds after which each limit accepts another request."""
        now = self.server.clock.now()
        return max(1, math.ceil(max(self.seconds_left(counter, now) for counter in full)))

    def retry_after(self, declared: RateLimit, seconds: int) -> str:
        """Return the value of Retry-After."""
        if declared.retry_after == "date":
            return formatdate(math.ceil(self.server.clock.now()) + seconds, usegmt=True)
        return str(seconds)

    def number_headers(self, declared: RateLimit, counter: Counter) -> Iterator[tuple[str, str]]:
        """Yield the declared headers with their numbers."""
        names = declared.headers
        if names is not None and names.limit is not None:
            yield names.limit, str(counter.limit.count)
        if names is not None and names.remaining is not None:
            yield names.remaining, str(self.remaining(counter))
        if names is not None and names.reset is not None:
            yield names.reset, self.reset_time(declared, counter)

    def reset_time(self, declared: RateLimit, counter: Counter) -> str:
        """Return the time at which a limit starts again, in the declared unit."""
        now = self.server.clock.now()
        seconds = math.ceil(self.seconds_left(counter, now))
        if declared.reset == "date":
            return formatdate(now + seconds, usegmt=True)
        return str(seconds if declared.reset == "seconds" else math.ceil(now) + seconds)

    def draft_headers(self, declared: RateLimit, counter: Counter) -> Iterator[tuple[str, str]]:
        """Yield the headers of the draft."""
        if declared.draft is not None:
            limit, left = counter.limit, self.seconds_left(counter, self.server.clock.now())
            yield "RateLimit-Policy", f'"default";q={limit.count};w={limit.seconds}'
            yield "RateLimit", f'"default";r={self.remaining(counter)};t={math.floor(max(0.0, left))}'
