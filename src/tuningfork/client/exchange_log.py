"""The exchanges of the running test and the totals of the run."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tuningfork.model import EVIDENCE, Exchange, Finding, Request, Response

MAX_BODY_BYTES = 2**20
"""Longest response body that is stored until the end of a test."""
ExchangeCheck = Callable[[Exchange], tuple[str | None, Iterable[Finding]]]
"""Returns the operation key of an exchange (None if undocumented), and the findings of all checks."""


@dataclass(slots=True)
class ExchangeCounts:
    """How often an operation returned each status, and the duration of each exchange in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


class ExchangeLog:
    """Stores the exchanges of a test; sessions in several threads may share it.

    `total_requests` counts all requests of the run, `test_requests` those that the running test depends on.
    `operation_counts` has the statuses and durations of the run by operation key.

    Args:
        check: checks each exchange that is added.
    """

    def __init__(self, check: ExchangeCheck) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._thread = threading.local()  # `is_uncounted` of each thread
        self.exchanges: list[Exchange] = []
        self.violations: list[tuple[Finding, Exchange]] = []
        self.operation_counts: dict[str, ExchangeCounts] = {}  # by operation key
        self.total_requests = 0
        self.test_requests = 0

    def reset(self) -> None:
        """Start the log of the next test."""
        self.test_requests = 0
        self.clear()

    def clear(self) -> None:
        """Delete the exchanges and violations that were reported, while the test continues."""
        self.exchanges = []
        self.violations = []

    def count_request(self) -> None:
        """Count a request before it is sent."""
        with self._lock:
            self.total_requests += 1
            self.test_requests += not getattr(self._thread, "is_uncounted", False)

    def count_reused(self, requests: int) -> None:
        """Count requests of an earlier test or a shared fixture whose responses the running test uses."""
        with self._lock:
            self.test_requests += requests

    @contextlib.contextmanager
    def uncounted(self) -> Iterator[None]:
        """Leave this thread's requests in the block (logins, clean-up) out of `test_requests`."""
        outer, self._thread.is_uncounted = getattr(self._thread, "is_uncounted", False), True
        try:
            with EVIDENCE.unchanged():
                yield
        finally:
            self._thread.is_uncounted = outer

    def add(self, exchange: Exchange) -> None:
        """Check an exchange, and store it with its violations; of a long body only the size is stored."""
        operation_key, findings = self._check(exchange)
        if len(exchange.response.body) > MAX_BODY_BYTES:
            exchange = _without_body(exchange)
        violations = [(finding, exchange) for finding in findings if not finding.holds]
        with self._lock:
            self.exchanges.append(exchange)
            self.violations.extend(violations)
            if operation_key is not None:
                counts = self.operation_counts.setdefault(operation_key, ExchangeCounts())
                counts.statuses[exchange.response.status] += 1
                counts.seconds.append(exchange.seconds)

    def add_unanswered(self, finding: Finding, request: Request) -> None:
        """Store the violation of a request that got no response."""
        with self._lock:
            self.violations.append((finding, Exchange(request, Response(0, "no response"))))


def _without_body(exchange: Exchange) -> Exchange:
    summary = f"({len(exchange.response.body):,} bytes, too long to store)".encode()
    return replace(exchange, response=replace(exchange.response, body=summary))
