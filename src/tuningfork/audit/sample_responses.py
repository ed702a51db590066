"""Selects the recorded responses that are mutated: one conforming response for each operation and status."""

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
"""Returns the findings of all checks for an exchange."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A recorded exchange without a violation, and its operation."""

    exchange: Exchange
    operation: Operation


def select_samples(recorded: Iterable[tuple[Exchange, Operation]], judge: Judge) -> list[Sample]:
    """Return, for each operation and status, the conforming response with the most distinct properties.

    Args:
        recorded: the recorded exchanges.
        judge: returns the findings for an exchange; a response with a violation is not selected.
    """
    largest: dict[tuple[str, int], tuple[int, Sample]] = {}
    for exchange, operation in recorded:
        key, size = (operation.key, exchange.response.status), _count_paths(exchange)
        is_larger = key not in largest or size > largest[key][0]
        if is_larger and not has_violation(exchange, operation, judge):
            largest[key] = size, Sample(exchange, operation)
    return [_shorten_lists(sample, judge) for _, sample in largest.values()]


def has_violation(exchange: Exchange, operation: Operation, judge: Judge) -> bool:
    """Return whether a check finds a violation in an exchange."""
    return any(not finding.holds for finding in judge(exchange, operation))


def _shorten_lists(sample: Sample, judge: Judge) -> Sample:
    """Return the sample without redundant list items; unchanged if the shorter response has a violation."""
    exchange, operation = sample.exchange, sample.operation
    for schema, value in _json_body(exchange, operation):
        body = json.dumps(minimize(schema, value)).encode()
        shorter = replace(exchange, response=replace(exchange.response, body=body))
        return sample if has_violation(shorter, operation, judge) else Sample(shorter, operation)
    return sample


def _count_paths(exchange: Exchange) -> int:
    """Return the number of distinct paths in a JSON body, all items of a list as one; 0 if not JSON."""
    try:
        return len(set(_paths(exchange.response.json(), ())))
    except ValueError:
        return 0


def _paths(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the path of a value and of all its parts, with `*` for every index of a list."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, (*path, "*"))


def _json_body(exchange: Exchange, operation: Operation) -> Iterator[tuple[Schema, object]]:
    """Yield the documented schema and the value of a JSON body; yield nothing if either is missing."""
    documented = operation.response(exchange.response.status)
    schema = documented and documented.schema_for(exchange.response.media_type)
    if schema and "json" in exchange.response.media_type:
        with contextlib.suppress(ValueError):
            yield schema, exchange.response.json()
