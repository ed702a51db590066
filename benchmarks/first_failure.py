"""After how many requests a run that ends at its first failure has found a fault, by the order of its tests.

`python -m benchmarks.first_failure` reads specs/<api>/matrix.json of all APIs and sends nothing. For each
fault, it adds up the requests of the tests until one kills it, and prints the median and the mean over all
faults: in the order of `tuningfork run -x`, in the order of a budget, and in the order of the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import mean, median

from benchmarks.depth_folds import candidates

from tuningfork import apis
from tuningfork.depth.worth import Candidate, Spending, rank, rank_by_faults


def requests_until_killed(tests: Iterable[Candidate]) -> dict[str, int]:
    """Return for each fault how many requests are sent until the end of the first test that kills it."""
    spending, requests = Spending(), dict[str, int]()
    for test in tests:
        spending.add(test)
        for fault in test.faults:
            requests.setdefault(fault, spending.requests)
    return requests


def orders(tests: list[Candidate]) -> Mapping[str, Iterable[Candidate]]:
    """Return the tests in each order, by its name."""
    return {"run -x": rank_by_faults(tests), "a budget": rank(tests).all, "the files": tests}


def main() -> None:
    """Print a line for each API and order."""
    for name in apis.homes():
        for order, tests in orders(candidates(names=[name])).items():
            requests = requests_until_killed(tests).values()
            print(
                f"{name:<12} {order:<10} {len(requests)} faults: median {median(requests):,.0f},"
                f" mean {mean(requests):,.0f} requests"
            )


if __name__ == "__main__":
    main()
