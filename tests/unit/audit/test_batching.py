from __future__ import annotations

from tuningfork.audit.batching import MAX_VARIANTS, MAX_VARIANTS_OF_A_CLAIM, batches, bisect
from tuningfork.audit.fault import MockPatch


def variant(name: str, *claims: str, api: str = "shop") -> MockPatch:
    return MockPatch(name, api, claims, "It differs.", repr, is_fault=False)


def test_variants_of_one_claim_are_spread_over_batches() -> None:
    result = batches([variant(f"v{number}", "A-1", "A-3") for number in range(5)] + [variant("other", "A-2")])

    assert MAX_VARIANTS_OF_A_CLAIM == 2
    assert [[variant.id for variant in batch] for batch in result] == [
        ["v0", "v3"],
        ["v1", "v4"],
        ["v2", "other"],
    ]


def test_variants_of_two_apis_are_never_in_one_batch() -> None:
    result = batches([variant("a", "A-1"), variant("b", "B-1", api="bank")])

    assert [[variant.id for variant in batch] for batch in result] == [["a"], ["b"]]


def test_many_variants_are_split_into_equal_batches() -> None:
    result = batches([variant(f"v{number}", f"A-{number}") for number in range(2 * MAX_VARIANTS + 1)])

    assert sorted(len(batch) for batch in result) == [16, 16, 17]


def test_bisect_returns_both_halves() -> None:
    batch = [variant(name, "A-1") for name in "abc"]

    assert [[variant.id for variant in half] for half in bisect(batch)] == [["a"], ["b", "c"]]
