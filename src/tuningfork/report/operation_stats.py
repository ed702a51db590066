"""Adds up what the processes of a run counted for each operation: statuses, times and documented parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TypedDict

from tuningfork.contract.documented_parts import DocumentedParts
from tuningfork.report.results import OperationStats


class OperationCounts(TypedDict):
    """How often an operation returned each status, the response times, and the names of documented parts."""

    statuses: Mapping[int, int]
    seconds: Sequence[float]
    observed: Sequence[str]


class ApiStats(TypedDict):
    """What one process sent to one API: the number of requests, and counts by operation ("GET /tracks")."""

    requests: int
    operations: Mapping[str, OperationCounts]


def operation_stats(
    stats: Iterable[Mapping[str, ApiStats]], documented: Mapping[str, Mapping[str, DocumentedParts]]
) -> list[OperationStats]:
    """Return the statistics of each operation, summed over the processes, in the order of APIs and names.

    Args:
        stats: what each process sent, by API.
        documented: the operations by API and key; one without a request has statistics too.
    """
    totals = {(api, key): _Total() for api, operations in documented.items() for key in operations}
    for process_stats in stats:
        for api, api_stats in process_stats.items():
            for operation, counts in api_stats["operations"].items():
                totals.setdefault((api, operation), _Total()).add(counts)
    return [
        total.statistics(api, operation, documented.get(api, {}).get(operation))
        for (api, operation), total in sorted(totals.items())
    ]


@dataclass
class _Total:
    """The sum of what several processes counted for an operation."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    observed: set[str] = field(default_factory=set)

    def add(self, counts: OperationCounts) -> None:
        """Add what one process counted."""
        self.statuses.update({int(status): count for status, count in counts["statuses"].items()})
        self.seconds.extend(counts["seconds"])
        self.observed.update(counts["observed"])

    def statistics(self, api: str, operation: str, documented: DocumentedParts | None) -> OperationStats:
        """Return the statistics; `documented` is None for an operation of no contract of the run."""
        stats = OperationStats(
            api=api,
            operation=operation,
            statuses={str(status): self.statuses[status] for status in sorted(self.statuses)},
            p50_ms=percentile_ms(self.seconds, 50),
            p95_ms=percentile_ms(self.seconds, 95),
        )
        if documented is None:
            return stats
        return stats.model_copy(
            update={
                "summary": documented.summary,
                "documented": list(documented.operation.statuses),
                "unseen_parameters": documented.unseen_parameters(self.observed),
                "unseen_media_types": documented.unseen_media_types(self.observed),
                "unseen_properties": documented.unseen_properties(self.observed),
            }
        )


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return a percentile of durations in milliseconds, or 0 for no durations."""
    if len(seconds) < 2:
        return round(1000 * sum(seconds), 3)
    return round(1000 * quantiles(seconds, n=100, method="inclusive")[percent - 1], 3)
