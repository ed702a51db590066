from __future__ import annotations

from collections.abc import Iterator

from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import evaluate
from tuningfork.report.test_result import TestResult, Violation

LATE = MockPatch("late", "shop", ("A-1", "A-2"), "It is late.", repr, is_fault=True)


def outcome(test: str, *broken: str, end: str = "passed", reason: str = "") -> TestResult:
    breaches = tuple(Violation.of(claim, "this", "that") for claim in broken)
    return TestResult.model_validate(
        {"test": test, "api": "shop", "claims": (), "end": end, "reason": reason, "breaches": breaches}
    )


def unasked() -> Iterator[TestResult]:
    raise AssertionError("this test was not to be run")
    yield


def test_the_first_test_that_finds_a_claim_of_it_broken_kills() -> None:
    own = iter([outcome("a"), outcome("b", "A-2"), outcome("c", "A-1")])

    trial = evaluate(LATE, own, unasked())

    assert (trial.verdict, trial.killed_by, trial.test, trial.tests) == ("killed", ["A-2"], "b", 2)
    assert next(own).test == "c"


def test_other_claims_that_break_beside_it_are_told() -> None:
    trial = evaluate(LATE, [outcome("a", "B-1"), outcome("b", "A-1", "B-2")], unasked())

    assert (trial.verdict, trial.others, trial.is_mislabelled) == ("killed", ["B-1", "B-2"], False)


def test_what_breaks_only_other_claims_is_misnamed() -> None:
    trial = evaluate(LATE, [outcome("a")], [outcome("b"), outcome("c", "B-1")])

    assert (trial.verdict, trial.others, trial.is_mislabelled, trial.test) == ("survived", ["B-1"], True, "c")


def test_what_nothing_finds_survives() -> None:
    trial = evaluate(LATE, [outcome("a")], [outcome("b")])

    assert (trial.verdict, trial.is_mislabelled, trial.tests) == ("survived", False, 2)


def test_a_check_in_a_test_of_another_claim_kills_too() -> None:
    trial = evaluate(LATE, [outcome("a")], [outcome("b", "A-1")])

    assert (trial.verdict, trial.test) == ("killed", "b")


def test_an_error_is_no_kill() -> None:
    trial = evaluate(LATE, [outcome("a", end="error", reason="KeyError: 'x'")], [outcome("b")])

    assert (trial.verdict, trial.reason) == ("error", "a: KeyError: 'x'")
