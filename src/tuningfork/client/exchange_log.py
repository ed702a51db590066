"""The exchanges of the running test and the totals of the run."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tuningfork.model import EVIDENCE, Exchange, Finding, Request, Response

MAX_BODY_BYTES = 2**20
"""Longest response body that is stored until the end of a test."""
MAX_SHARED_STEPS = 50
"""Steps that are stored for a value which several tests share."""
MAX_SHARED_BODY_BYTES = 2**15
"""Longest response body of such a step."""
MAX_GRANTS = 1000
"""Steps of earlier tests that are stored because they issued a refresh token."""
ExchangeCheck = Callable[[Exchange], tuple[str | None, Sequence[Finding]]]
"""Returns the operation key of an exchange (None if undocumented), and the findings of all checks."""


@dataclass(slots=True)
class ExchangeCounts:
    """How often an operation returned each status, and the duration of each exchange in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """An exchange in the order of a run: of a test, a test hook, a shared fixture or a login.

    Args:
        exchange: the request and the response.
        ended: when the response was complete, in seconds of a monotonic clock.
        is_hook: whether the request calls a test hook.
    """

    exchange: Exchange
    ended: float
    is_hook: bool = False

    @property
    def started(self) -> float:
        """When the request was sent."""
        return self.ended - self.exchange.seconds


class ExchangeLog:
    """Stores the exchanges of a test; sessions in several threads may share it.

    `total_requests` counts all requests of the run, `test_requests` those that the running test depends on.
    `operation_counts` has the statuses and durations of the run by operation key. `steps` has all exchanges
    since `reset`, `reused_steps` those of earlier tests and fixtures whose values the test uses, and `grants`
    those of earlier tests that issued refresh tokens, because a test may pass its tokens to the next one.

    `judged` has the claims by which exchanges of the running test were judged,
    `walked` the URLs of the lists of which the running test has read further pages, `shared` the requests
    for each value that it shares with other tests, whichever of them has fetched it.

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
        self.steps: list[Step] = []
        self.reused_steps: list[Step] = []
        self.judged: set[str | None] = set()
        self.walked: set[str] = set()
        self.shared: dict[str, int] = {}
        self.grants: deque[Step] = deque(maxlen=MAX_GRANTS)

    def reset(self) -> None:
        """Start the log of the next test."""
        self.test_requests = 0
        self.judged.clear()
        self.walked.clear()
        self.shared.clear()
        self.grants.extend(step for step in self.steps if _is_grant(step.exchange))
        self.steps, self.reused_steps = [], []
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

    def count_reused(self, requests: int, steps: Iterable[Step] = ()) -> None:
        """Count requests of an earlier test or a shared fixture whose responses the running test uses."""
        with self._lock:
            self.test_requests += requests
            self.reused_steps.extend(steps)

    def add_unchecked(self, exchange: Exchange) -> None:
        """Store an exchange with another origin, as a step only."""
        with self._lock:
            self.steps.append(Step(exchange, time.perf_counter()))

    def add_hook(self, exchange: Exchange) -> None:
        """Store the call of a test hook, as a step only."""
        with self._lock:
            self.steps.append(Step(exchange, time.perf_counter(), is_hook=True))

    def shareable_steps(self, start: int) -> tuple[Step, ...]:
        """Return the steps of the running test from the index `start`, without those with a long body."""
        steps = [
            step
            for step in self.steps[start:]
            if len(step.exchange.response.body) <= MAX_SHARED_BODY_BYTES
            and len(step.exchange.request.body) <= MAX_SHARED_BODY_BYTES
        ]
        return tuple(steps[-MAX_SHARED_STEPS:])

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
            self.steps.append(Step(exchange, time.perf_counter()))
            self.judged.update(finding.claim for finding in findings)
            self.violations.extend(violations)
            if operation_key is not None:
                counts = self.operation_counts.setdefault(operation_key, ExchangeCounts())
                counts.statuses[exchange.response.status] += 1
                counts.seconds.append(exchange.seconds)

    def add_unanswered(self, finding: Finding, request: Request) -> None:
        """Store the violation of a request that got no response."""
        with self._lock:
            self.violations.append((finding, Exchange(request, Response(0, "no response"))))


def _is_grant(exchange: Exchange) -> bool:
    """Return whether a response has issued a refresh token."""
    return exchange.request.method == "POST" and b'"refresh_token"' in exchange.response.body[:10_000]


def _without_body(exchange: Exchange) -> Exchange:
    summary = f"({len(exchange.response.body):,} bytes, too long to store)".encode()
    return replace(exchange, response=replace(exchange.response, body=summary))
