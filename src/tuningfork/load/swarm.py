"""Drives the simulated users with Locust, which also counts rates and response times."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

from locust import User, task
from locust.env import Environment
from locust.stats import StatsEntry

from tuningfork.load.results import OperationTimes
from tuningfork.load.simulated_user import SimulatedUser
from tuningfork.model import Exchange

SPAWN_RATE = 100
"""Users that start in a second."""
POLL_S = 0.1
PERCENTILES = (0.5, 0.95)
TOTAL = "Aggregated"
"""Locust's name of all operations together."""


def _user_class(new_user: Callable[[], SimulatedUser]) -> type[User]:
    """Return Locust's class of users, each of which is the next simulated one."""

    class RepeatingUser(User):
        """Repeats scenarios until the load ends."""

        def on_start(self) -> None:
            """Take the next simulated user."""
            self._simulated = new_user()

        @task
        def run_next(self) -> None:
            """Repeat the next scenario."""
            self._simulated.run_next()

    return RepeatingUser


class Swarm:
    """Many users at once.

    Args:
        new_user: returns the simulated user with a number, from 0.
        count: how many users there are.
        grace: seconds in which a user ends its repetition after the load.
    """

    def __init__(self, new_user: Callable[[int], SimulatedUser], count: int, grace: float) -> None:
        numbers = itertools.count()
        self._count = count
        user_class = _user_class(lambda: new_user(next(numbers)))
        self._environment = Environment(user_classes=[user_class], stop_timeout=grace)
        self._runner = self._environment.create_local_runner()
        self._is_counting = False

    def record(self, operation: str, exchange: Exchange) -> None:
        """Count an exchange, if it is under load."""
        if not self._is_counting:
            return
        method, _, path = operation.partition(" ")
        self._environment.events.request.fire(  # type: ignore[no-untyped-call]  # Locust has no type here
            request_type=method,
            name=path,
            response_time=exchange.seconds * 1000,
            response_length=len(exchange.response.body),
            exception=None,
            context={},
        )

    def run(self, seconds: float, is_over: Callable[[], bool], on_tick: Callable[[], None]) -> None:
        """Let all users repeat their scenarios for so many seconds, or until `is_over`.

        Args:
            seconds: how long.
            is_over: whether to end early.
            on_tick: called several times a second.
        """
        self._is_counting = True
        deadline = time.monotonic() + seconds
        self._runner.start(self._count, spawn_rate=SPAWN_RATE)
        try:
            while time.monotonic() < deadline and not is_over():
                time.sleep(POLL_S)  # of gevent, since Locust patches it
                on_tick()
        finally:
            self._runner.stop()

    def times(self) -> list[OperationTimes]:
        """Return the rate and times of each operation, and first those of all together."""
        stats = self._environment.stats
        entries = [stats.total, *(stats.entries[key] for key in sorted(stats.entries))]
        return [_times(entry) for entry in entries if entry.num_requests]


def _times(entry: StatsEntry) -> OperationTimes:
    """Return the rate and times of one of Locust's entries."""
    median, p95 = (float(entry.get_response_time_percentile(each)) for each in PERCENTILES)
    return OperationTimes(
        operation="all" if entry.name == TOTAL else f"{entry.method} {entry.name}",
        requests=entry.num_requests,
        per_second=round(entry.total_rps, 2),
        median_ms=median,
        p95_ms=p95,
    )
