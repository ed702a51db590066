"""The order of tests by what they find."""

from __future__ import annotations

import os
import subprocess
import sys

from tuningfork.depth.worth import Candidate, rank_for_failure

DEAR = Candidate("t.py::dear", 10, frozenset(), frozenset("vwxy"))
CHEAP = Candidate("t.py::cheap", 2, frozenset(), frozenset("x"))
FREE = Candidate("t.py::free", 1, frozenset(), frozenset("z"))


def test_faults_for_the_requests_decide() -> None:
    assert rank_for_failure([DEAR, CHEAP, FREE]) == (FREE, CHEAP, DEAR)


def test_claims_count_less_than_faults() -> None:
    claim = Candidate("t.py::claim", 1, frozenset({"A"}))
    two_claims = Candidate("t.py::two", 1, frozenset({"B", "C", "D"}))

    assert rank_for_failure([claim, FREE, two_claims]) == (two_claims, FREE, claim)


def test_test_that_finds_and_judges_only_what_others_do_is_left_out() -> None:
    again = Candidate("t.py::again", 9, frozenset({"A"}), frozenset("xz"))
    claim = Candidate("t.py::claim", 1, frozenset({"A"}))

    assert again not in rank_for_failure([again, CHEAP, FREE, claim])


RANKED = """
import random
from tuningfork.depth.worth import Candidate, rank

drawn = random.Random(1)
claims, faults = [f"C-{n}" for n in range(40)], [f"fault-{n}" for n in range(80)]
tests = [
    Candidate(f"t.py::{n}", 1, frozenset(drawn.sample(claims, 5)), frozenset(drawn.sample(faults, 3)))
    for n in range(300)
]
print([test.test for test in rank(tests).all])
"""


def test_order_is_the_same_in_every_process() -> None:
    """Sets have another order in each process, and floats another sum in each order."""
    orders = set()
    for seed in "0123":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", RANKED]
        orders.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)

    assert len(orders) == 1
