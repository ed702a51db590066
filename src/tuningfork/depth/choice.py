"""The tests of a depth: a cover by evidence, and at `smoke` a slice of all others."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tuningfork.depth.worth import Candidate, Ranking, Spending, within

Depth = Literal["smoke", "standard", "full"]
COVER_REQUESTS = {"smoke": 1_900, "standard": 6_200}
"""The most requests of the tests that are chosen by evidence: the limits of a depth less a few percent."""
SMOKE_REQUESTS = 2_800
"""The most requests of all tests of `smoke`."""
SLICES = 10
"""How many runs of `smoke` it takes until every test has run."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The tests of a depth.

    Args:
        cover: the tests that are chosen by evidence.
        slice: other tests, of which each only sends its first requests.
        cap: how many requests a test of the slice sends after its setup.
    """

    cover: Sequence[Candidate]
    slice: Sequence[Candidate] = ()
    cap: int = 0

    @property
    def requests(self) -> int:
        """Return how many requests the tests are expected to send."""
        return _cost(self.cover) + _capped(self.slice, self.cap)


def choose(ranking: Ranking, depth: Depth, index: int = 0) -> Choice:
    """Return the tests of a depth.

    Args:
        ranking: all tests that the target can run.
        depth: "full" is all of them.
        index: which slice `smoke` runs, from 0 to SLICES - 1.
    """
    if depth == "full":
        return Choice(ranking.all)
    if depth == "standard":
        return Choice(within(ranking.all, COVER_REQUESTS[depth]))
    cover = within(ranking.all, COVER_REQUESTS[depth])
    taken = {candidate.test for candidate in cover}
    rest = [candidate for candidate in ranking.all if candidate.test not in taken]
    slices = [[each for each in rest if slice_of(each.test) == number] for number in range(SLICES)]
    left = SMOKE_REQUESTS - _cost(cover)
    return Choice(cover, slices[index], _highest_cap(slices, left))


def slice_of(test: str) -> int:
    """Return the slice of a test; it does not depend on other tests."""
    return zlib.crc32(test.encode()) % SLICES


def _highest_cap(slices: Sequence[Sequence[Candidate]], limit: int) -> int:
    """Return how many requests each test may send so that no slice exceeds the limit; at least 1."""
    cap, highest = 1, max((each.cost for each_slice in slices for each in each_slice), default=1)
    while cap < highest and all(_capped(each, cap + 1) <= limit for each in slices):
        cap += 1
    return cap


def _cost(candidates: Iterable[Candidate]) -> int:
    """Return the requests of tests together."""
    spending = Spending()
    for candidate in candidates:
        spending.add(candidate)
    return spending.requests


def _capped(candidates: Sequence[Candidate], cap: int) -> int:
    """Return the requests of tests of which each sends no more than `cap` after its setup."""
    return _cost([replace(each, cost=min(each.cost, cap)) for each in candidates])
