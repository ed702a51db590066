"""One right answer of each documented kind, out of recorded traffic."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from tuningfork.audit.response_mutants import minimize
from tuningfork.contract.openapi import Operation
from tuningfork.contract.schema import Schema
from tuningfork.model import Exchange, Finding

Judge = Callable[[Exchange, Operation], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer that breaks nothing, and the operation that gave it."""

    exchange: Exchange
    operation: Operation


def select_samples(seen: Iterable[tuple[Exchange, Operation]], judge: Judge) -> list[Sample]:
    """Of each operation and status the answer with the most parts that breaks nothing."""
    richest: dict[tuple[str, int], tuple[int, Sample]] = {}
    for exchange, operation in seen:
        key, wealth = (operation.key, exchange.response.status), _wealth(exchange)
        is_richer = key not in richest or wealth > richest[key][0]
        if is_richer and all(finding.holds for finding in judge(exchange, operation)):
            richest[key] = wealth, Sample(exchange, operation)
    return [_lean(sample, judge) for _, sample in richest.values()]


def has_violation(exchange: Exchange, operation: Operation, judge: Judge) -> bool:
    """Whether the contract finds anything wrong."""
    return any(not finding.holds for finding in judge(exchange, operation))


def _lean(sample: Sample, judge: Judge) -> Sample:
    """The same answer without the items that tell nothing new, if it is as right without them."""
    exchange, operation = sample.exchange, sample.operation
    for schema, value in _json(exchange, operation):
        body = json.dumps(minimize(schema, value)).encode()
        shorter = replace(exchange, response=replace(exchange.response, body=body))
        return sample if has_violation(shorter, operation, judge) else Sample(shorter, operation)
    return sample


def _wealth(exchange: Exchange) -> int:
    """In how many places a JSON body has something, all items of a list being one."""
    try:
        return len(set(_places(exchange.response.json(), ())))
    except ValueError:
        return 0


def _places(value: object, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*place, name))
    elif isinstance(value, list):
        for item in value:
            yield from _places(item, (*place, "*"))


def _json(exchange: Exchange, operation: Operation) -> Iterator[tuple[Schema, object]]:
    """The body with its schema; none where it is no JSON or the document says nothing of it."""
    documented = operation.response(exchange.response.status)
    schema = documented and documented.schema_for(exchange.response.media_type)
    if schema and "json" in exchange.response.media_type:
        with contextlib.suppress(ValueError):
            yield schema, exchange.response.json()
