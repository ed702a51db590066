"""After how many requests a run that ends at its first failure has found a fault, by the order of its tests.

`python -m benchmarks.first_failure` reads specs/<api>/matrix.json of all APIs and sends nothing. For each
fault, it adds up the requests of the tests until one kills it, and prints the median and the mean over all
faults: in the order of `tuningfork run -x`, also for faults that this order does not know (five folds), in
the order of a budget, and in the order of the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, median

from benchmarks.depth_folds import candidates, folds

from tuningfork import apis
from tuningfork.depth.worth import Candidate, Spending, rank, rank_for_failure


def in_order_of_failure(tests: Sequence[Candidate]) -> list[Candidate]:
    """Return tests in the order of `tuningfork run -x`."""
    finders = rank_for_failure(tests)
    first = {test.test for test in finders}
    return [*finders, *(test for test in tests if test.test not in first)]


def requests_until_killed(tests: Iterable[Candidate]) -> dict[str, int]:
    """Return for each fault how many requests are sent until the end of the first test that kills it."""
    spending, requests = Spending(), dict[str, int]()
    for test in tests:
        spending.add(test)
        for fault in test.faults:
            requests.setdefault(fault, spending.requests)
    return requests


def requests_until_left_out_killed(tests: Sequence[Candidate]) -> dict[str, int]:
    """Return the same for `tuningfork run -x`, in an order that does not know the fault."""
    whole = {test.test: test for test in tests}
    requests = {}
    for fold in folds(tests):
        order = (whole[test.test] for test in in_order_of_failure(fold.tests))
        found = requests_until_killed(order)
        requests |= {fault: found[fault] for fault in fold.left_out}
    return requests


def orders(tests: Sequence[Candidate]) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the name of each order with the requests until each fault is found."""
    yield "run -x", requests_until_killed(in_order_of_failure(tests))
    yield "run -x, left out", requests_until_left_out_killed(tests)
    yield "a budget", requests_until_killed(rank(tests).all)
    yield "the files", requests_until_killed(tests)


def main() -> None:
    """Print a line for each API and order."""
    for name in apis.homes():
        for order, found in orders(candidates(names=[name])):
            requests = found.values()
            print(
                f"{name:<12} {order:<17} {len(requests)} faults: median {median(requests):,.0f},"
                f" mean {mean(requests):,.0f} requests"
            )


if __name__ == "__main__":
    main()
