"""Checks mutants of recorded responses against the contracts, without a server."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
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
MAX_SAMPLES_PER_TASK = 12


@dataclass(frozen=True, slots=True)
class MutationCounts:
    """The number of mutants by operation, and the mutants that survive."""

    mutants: Counter[str]
    survivors: list[Survivor]


def mutate_responses(
    contracts: Iterable[Contract], cassettes: Callable[[str], Path], processes: int | None = None
) -> MutantTotals:
    """Mutate one recorded response of each kind, and check each mutant against its contract.

    Args:
        contracts: of the APIs whose responses are mutated.
        cassettes: returns the folder of an API's cassettes.
        processes: the number of parallel processes; one for each core if not given.

    Raises:
        AllowedSurvivorsError: an unspecified.toml cannot be read.
        tuningfork.report.recorded_exchange.TrafficError: a cassette cannot be read.
    """
    start = time.monotonic()
    tasks = [task for contract in contracts for task in _make_tasks(contract, cassettes(contract.api))]
    by_api: defaultdict[str, Counter[str]] = defaultdict(Counter)
    survivors: list[Survivor] = []
    for task_result in run_forked(tasks, _count_mutants, processes):
        if task_result.result is None:
            raise RuntimeError(f"mutants of {task_result.task[0].api}: {task_result.reason}")
        by_api[task_result.task[0].api] += task_result.result.mutants
        survivors += task_result.result.survivors
    total = sum(counts.total() for counts in by_api.values())
    survivors.sort(key=lambda each: (each.api, each.operation, each.status, each.place, each.kind))
    return MutantTotals(
        mutants=total,
        killed=total - len(survivors),
        survivors=survivors,
        by_operation={name: dict(counts) for name, counts in by_api.items()},
        seconds=round(time.monotonic() - start, 1),
    )


def _make_tasks(contract: Contract, folder: Path) -> list[Task]:
    """Return tasks of at most MAX_SAMPLES_PER_TASK recorded responses, with the allowed survivors."""
    allowed = load_allowed_survivors(contract.folder)
    samples = select_samples(_read_exchanges(contract, folder), _run_checks_of(contract))
    starts = range(0, len(samples), MAX_SAMPLES_PER_TASK)
    return [(contract, allowed, samples[start : start + MAX_SAMPLES_PER_TASK]) for start in starts]


def _read_exchanges(contract: Contract, folder: Path) -> Iterator[tuple[Exchange, Operation]]:
    """Yield the recorded exchanges of the documented operations of an API."""
    hosts = Hosts(contract)
    for file in sorted(folder.glob("*/*.yaml")):
        for recorded in traffic.read(file):
            request = recorded.exchange.request
            operation = hosts.locate(request.url, request.method, recorded.base_url)
            if operation is not None and not operation.beyond:
                yield recorded.exchange, operation


def _count_mutants(task: Task) -> MutationCounts:
    """Check the mutants of each sample of a task; return their number and those that no check finds."""
    contract, allowed, samples = task
    run_checks = _run_checks_of(contract)
    pairs = [
        (sample, mutant) for sample in samples for mutant in make_mutants(sample.exchange, sample.operation)
    ]
    survivors = [
        Survivor(
            api=contract.api,
            operation=mutant.operation,
            status=mutant.status,
            place=mutant.location,
            kind=mutant.kind,
            reason=find_reason(mutant, allowed),
        )
        for sample, mutant in pairs
        if not has_violation(mutant.exchange, sample.operation, run_checks)
    ]
    return MutationCounts(Counter(mutant.operation for _, mutant in pairs), survivors)


def _run_checks_of(contract: Contract) -> Callable[[Exchange, Operation], Iterable[Finding]]:
    """Return a function that yields the findings of all checks of an API for an exchange."""
    checks = apis.checks(contract)

    def run_checks(exchange: Exchange, operation: Operation) -> Iterator[Finding]:
        """Yield the findings of each check."""
        for check in checks:
            yield from check(exchange, operation)

    return run_checks
