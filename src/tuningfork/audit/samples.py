"""One right answer of each documented kind, out of recorded traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tuningfork.audit.wire import parts
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Judge = Callable[[Exchange, Operation], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer that breaks nothing, and the operation that gave it."""

    exchange: Exchange
    operation: Operation


def samples(seen: Iterable[tuple[Exchange, Operation]], judge: Judge) -> list[Sample]:
    """Of each operation and status the answer with the most documented parts that breaks nothing."""
    richest: dict[tuple[str, int], tuple[int, Sample]] = {}
    for exchange, operation in seen:
        key, wealth = (operation.key, exchange.response.status), _wealth(exchange, operation)
        is_richer = key not in richest or wealth > richest[key][0]
        if is_richer and all(finding.holds for finding in judge(exchange, operation)):
            richest[key] = wealth, Sample(exchange, operation)
    return [sample for _, sample in richest.values()]


def broken(exchange: Exchange, operation: Operation, judge: Judge) -> bool:
    """Whether the contract finds anything wrong."""
    return any(not finding.holds for finding in judge(exchange, operation))


def _wealth(exchange: Exchange, operation: Operation) -> int:
    documented = operation.response(exchange.response.status)
    schema = documented and documented.content(exchange.response.media_type)
    if not schema or "json" not in exchange.response.media_type:
        return 0
    return sum(1 for _ in _parsed(exchange, lambda value: parts(schema, value)))


def _parsed(exchange: Exchange, read: Callable[[object], Iterable[object]]) -> Iterator[object]:
    try:
        yield from read(exchange.response.json())
    except ValueError:
        return
