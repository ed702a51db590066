"""The budget of a run: how many requests all its workers may send, and until when."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

RESERVED_REQUESTS = 20
"""Requests for each worker that only clean-up may send, so that nothing is left on the target."""
RESERVED_S = 20.0
"""Seconds at the end of a limited time in which only clean-up may send requests."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use.

    Args:
        requests: the number of requests; None for any number.
        minutes: the time from the start of the run; None for any time.
        started: the Unix time of the start of the run.
        workers: the number of processes that run tests.
    """

    requests: int | None
    minutes: float | None
    started: float
    workers: int = 1

    @property
    def test_requests(self) -> float:
        """Return how many requests tests may send: those that are not reserved for clean-up."""
        limit = float("inf") if self.requests is None else self.requests
        return max(limit - RESERVED_REQUESTS * self.workers, 0)

    @property
    def tests_end_at(self) -> float:
        """Return the Unix time after which tests send nothing."""
        seconds = float("inf") if self.minutes is None else 60 * self.minutes
        return self.started + max(seconds - RESERVED_S, 0)

    @property
    def text(self) -> str:
        """Return the limits as keys of tuningfork.toml."""
        keys = {"requests": self.requests, "minutes": self.minutes}
        return " and ".join(f"{key} = {value:g}" for key, value in keys.items() if value is not None)

    def announcement(self, tests: int) -> str:
        """Return the sentence on the limits, for the number of tests that are expected to fit."""
        reserved = RESERVED_REQUESTS * self.workers if self.requests else f"{RESERVED_S:g} s"
        reserve = f"{reserved} requests" if self.requests else reserved
        return f"budget: {self.text}; about {tests:,} tests fit; {reserve} are reserved for clean-up"

    @property
    def reason(self) -> str:
        """Return why a test does not run, in a phrase that names the key of tuningfork.toml."""
        return f"the budget of the run ({self.text}) does not suffice for it"


class RunBudget:
    """Shares the limits of a run among its workers, through a file.

    A test reserves what it is expected to send, so that tests which run at the same time fit together.

    Args:
        limits: what the run may use.
        file: contains the number of requests that were sent, and that running tests have reserved.
    """

    def __init__(self, limits: Limits, file: Path) -> None:
        self.limits = limits
        self.reason = limits.reason
        self._file = file
        self._lock = FileLock(file.with_suffix(".lock"))
        self._reserved = 0
        """The rest of the reservation of this process."""

    def reserve(self, requests: int, seconds: float) -> bool:
        """Return whether a test may start, and reserve its requests if it may.

        Args:
            requests: what the test is expected to send; at least one is reserved.
            seconds: how long it is expected to take.
        """
        wanted = max(requests, 1)
        if time.time() + seconds > self.limits.tests_end_at:
            return False
        with self._lock:
            sent, reserved = self._read()
            if sent + reserved + wanted > self.limits.test_requests:
                return False
            self._reserved = wanted
            self._write(sent, reserved + wanted)
        return True

    def release(self) -> None:
        """Give back what the test that has ended did not send."""
        with self._lock:
            sent, reserved = self._read()
            self._write(sent, reserved - self._reserved)
            self._reserved = 0

    def spend(self, *, is_cleanup: bool) -> bool:
        """Count a request and return whether it may be sent; clean-up may use what is reserved for it."""
        if not is_cleanup and time.time() > self.limits.tests_end_at:
            return False
        limit = self.limits.requests if is_cleanup else self.limits.test_requests
        with self._lock:
            sent, reserved = self._read()
            own = min(self._reserved, 1)
            if limit is not None and sent + reserved - own + 1 > limit:
                return False
            self._reserved -= own
            self._write(sent + 1, reserved - own)
        return True

    def _read(self) -> tuple[int, int]:
        """Return the number of requests that were sent, and of those that are reserved."""
        try:
            sent, reserved = json.loads(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0, 0
        return sent, reserved

    def _write(self, sent: int, reserved: int) -> None:
        self._file.write_text(json.dumps([sent, reserved]), encoding="ascii")
