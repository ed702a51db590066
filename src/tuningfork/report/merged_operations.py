"""Adds up what the shards of a run observed of each operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tuningfork.report.results import OperationStats

NO_CODE = "default"
"""The documented status of the codes that an operation does not list."""


def merge_operations(parts: Iterable[Sequence[OperationStats]]) -> list[OperationStats]:
    """Return the statistics of each operation over all shards, in the order of APIs and names.

    Args:
        parts: the operations of each shard.
    """
    grouped: dict[tuple[str, str], list[OperationStats]] = {}
    for part in parts:
        for stats in part:
            grouped.setdefault((stats.api, stats.operation), []).append(stats)
    return [_merge(grouped[key]) for key in sorted(grouped)]


def _merge(parts: Sequence[OperationStats]) -> OperationStats:
    """Return the sum of what several shards observed of one operation.

    The median is the average of those of the shards, weighted by their responses; the 95th percentile is the
    largest one.
    """
    statuses: Counter[str] = Counter()
    for part in parts:
        statuses.update(part.statuses)
    responses = max(1, statuses.total())
    median = sum(part.p50_ms * sum(part.statuses.values()) for part in parts) / responses
    return parts[0].model_copy(
        update={
            "statuses": {status: statuses[status] for status in sorted(statuses)},
            "p50_ms": round(median, 3),
            "p95_ms": max(part.p95_ms for part in parts),
            "unseen_parameters": _unseen_in_all([part.unseen_parameters for part in parts]),
            "unseen_media_types": _unseen_of_statuses(parts, [part.unseen_media_types for part in parts]),
            "unseen_properties": _unseen_of_statuses(parts, [part.unseen_properties for part in parts]),
        }
    )


def _unseen_in_all(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the parts that are in each list, or below one of its parts."""
    names = dict.fromkeys(name for each in lists for name in each)
    return [name for name in names if all(_covers(each, name) for each in lists)]


def _unseen_of_statuses(parts: Sequence[OperationStats], lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the parts of responses that no shard observed; one without the status decides nothing."""
    names = dict.fromkeys(name for each in lists for name in each)
    return [
        name
        for name in names
        if all(
            _covers(unseen, name)
            for part, unseen in zip(parts, lists, strict=True)
            if _has_status(part, name.partition(" ")[0])
        )
    ]


def _covers(unseen: Iterable[str], name: str) -> bool:
    """Return whether a list names a part or one around it: "200 user", "200 user.*" for "200 user.id"."""
    return any(
        name == each
        or name.startswith((f"{each}.", f"{each}["))
        or (each.endswith("*") and name.startswith(each[:-1]))
        for each in unseen
    )


def _has_status(part: OperationStats, status: str) -> bool:
    """Return whether a shard observed a documented status ("200", "4XX", "default"); true for "request"."""
    if status == "request":
        return True
    if status == NO_CODE:
        return any(not _documents(part, code) for code in part.statuses)
    return any(code == status or f"{code[:1]}XX" == status for code in part.statuses)


def _documents(part: OperationStats, code: str) -> bool:
    """Return whether the operation lists a code or its class."""
    return code in part.documented or f"{code[:1]}XX" in part.documented
