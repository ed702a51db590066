"""The tests of a depth: a cover by evidence, and at `smoke` a slice of all others."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tuningfork.depth.worth import Candidate, Ranking, Spending, rank, within

Depth = Literal["smoke", "standard", "full"]
COVER_REQUESTS = {"smoke": 2_820, "standard": 6_400}
"""The most requests of the tests that are chosen by evidence: the limits of a depth less a few percent."""
SMOKE_REQUESTS = 2_900
"""The most requests of all tests of `smoke`."""
NONE: frozenset[str] = frozenset()
SLICES = 10
"""The parts into which `smoke` deals the tests outside the cover; a run takes one of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The tests of a depth.

    Args:
        cover: the tests that are chosen by evidence.
        slice: other tests, the cheapest of a tenth of all others.
    """

    cover: Sequence[Candidate]
    slice: Sequence[Candidate] = ()

    @property
    def requests(self) -> int:
        """Return how many requests the tests are expected to send."""
        return _cost([*self.cover, *self.slice])


def choose(ranking: Ranking, depth: Depth, index: int = 0) -> Choice:
    """Return the tests of a depth.

    Args:
        ranking: all tests that the target can run.
        depth: "full" is all of them.
        index: which slice `smoke` runs, from 0 to SLICES - 1.
    """
    if depth == "full":
        return Choice(ranking.all)
    cover = _cover(ranking.claims + ranking.faults, COVER_REQUESTS[depth])
    if depth == "standard":
        return Choice(within([*cover, *_without(ranking.all, cover)], COVER_REQUESTS[depth]))
    own_slice = [each for each in _without(ranking.all, cover) if slice_of(each.test) == index]
    own_slice.sort(key=lambda each: each.cost + sum(each.shared.values()))
    return Choice(cover, within(own_slice, SMOKE_REQUESTS - _cost(cover)))


def _cover(ranked: Sequence[Candidate], limit: float) -> list[Candidate]:
    """Return the first tests within a limit of requests; others replace those that prove needless."""
    cover, found = within(ranked, limit), -1
    while len(faults := _faults(cover)) > found:
        found, needed = len(faults), _needed(cover)
        others = {each.test: each for each in _without(ranked, cover)}
        ranking = rank(replace(each, claims=NONE, faults=each.faults - faults) for each in others.values())
        cover = within([*needed, *(others[each.test] for each in ranking.faults)], limit)
    return cover


def _needed(tests: Sequence[Candidate]) -> list[Candidate]:
    """Return the tests without those whose claims and faults all others have too; the dearest go first."""
    times = Counter(key for each in tests for key in each.claims | each.faults)
    needless = []
    for each in sorted(tests, key=lambda each: -each.cost):
        if all(times[key] > 1 for key in each.claims | each.faults):
            needless.append(each)
            times.subtract(each.claims | each.faults)
    return _without(tests, needless)


def _without(tests: Iterable[Candidate], others: Iterable[Candidate]) -> list[Candidate]:
    """Return the tests that are not among others."""
    left_out = {each.test for each in others}
    return [each for each in tests if each.test not in left_out]


def _faults(tests: Iterable[Candidate]) -> frozenset[str]:
    """Return the faults that tests find together."""
    return NONE.union(*(each.faults for each in tests))


def slice_of(test: str) -> int:
    """Return the slice of a test; it does not depend on other tests."""
    return zlib.crc32(test.encode()) % SLICES


def _cost(candidates: Iterable[Candidate]) -> int:
    """Return the requests of tests together."""
    spending = Spending()
    for candidate in candidates:
        spending.add(candidate)
    return spending.requests
