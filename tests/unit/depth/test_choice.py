"""Which tests a depth chooses."""

from __future__ import annotations

from tuningfork.depth.choice import COVER_REQUESTS, SLICES, SMOKE_REQUESTS, choose, slice_of
from tuningfork.depth.worth import Candidate, Ranking, rank, within

CHEAP = Candidate("t.py::cheap", 2, frozenset({"A"}), frozenset({"x"}))
DEAR = Candidate("t.py::dear", 9, frozenset({"A"}), frozenset({"x", "y"}))
OTHER = Candidate("t.py::other", 5, frozenset({"B"}))


def test_each_claim_comes_before_each_fault_and_faults_before_repetitions() -> None:
    ranking = rank([DEAR, CHEAP, OTHER])

    assert [each.test for each in ranking.claims] == [CHEAP.test, OTHER.test]
    assert [each.test for each in ranking.faults] == [DEAR.test]
    assert ranking.variety == ()


def test_test_that_later_ones_make_needless_gives_way_to_another() -> None:
    early = Candidate("t.py::early", 500, frozenset({"A"}), frozenset("abcd"))
    covering = [
        Candidate(f"t.py::{pair}", 1_000, frozenset({pair}), frozenset({*pair, f"{pair}1"}))
        for pair in ("ab", "cd")
    ]
    claim = Candidate("t.py::claim", 20, frozenset({"A"}))
    late = Candidate("t.py::late", 500, frozenset(), frozenset("z"))
    ranking = Ranking((early, claim, *covering), (late,), ())

    cover = choose(ranking, "smoke").cover

    assert early in within(ranking.all, 2_820)
    assert sorted(each.test for each in cover) == sorted(each.test for each in (claim, *covering, late))


def test_shared_value_is_paid_once() -> None:
    first, second = (Candidate(f"t.py::{name}", 1, shared={"list": 50}) for name in "ab")

    assert within([first, second], 51) == [first]
    assert within([first, second], 52) == [first, second]


def test_test_that_becomes_cheap_by_a_shared_value_is_preferred() -> None:
    payer = Candidate("t.py::payer", 1, frozenset(), frozenset("abcdefghij"), {"list": 4})
    sharer = Candidate("t.py::sharer", 1, frozenset(), frozenset("k"), {"list": 4})
    single = Candidate("t.py::single", 2, frozenset(), frozenset("l"))

    assert rank([single, sharer, payer]).faults == (payer, sharer, single)


def test_slices_of_smoke_differ_and_stay_within_the_limit() -> None:
    candidates = [
        Candidate(f"t.py::test[{number}]", 1 + number % 50, frozenset({f"C{number % 40}"}))
        for number in range(1500)
    ]
    ranking = rank(candidates)
    choices = [choose(ranking, "smoke", index) for index in range(SLICES)]

    slices = [{each.test for each in choice.slice} for choice in choices]
    assert all(slices)
    assert len(set.union(*slices)) == sum(map(len, slices))
    assert max(choice.requests for choice in choices) <= SMOKE_REQUESTS
    assert {claim for each in choices[0].cover for claim in each.claims} == {f"C{n}" for n in range(40)}


def test_slices_of_a_small_api_have_every_test() -> None:
    candidates = [Candidate(f"t.py::test[{number}]", 10, frozenset({"C"})) for number in range(290)]
    choices = [choose(rank(candidates), "smoke", index) for index in range(SLICES)]

    run = {each.test for choice in choices for each in (*choice.cover, *choice.slice)}
    assert run == {candidate.test for candidate in candidates}


def test_standard_stays_within_its_limit_and_full_has_all() -> None:
    candidates = [Candidate(f"t.py::{number}", 100, frozenset({str(number)})) for number in range(90)]

    standard, full = (choose(rank(candidates), depth) for depth in ("standard", "full"))

    assert standard.requests == COVER_REQUESTS["standard"]
    assert len(full.cover) == len(candidates)


def test_slice_of_a_test_does_not_depend_on_other_tests() -> None:
    assert slice_of("suites/shop/test_a.py::test_b") == 4


def test_cover_of_smoke_ends_with_the_last_fault() -> None:
    repetitions = [Candidate(f"t.py::again[{number}]", 3, frozenset({"A"})) for number in range(50)]

    choice = choose(rank([*repetitions, CHEAP]), "smoke")

    assert choice.cover == [CHEAP]
    assert {each.test for each in choice.slice} <= {each.test for each in repetitions}
