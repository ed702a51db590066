"""The order of tests by what they find."""

from __future__ import annotations

from tuningfork.depth.worth import Candidate, rank_by_faults

DEAR = Candidate("t.py::dear", 10, frozenset({"A", "B", "C"}), frozenset("vwxy"))
CHEAP = Candidate("t.py::cheap", 2, frozenset(), frozenset("x"))
OTHER = Candidate("t.py::other", 1, frozenset(), frozenset("z"))
CLAIM = Candidate("t.py::claim", 1, frozenset({"D"}))


def test_faults_for_the_requests_decide_and_claims_do_not() -> None:
    assert rank_by_faults([CLAIM, DEAR, CHEAP, OTHER]) == (OTHER, CHEAP, DEAR)


def test_test_that_finds_only_what_others_find_is_left_out() -> None:
    again = Candidate("t.py::again", 9, frozenset(), frozenset("xz"))

    assert rank_by_faults([again, CHEAP, OTHER]) == (OTHER, CHEAP)
