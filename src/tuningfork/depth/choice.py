"""The tests of a depth: a cover by evidence, and at `smoke` a slice of all others."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tuningfork.depth.worth import Candidate, Ranking, Spending, within

Depth = Literal["smoke", "standard", "full"]
COVER_REQUESTS = {"smoke": 2_700, "standard": 6_400}
"""The most requests of the tests that are chosen by evidence: the limits of a depth less a few percent."""
SMOKE_REQUESTS = 2_920
"""The most requests of all tests of `smoke`."""
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
    if depth == "standard":
        return Choice(within(ranking.all, COVER_REQUESTS[depth]))
    cover = within(ranking.all, COVER_REQUESTS[depth])
    taken = {candidate.test for candidate in cover}
    rest = [candidate for candidate in ranking.all if candidate.test not in taken]
    own_slice = [each for each in rest if slice_of(each.test) == index]
    own_slice.sort(key=lambda each: each.cost + sum(each.shared.values()))
    return Choice(cover, within(own_slice, SMOKE_REQUESTS - _cost(cover)))


def slice_of(test: str) -> int:
    """Return the slice of a test; it does not depend on other tests."""
    return zlib.crc32(test.encode()) % SLICES


def _cost(candidates: Iterable[Candidate]) -> int:
    """Return the requests of tests together."""
    spending = Spending()
    for candidate in candidates:
        spending.add(candidate)
    return spending.requests
