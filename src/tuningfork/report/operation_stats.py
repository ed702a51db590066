"""Adds up what the processes of a run counted for each operation: statuses and response times."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import quantiles
from typing import TypedDict

from tuningfork.report.results import OperationStats


class OperationCounts(TypedDict):
    """How often an operation returned each status, and the response times in seconds."""

    statuses: Mapping[int, int]
    seconds: Sequence[float]


class ApiStats(TypedDict):
    """What one process sent to one API: the number of requests, and counts by operation ("GET /tracks")."""

    requests: int
    operations: Mapping[str, OperationCounts]


def operation_stats(stats: Iterable[Mapping[str, ApiStats]]) -> list[OperationStats]:
    """Return the statistics of each operation, summed over the processes, in the order of APIs and names."""
    statuses: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for process_stats in stats:
        for api, api_stats in process_stats.items():
            for operation, counts in api_stats["operations"].items():
                key = api, operation
                statuses[key].update({int(status): count for status, count in counts["statuses"].items()})
                seconds[key].extend(counts["seconds"])
    return [
        OperationStats(
            api=api,
            operation=operation,
            statuses={str(status): counter[status] for status in sorted(counter)},
            p50_ms=percentile_ms(seconds[api, operation], 50),
            p95_ms=percentile_ms(seconds[api, operation], 95),
        )
        for (api, operation), counter in sorted(statuses.items())
    ]


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return a percentile of durations in milliseconds, or 0 for no durations."""
    if len(seconds) < 2:
        return round(1000 * sum(seconds), 3)
    return round(1000 * quantiles(seconds, n=100, method="inclusive")[percent - 1], 3)
