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
    """An observed status: how often, and whether it is documented; None if no document is known."""

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
    """An operation: its statuses in order, and what is documented but was never observed, by kind.

    Args:
        stats: of the run.
        statuses: those that were observed.
        never: the documented statuses that were not observed.
        unseen: other documented parts that were not observed: their number and kind, and their names.
    """

    stats: OperationStats
    statuses: tuple[StatusView, ...]
    never: tuple[str, ...]
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
        ("parameter", "parameters", stats.unseen_parameters),
        ("media type", "media types", stats.unseen_media_types),
        ("optional property", "optional properties", stats.unseen_properties),
    )
    return OperationView(
        stats,
        statuses=tuple(_statuses(stats)),
        never=tuple(sorted(status for status in stats.documented if not _is_observed(status, stats))),
        unseen=tuple(
            (f"{len(names):,} {one if len(names) == 1 else many}", names)
            for one, many, names in unseen
            if names
        ),
    )


def _statuses(stats: OperationStats) -> Sequence[StatusView]:
    """Return the statuses that were observed, in order."""
    return [
        StatusView(status, count, _is_documented(status, stats.documented) if stats.documented else None)
        for status, count in sorted(stats.statuses.items())
    ]


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
