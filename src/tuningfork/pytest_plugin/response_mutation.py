"""Mutants of recorded answers, held against the contracts: no server is asked."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tuningfork import apis
from tuningfork.audit.allowed_survivors import AllowedSurvivor, find_reason, load_allowed_survivors
from tuningfork.audit.process_pool import run_forked
from tuningfork.audit.response_mutants import make_mutants
from tuningfork.audit.results import MutantTotals, Survivor
from tuningfork.audit.sample_responses import Sample, has_violation, select_samples
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import Exchange, Finding
from tuningfork.report import traffic
from tuningfork.report.hosts import Hosts

Task = tuple[Contract, list[AllowedSurvivor], list[Sample]]
SHARE = 12
"""Samples that a process judges at a time."""


@dataclass(frozen=True, slots=True)
class MutationCounts:
    """What became of the mutants of some samples: how many were made by operation, and which survive."""

    mutants: Counter[str]
    survivors: list[Survivor]


def mutate(contracts: Iterable[Contract], cassettes: Path, processes: int | None = None) -> MutantTotals:
    """Make every mutant of one answer of each kind that is recorded; does the contract find it?

    Args:
        contracts: whose answers.
        cassettes: the folder in which each API has one.
        processes: how many at a time; as many as there are cores if not given.

    Raises:
        OpennessError: what an API leaves open can't be read.
        tuningfork.report.recorded_exchange.TrafficError: a cassette can't be.
    """
    start = time.monotonic()
    tasks = [task for contract in contracts for task in _tasks(contract, cassettes / contract.api)]
    made: defaultdict[str, Counter[str]] = defaultdict(Counter)
    survivors: list[Survivor] = []
    for done in run_forked(tasks, _tally, processes):
        if done.result is None:
            raise RuntimeError(f"mutants of {done.task[0].api}: {done.reason}")
        made[done.task[0].api] += done.result.mutants
        survivors += done.result.survivors
    count = sum(counts.total() for counts in made.values())
    survivors.sort(key=lambda one: (one.api, one.operation, one.status, one.place, one.kind))
    return MutantTotals(
        mutants=count,
        killed=count - len(survivors),
        survivors=survivors,
        by_operation={name: dict(counts) for name, counts in made.items()},
        seconds=round(time.monotonic() - start, 1),
    )


def _tasks(contract: Contract, folder: Path) -> list[Task]:
    openings = load_allowed_survivors(contract.folder)
    found = select_samples(
        _recorded(contract, folder), lambda exchange, one: _findings(contract, exchange, one)
    )
    return [(contract, openings, found[first : first + SHARE]) for first in range(0, len(found), SHARE)]


def _recorded(contract: Contract, folder: Path) -> Iterator[tuple[Exchange, Operation]]:
    hosts = Hosts(contract)
    for file in sorted(folder.glob("*/*.yaml")):
        for recorded in traffic.read(file):
            request = recorded.exchange.request
            operation = hosts.located(request.url, request.method, recorded.base_url)
            if operation is not None and not operation.beyond:
                yield recorded.exchange, operation


def _tally(task: Task) -> MutationCounts:
    contract, openings, chosen = task
    made = [
        (sample, mutant) for sample in chosen for mutant in make_mutants(sample.exchange, sample.operation)
    ]
    survivors = [
        Survivor(
            api=contract.api,
            operation=mutant.operation,
            status=mutant.status,
            place=mutant.place,
            kind=mutant.kind,
            reason=find_reason(mutant, openings),
        )
        for sample, mutant in made
        if not has_violation(
            mutant.exchange, sample.operation, lambda exchange, one: _findings(contract, exchange, one)
        )
    ]
    return MutationCounts(Counter(mutant.operation for _, mutant in made), survivors)


def _findings(contract: Contract, exchange: Exchange, operation: Operation) -> Iterable[Finding]:
    for check in apis.profile(contract.api).checks:
        yield from check(exchange, operation)
