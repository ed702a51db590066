"""The order of tests by what they are worth: claims first, then faults for the requests, then variety."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

REPEATED_KILLS = (1.0, 0.5, 0.25)
"""The worth of the first, second and third test that kills the same fault."""
REPEATED_TESTS = (0.5, 0.35, 0.25, 0.2, 0.15, 0.1)
"""The worth of further tests of the same claim, which find unexpected faults."""
NEW_CLAIM = 0.5
"""The worth, beside that of faults, of the first test of a claim, which finds faults that are not known.

It costs few requests until a known fault is found, and halves those until an unknown one is
(`python -m benchmarks.first_failure`).
"""
NEW_FUNCTION = 0.3
"""The worth of the first case of a test function."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A test that the target can run.

    Args:
        test: its pytest id.
        cost: the requests that it is expected to send, without those for `shared`.
        claims: the claims that it judges.
        faults: the faults that it kills.
        shared: the requests for each value that it shares with other tests, of which the first sends these.
    """

    test: str
    cost: int
    claims: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    shared: Mapping[str, int] = field(default_factory=dict)

    @property
    def function(self) -> str:
        """Return the id of the test function, without the case."""
        return self.test.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All tests in the order of their worth.

    Args:
        claims: tests that together judge each claim.
        faults: further tests until each fault is killed.
        variety: further tests by the variety of claims, faults and functions; the cheapest of no worth last.
    """

    claims: tuple[Candidate, ...]
    faults: tuple[Candidate, ...]
    variety: tuple[Candidate, ...]

    @property
    def all(self) -> tuple[Candidate, ...]:
        """Return all tests, the most worthy first."""
        return self.claims + self.faults + self.variety


@dataclass(slots=True)
class Spending:
    """What tests cost together: each shared value is fetched once."""

    requests: int = 0
    fetched: set[str] = field(default_factory=set)

    def cost_of(self, candidate: Candidate) -> int:
        """Return how many requests one more test is expected to send."""
        return candidate.cost + sum(
            requests for key, requests in candidate.shared.items() if key not in self.fetched
        )

    def add(self, candidate: Candidate) -> int:
        """Add a test; return how many requests it is expected to send."""
        cost = self.cost_of(candidate)
        self.requests += cost
        self.fetched.update(candidate.shared)
        return cost


@dataclass(slots=True)
class _Taken:
    """How many of the tests so far judge a claim, kill a fault or are of a function."""

    counts: dict[str, int] = field(default_factory=dict)
    spending: Spending = field(default_factory=Spending)

    def add(self, candidate: Candidate) -> None:
        """Add a test to those so far."""
        self.spending.add(candidate)
        for key in (*candidate.claims, *candidate.faults, candidate.function):
            self.counts[key] = self.counts.get(key, 0) + 1

    def worth_for_claims(self, candidate: Candidate) -> float:
        """Return the number of claims that no test judges so far; faults decide between such tests."""
        claims = sum(claim not in self.counts for claim in candidate.claims)
        return claims and claims + self.worth_for_faults(candidate)

    def worth_for_faults(self, candidate: Candidate) -> float:
        """Return the number of faults that no test kills so far."""
        return float(sum(fault not in self.counts for fault in candidate.faults))

    def worth_for_failure(self, candidate: Candidate) -> float:
        """Return the worth of faults that no test kills so far, and of claims that no test judges."""
        claims = sum(claim not in self.counts for claim in candidate.claims)
        return self.worth_for_faults(candidate) + NEW_CLAIM * claims

    def worth_for_variety(self, candidate: Candidate) -> float:
        """Return the worth of one more test of the same claims, faults and function."""
        kills = math.fsum(self._repeated(REPEATED_KILLS, fault) for fault in candidate.faults)
        tests = math.fsum(self._repeated(REPEATED_TESTS, claim) for claim in candidate.claims)
        return kills + tests + (0.0 if candidate.function in self.counts else NEW_FUNCTION)

    def _repeated(self, worths: Sequence[float], key: str) -> float:
        times = self.counts.get(key, 0)
        return worths[times] if times < len(worths) else 0.0


def rank(candidates: Iterable[Candidate]) -> Ranking:
    """Return the tests in the order of their worth for their requests; equal ones in the order given."""
    taken, rest = _Taken(), list(candidates)
    stages = []
    for worth in (taken.worth_for_claims, taken.worth_for_faults, taken.worth_for_variety):
        stage = list(_greedy(rest, worth, taken))
        chosen = {candidate.test for candidate in stage}
        rest = [candidate for candidate in rest if candidate.test not in chosen]
        stages.append(stage)
    claims, faults, variety = stages
    variety += sorted(rest, key=lambda candidate: candidate.cost)
    return Ranking(tuple(claims), tuple(faults), tuple(variety))


def rank_for_failure(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return tests that together kill every known fault and judge every claim, what kills most first."""
    taken = _Taken()
    return tuple(_greedy(list(candidates), taken.worth_for_failure, taken))


def within(candidates: Iterable[Candidate], limit: float) -> list[Candidate]:
    """Return the tests, in their order, that together send at most `limit` requests."""
    chosen, spending = [], Spending()
    for candidate in candidates:
        if spending.requests + spending.cost_of(candidate) <= limit:
            chosen.append(candidate)
            spending.add(candidate)
    return chosen


def _greedy(
    candidates: Sequence[Candidate], worth: Callable[[Candidate], float], taken: _Taken
) -> Iterator[Candidate]:
    """Yield the test with the most worth for its requests, again and again, until none is worth anything.

    The worth of a test never rises while others are taken, so an outdated one is an upper bound: only the
    test that seems best has to be judged again (Minoux 1978). Its cost can fall, when another test of the
    same shared values is taken; such tests are judged again at once.
    """

    def entry(index: int) -> tuple[float, int]:
        candidate = candidates[index]
        return -worth(candidate) / max(taken.spending.cost_of(candidate), 1), index

    sharing: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        for key in candidate.shared:
            sharing[key].append(index)
    heap = [entry(index) for index in range(len(candidates))]
    heapq.heapify(heap)
    done: set[int] = set()
    while heap and heap[0][0] < 0:
        _, index = heapq.heappop(heap)
        current = entry(index)
        if index in done or current[0] >= 0:
            continue
        if heap and current > heap[0]:
            heapq.heappush(heap, current)
            continue
        done.add(index)
        cheaper = [key for key in candidates[index].shared if key not in taken.spending.fetched]
        taken.add(candidates[index])
        for other in {each for key in cheaper for each in sharing[key]} - done:
            heapq.heappush(heap, entry(other))
        yield candidates[index]
