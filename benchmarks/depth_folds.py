"""What each depth costs and finds, also of faults that its choice did not know: five-fold cross-validation.

`python -m benchmarks.depth_folds` reads specs/<api>/matrix.json of all APIs and sends nothing. For each fold,
the tests are chosen by the faults of the other four; `left out` is the share of its faults that they kill.
`--read-only` is a target where nothing may be written:
there, the share is of the faults that its tests can show.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tuningfork import apis
from tuningfork.depth.choice import COVER_REQUESTS, SLICES, Choice, Depth, choose
from tuningfork.depth.matrix import Matrix
from tuningfork.depth.worth import Candidate, Spending, rank, within

FOLDS = 5
LIMITS = (2_000, 3_000, 6_500, 10_000)
DEPTHS: tuple[Depth, ...] = ("smoke", "standard", "full")
SEED = 1
"""Of the order of the faults before they are dealt to folds."""


def candidates(*, read_only: bool = False, names: Iterable[str] | None = None) -> list[Candidate]:
    """Return the tests of APIs; with `read_only`, those that judge something where nothing is written."""
    found = []
    for name in apis.homes() if names is None else names:
        matrix = Matrix.load(apis.homes()[name].specs)
        for row in () if matrix is None else matrix.tests:
            cost = row.reading if read_only else row.requests
            if matrix is not None and cost is not None:
                faults = frozenset(f"{name} {matrix.faults[index]}" for index in row.faults)
                found.append(Candidate(row.test, cost, frozenset(row.claims), faults, row.shared))
    return found


def kills(tests: Iterable[Candidate]) -> set[str]:
    """Return the faults that these tests kill."""
    return {fault for test in tests for fault in test.faults}


def whole(choice: Choice) -> list[Candidate]:
    """Return the tests of a choice."""
    return [*choice.cover, *choice.slice]


@dataclass(frozen=True)
class Fold:
    """The tests as they are known without some faults, and these faults."""

    tests: Sequence[Candidate]
    left_out: frozenset[str]


def folds(tests: Sequence[Candidate]) -> list[Fold]:
    """Return the five folds of all faults."""
    faults = sorted(kills(tests))
    random.Random(SEED).shuffle(faults)  # noqa: S311 - no secret
    parts = [frozenset(faults[index::FOLDS]) for index in range(FOLDS)]
    return [Fold([replace(test, faults=test.faults - part) for test in tests], part) for part in parts]


def left_out(tests: Sequence[Candidate], depth: Depth, limit: float | None = None) -> float:
    """Return the mean share of left-out faults that a depth kills, or the first tests within a limit."""
    faults = {test.test: test.faults for test in tests}
    shares = []
    for number, fold in enumerate(folds(tests)):
        ranking = rank(fold.tests)
        chosen = whole(choose(ranking, depth, number)) if limit is None else within(ranking.all, limit)
        found = {fault for test in chosen for fault in faults[test.test]}
        shares.append(len(found & fold.left_out) / len(fold.left_out))
    return sum(shares) / len(shares)


def main() -> None:
    """Print a line for each depth, and for each limit of requests without a slice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read-only", action="store_true")
    tests = candidates(read_only=parser.parse_args().read_only)
    ranking, faults = rank(tests), kills(tests)
    claims = {claim for test in tests for claim in test.claims}
    print(f"{len(tests):,} tests, {len(claims)} claims, {len(faults)} faults")
    idle = [test for test in tests if not test.faults]
    print(
        f"{len(idle):,} tests find none of them, and send {sum(test.cost for test in idle):,}"
        f" of {sum(test.cost for test in tests):,} requests"
    )
    for depth in DEPTHS:
        choices = [choose(ranking, depth, index) for index in range(SLICES if depth == "smoke" else 1)]
        requests = max(choice.requests for choice in choices)
        share = min(len(kills(whole(choice))) for choice in choices) / len(faults)
        judged = {claim for test in choices[0].cover for claim in test.claims}
        unseen = "" if depth == "full" else f", {left_out(tests, depth):.0%} of left-out faults"
        print(
            f"{depth:<8} {requests:>6,} requests, {len(judged)} claims, {share:.1%} of the faults{unseen}"
            f" (cover: at most {COVER_REQUESTS.get(depth, requests):,})"
        )
    for limit in LIMITS:
        chosen, spending = within(ranking.all, limit), Spending()
        for test in chosen:
            spending.add(test)
        share = len(kills(chosen)) / len(faults)
        unseen = f"{left_out(tests, 'full', limit):.0%}"
        print(f"{spending.requests:>6,} requests: {share:.1%} of the faults, {unseen} of left-out faults")


if __name__ == "__main__":
    main()
