"""How much faster several workers could test servers, in a simulation without processors and start-up.

    python -m benchmarks.simulated_workers [API ...] [--workers 1 2 4 8 16] [--latency 0.05]

The matrices say how many requests each test sends. Workers of pytest-xdist take the tests in the order in
which a run takes them, two at a time, and wait at the locks of the targets; tests with a test hook have the
target to themselves. Prints the sum of the tests, the share of those with a test hook, and
how many times shorter the run is.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict, deque
from collections.abc import Container, Iterable, Sequence
from heapq import heappop, heappush
from pathlib import Path

from tuningfork import apis
from tuningfork.depth.dealing import TestCost
from tuningfork.depth.matrix import Matrix
from tuningfork.depth.worker_order import order_for_workers
from tuningfork.pytest_plugin.collection import HOOK_FIXTURES
from tuningfork.pytest_plugin.traceability import collect_tests

APIS = ("soundcloud", "audiosocket", "audioboo")
OVERHEAD_S = 0.005
"""What a request takes beside the latency."""


def main() -> None:
    """Print a row of a table for each set of APIs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("apis", nargs="*", help="the APIs to test at the same time (default: several sets)")
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4, 8, 16])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each response")
    options = parser.parse_args()
    hooks = find_hook_tests(options.apis or APIS)
    for names in [options.apis] if options.apis else [*([name] for name in APIS), list(APIS)]:
        costs = read_costs(names, options.latency + OVERHEAD_S, hooks)
        total = sum(cost.seconds for cost in costs)
        exclusive = sum(cost.seconds for cost in costs if cost.is_exclusive) / total
        ratios = [f"{total / simulate(costs, number):.1f}" for number in options.workers]
        print("|", " | ".join([", ".join(names), f"{total:.0f} s", f"{exclusive:.1%}", *ratios]), "|")


def find_hook_tests(names: Iterable[str]) -> set[str]:
    """Return the ids of the tests that use a test hook."""
    items = collect_tests(Path.cwd(), list(names))
    return {item.nodeid for item in items if not HOOK_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))}


def read_costs(names: Iterable[str], seconds: float, hooks: Container[str]) -> list[TestCost]:
    """Return the costs of the tests of some APIs, for a number of seconds per request."""
    homes, costs, fetched = apis.discover(Path.cwd()), [], set[str]()
    for name in names:
        matrix = Matrix.load(homes[name].specs)
        for row in matrix.tests if matrix is not None else ():
            requests = row.requests + sum(row.shared[key] for key in row.shared.keys() - fetched)
            fetched.update(row.shared)
            costs.append(TestCost(row.test, name, requests * seconds, row.test in hooks))
    return costs


def simulate(costs: Sequence[TestCost], workers: int) -> float:
    """Return the seconds from the first test to the last one."""
    waiting = deque(order_for_workers(costs, workers))
    queues = [deque[int]() for _ in range(workers)]
    for queue in [*queues, *queues]:
        queue.extend([waiting.popleft()] if waiting else [])
    target = _Targets(costs)
    now, running = 0.0, list[tuple[float, int]]()
    arriving = [worker for worker in range(workers) if queues[worker]]
    while arriving or running:
        for worker in arriving:
            target.arrive(queues[worker][0], worker)
        for worker in target.admit():
            heappush(running, (now + costs[queues[worker][0]].seconds, worker))
        now, worker = heappop(running)
        target.leave(queues[worker].popleft())
        queues[worker].extend([waiting.popleft()] if waiting else [])
        arriving = [worker] if queues[worker] else []
    return now


class _Targets:
    """The locks of the targets: who waits for them, and who has them.

    Args:
        costs: of the tests.
    """

    def __init__(self, costs: Sequence[TestCost]) -> None:
        self._costs = costs
        self._lines: defaultdict[str, deque[tuple[int, int]]] = defaultdict(deque)
        self._users: Counter[str] = Counter()
        self._exclusive: set[str] = set()

    def arrive(self, test: int, worker: int) -> None:
        """Have a worker wait for the target of a test."""
        self._lines[self._costs[test].api].append((test, worker))

    def admit(self) -> list[int]:
        """Return the workers whose tests can start now."""
        admitted = []
        for api, line in self._lines.items():
            while line and not self._is_blocked(api, self._costs[line[0][0]]):
                test, worker = line.popleft()
                self._users[api] += 1
                self._exclusive.update([api] if self._costs[test].is_exclusive else [])
                admitted.append(worker)
        return admitted

    def leave(self, test: int) -> None:
        """End a test."""
        self._users[self._costs[test].api] -= 1
        self._exclusive.discard(self._costs[test].api)

    def _is_blocked(self, api: str, cost: TestCost) -> bool:
        return api in self._exclusive or (cost.is_exclusive and self._users[api] > 0)


if __name__ == "__main__":
    main()
