from __future__ import annotations

from tuningfork.audit.batching import MAX_VARIANTS, MAX_VARIANTS_OF_A_CLAIM, batches, bisect
from tuningfork.audit.fault import MockPatch


def variant(name: str, *claims: str, api: str = "shop") -> MockPatch:
    return MockPatch(name, api, claims, "It differs.", repr, is_fault=False)


def test_variants_of_one_claim_are_apart_as_far_as_may_be() -> None:
    made = batches([variant(f"v{number}", "A-1", "A-3") for number in range(5)] + [variant("other", "A-2")])

    assert MAX_VARIANTS_OF_A_CLAIM == 2
    assert [[one.id for one in group] for group in made] == [["v0", "v3"], ["v1", "v4"], ["v2", "other"]]


def test_variants_of_two_apis_never_share_a_mock() -> None:
    made = batches([variant("a", "A-1"), variant("b", "B-1", api="bank")])

    assert [[one.id for one in group] for group in made] == [["a"], ["b"]]


def test_many_variants_are_in_several_groups_of_one_size() -> None:
    made = batches([variant(f"v{number}", f"A-{number}") for number in range(2 * MAX_VARIANTS + 1)])

    assert sorted(len(group) for group in made) == [16, 16, 17]


def test_halves_are_the_whole() -> None:
    group = [variant(name, "A-1") for name in "abc"]

    assert [[one.id for one in half] for half in bisect(group)] == [["a"], ["b", "c"]]
