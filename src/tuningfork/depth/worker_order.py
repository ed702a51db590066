"""Orders the tests of a run for several workers that share the targets."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from heapq import heappop, heappush

from tuningfork.depth.dealing import TestCost


def order_for_workers(costs: Sequence[TestCost], workers: int) -> list[int]:
    """Return the indexes of the tests in an order in which few workers wait for an exclusive test.

    It is the order in which the tests start if each free worker takes a test that need not wait, of the API
    that will take longest. The exclusive tests of an API are its last ones; but those of the API with the
    longest ones are its first, so that the others fill the time.

    Args:
        costs: of the tests, neighbours next to each other.
        workers: how many run the tests.
    """
    queues = _queues(costs, workers)
    now, order = 0.0, list[int]()
    running: list[tuple[float, int, str]] = []
    while len(order) < len(costs):
        ready = [queue for queue in queues.values() if queue.can_start]
        if ready and len(running) < workers:
            queue = max(ready, key=lambda queue: queue.seconds_left)
            index = queue.start()
            order.append(index)
            heappush(running, (now + costs[index].seconds, index, costs[index].api))
        else:
            now, _, api = heappop(running)
            queues[api].end()
    return order


def _queues(costs: Sequence[TestCost], workers: int) -> dict[str, _Queue]:
    """Return the queue of each API; of several, that with the longest exclusive tests begins with them."""
    queues = {api: _Queue(costs, api, workers) for api in dict.fromkeys(cost.api for cost in costs)}
    if len(queues) > 1:
        first = max(queues.values(), key=lambda queue: queue.exclusive_seconds)
        first.begins_exclusive = True
    return queues


class _Queue:
    """The tests of one API that have not started, and how many of them run.

    Args:
        costs: of the tests of all APIs.
        api: the API.
        workers: how many run the tests.
    """

    def __init__(self, costs: Sequence[TestCost], api: str, workers: int) -> None:
        indexes = [index for index, cost in enumerate(costs) if cost.api == api]
        self._costs, self._workers = costs, workers
        self._shared = deque(index for index in indexes if not costs[index].is_exclusive)
        self._exclusive = deque(index for index in indexes if costs[index].is_exclusive)
        self.exclusive_seconds = sum(costs[index].seconds for index in self._exclusive)
        self._shared_seconds = sum(costs[index].seconds for index in self._shared)
        self.begins_exclusive = False
        self._running = 0
        self._is_alone = False

    @property
    def seconds_left(self) -> float:
        """How long the tests that have not started take at least."""
        return self.exclusive_seconds + self._shared_seconds / self._workers

    @property
    def _is_next_exclusive(self) -> bool:
        return bool(self._exclusive) and (self.begins_exclusive or not self._shared)

    @property
    def can_start(self) -> bool:
        """Whether the next test need not wait for one that runs."""
        if self._is_alone or not (self._shared or self._exclusive):
            return False
        return not (self._is_next_exclusive and self._running)

    def start(self) -> int:
        """Start the next test; return its index."""
        self._running += 1
        self._is_alone = self._is_next_exclusive
        index = (self._exclusive if self._is_alone else self._shared).popleft()
        if self._is_alone:
            self.exclusive_seconds -= self._costs[index].seconds
        else:
            self._shared_seconds -= self._costs[index].seconds
        return index

    def end(self) -> None:
        """End one of the running tests."""
        self._running -= 1
        self._is_alone = False
