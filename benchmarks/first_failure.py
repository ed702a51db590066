"""After how many requests a run that ends at its first failure has found a fault, by the order of its tests.

    python -m benchmarks.first_failure [--served N]

reads specs/<api>/matrix.json of all APIs and sends nothing. For each fault, it adds up the requests of the
tests until one kills it, and prints the median and the mean over all faults: in the order of
`tuningfork run -x`, also for faults that this order does not know (five folds), in the order of a budget, and
in the order of the files. A test that fails ends before its last request, so these are upper bounds.

With --served, `tuningfork run -x` runs twice against served mocks with N faults of each API that break a
MUST, which the commit chooses. The second run uses the same mock, whose tokens it still has, and starts with
what failed in the first. Prints the medians of the requests of the tests, and of all that the mocks received:
the checks before the first test, logins and clean-up among them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.depth_folds import candidates, folds
from benchmarks.peers.__main__ import choose
from benchmarks.peers.access import grant
from benchmarks.peers.judges import ROOT, TuningFork
from benchmarks.served_mocks import ServedMock, served

from tuningfork import apis
from tuningfork.contract.openapi import load_promises
from tuningfork.depth.worth import Candidate, Spending, rank, rank_for_failure
from tuningfork.model import Level
from tuningfork.pytest_plugin.commit import read_commit

MAX_FAULTS = 10_000


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
    requests: dict[str, int] = {}
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


class Requests(NamedTuple):
    """The requests of the tests of a run, and all that the mock received."""

    of_tests: int
    received: int


def count_twice(api: str, fault: str) -> tuple[Requests, Requests]:
    """Return the requests of two runs with `-x` in the same folder, against the same mock with a fault."""
    with TemporaryDirectory() as name, served([api], faults=[fault], prepare=grant) as (mock,):
        return _count(mock, Path(name)), _count(mock, Path(name))


def _count(mock: ServedMock, folder: Path) -> Requests:
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    before = mock.traffic().requests
    command = TuningFork("-x", ["-x"], []).command(mock, folder)
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603 - our own command
    results = json.loads((folder / "reports/results.json").read_text(encoding="utf-8"))
    of_tests = sum(test["requests"] for test in results["tests"])
    return Requests(of_tests, mock.traffic().requests - before)


def show_served(api: str, count: int) -> None:
    """Print the medians over some faults of an API."""
    claims, _ = load_promises(apis.homes()[api].specs)
    musts = {claim.id for claim in claims.claims if claim.level is Level.MUST}
    faults = [
        fault for fault in choose(read_commit(ROOT, []), [api], MAX_FAULTS) if musts.issuperset(fault.claims)
    ]
    runs = [count_twice(api, fault.id) for fault in faults[:count]]
    for name, counts in zip(("first", "second"), zip(*runs, strict=True), strict=True):
        of_tests, received = (median(each) for each in zip(*counts, strict=True))
        print(
            f"{api:<12} {name} run, {len(runs)} faults: median {of_tests:,.0f} of {received:,.0f}", flush=True
        )


def main() -> None:
    """Print a line for each API and order, and measure runs if wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--served", type=int, default=0, metavar="N", help="faults of each API")
    options = parser.parse_args()
    for name in apis.homes():
        for order, found in orders(candidates(names=[name])):
            requests = found.values()
            print(
                f"{name:<12} {order:<17} {len(requests)} faults: median {median(requests):,.0f},"
                f" mean {mean(requests):,.0f} requests"
            )
    for name in apis.homes() if options.served else ():
        show_served(name, options.served)


if __name__ == "__main__":
    main()
