"""An operation as the page shows it: statuses, what the run never saw, and response times on one scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tuningfork.report.results import OperationStats

WIDTH = 120
"""Length of the scale of response times."""


@dataclass(frozen=True, slots=True)
class StatusView:
    """A status: how often it was observed, and whether it is documented; None if no document is known."""

    status: str
    count: int
    is_documented: bool | None


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A logarithmic scale from a power of ten to another, in milliseconds."""

    low: int
    high: int

    @classmethod
    def of(cls, operations: Iterable[OperationStats]) -> TimeScale:
        """Return the scale that has the times of all operations on it."""
        times = [time for each in operations for time in (each.p50_ms, each.p95_ms) if time > 0]
        low = math.floor(math.log10(min(times))) if times else 0
        high = math.ceil(math.log10(max(times))) if times else 1
        return cls(low, max(high, low + 1))

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The positions and labels of the powers of ten."""
        return [(self.position(10.0**power), f"{10.0**power:g}") for power in range(self.low, self.high + 1)]

    def position(self, milliseconds: float) -> float:
        """Return where a time is on the scale, from 0 to WIDTH."""
        if milliseconds <= 0:
            return 0.0
        part = (math.log10(milliseconds) - self.low) / (self.high - self.low)
        return round(WIDTH * min(max(part, 0.0), 1.0), 1)


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation, its statuses in order, and the kinds of documented parts that the run never observed."""

    stats: OperationStats
    statuses: tuple[StatusView, ...]
    unseen: tuple[tuple[str, list[str]], ...]

    @property
    def method(self) -> str:
        """The method."""
        return self.stats.operation.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path template."""
        return self.stats.operation.partition(" ")[2]

    @property
    def requests(self) -> int:
        """The number of responses."""
        return sum(self.stats.statuses.values())


def operation_view(stats: OperationStats) -> OperationView:
    """Return the view of an operation."""
    unseen = (
        ("parameters", stats.unseen_parameters),
        ("media types", stats.unseen_media_types),
        ("optional properties", stats.unseen_properties),
    )
    return OperationView(stats, tuple(_statuses(stats)), tuple(each for each in unseen if each[1]))


def _statuses(stats: OperationStats) -> Sequence[StatusView]:
    """Return the statuses that were observed, and those that are documented only."""
    seen = [
        StatusView(status, count, _is_documented(status, stats.documented) if stats.documented else None)
        for status, count in stats.statuses.items()
    ]
    missing = [StatusView(status, 0, True) for status in stats.documented if not _is_observed(status, stats)]
    return sorted([*seen, *missing], key=lambda each: each.status)


def _is_documented(status: str, documented: Sequence[str]) -> bool:
    """Return whether the document describes a status by its number, its class or its default."""
    return any(entry in (status, "default") or entry.upper() == f"{status[:1]}XX" for entry in documented)


def _is_observed(documented: str, stats: OperationStats) -> bool:
    """Return whether a response had a documented status, one of its class, or any status for "default"."""
    if documented == "default":
        return bool(stats.statuses)
    if documented.upper().endswith("XX"):
        return any(status[:1] == documented[0] for status in stats.statuses)
    return documented in stats.statuses
