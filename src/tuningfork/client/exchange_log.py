"""Every exchange of a run: those of the test that runs, and what all of them add up to."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tuningfork.model import Exchange, Finding, Request, Response

MAX_BODY_BYTES = 2**20
"""Bytes of a body that is kept for the time of a test."""
ExchangeCheck = Callable[[Exchange], tuple[str | None, Iterable[Finding]]]
"""Names an exchange's operation and gives what the checks see in it."""


@dataclass(slots=True)
class ExchangeCounts:
    """What an operation answered: how often each status, and each answer's time in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


class ExchangeLog:
    """Records exchanges as they happen; sessions in several threads may share one.

    `requests` counts every request of the run, `sent` those on which the running test rests.
    """

    def __init__(self, judge: ExchangeCheck) -> None:
        self._judge = judge
        self._guard = threading.Lock()
        self._own = threading.local()
        self.exchanges: list[Exchange] = []
        self.violations: list[tuple[Finding, Exchange]] = []
        self.operation_counts: dict[str, ExchangeCounts] = {}
        self.total_requests = 0
        self.test_requests = 0

    def reset(self) -> None:
        """Start on another test."""
        self.test_requests = 0
        self.clear()

    def clear(self) -> None:
        """Forget the exchanges that were reported; the test may go on."""
        self.exchanges = []
        self.violations = []

    def count_request(self) -> None:
        """Count a request that is about to be sent, whatever comes of it."""
        with self._guard:
            self.total_requests += 1
            self.test_requests += not getattr(self._own, "is_on", False)

    def count_reused(self, requests: int) -> None:
        """Count requests of an earlier test or of a shared fixture, whose responses this test judges."""
        with self._guard:
            self.test_requests += requests

    @contextlib.contextmanager
    def uncounted(self) -> Iterator[None]:
        """What this thread sends inside is the tool's own (logins, clean-up): no test rests on it."""
        outside, self._own.is_on = getattr(self._own, "is_on", False), True
        try:
            yield
        finally:
            self._own.is_on = outside

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange and what breaks a claim in it; of a large body only its size."""
        operation, findings = self._judge(exchange)
        if len(exchange.response.body) > MAX_BODY_BYTES:
            exchange = _without_body(exchange)
        broken = [(finding, exchange) for finding in findings if not finding.holds]
        with self._guard:
            self.exchanges.append(exchange)
            self.violations.extend(broken)
            if operation is not None:
                tally = self.operation_counts.setdefault(operation, ExchangeCounts())
                tally.statuses[exchange.response.status] += 1
                tally.seconds.append(exchange.seconds)

    def add_unanswered(self, finding: Finding, request: Request) -> None:
        """Keep a request that was left without an answer."""
        with self._guard:
            self.violations.append((finding, Exchange(request, Response(0, "no answer"))))


def _without_body(exchange: Exchange) -> Exchange:
    told = f"({len(exchange.response.body):,} bytes, too many to keep)".encode()
    return replace(exchange, response=replace(exchange.response, body=told))
