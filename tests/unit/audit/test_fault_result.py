from __future__ import annotations

from collections.abc import Iterator

from tuningfork.audit.fault import MockPatch
from tuningfork.audit.fault_result import evaluate
from tuningfork.report.test_result import TestResult, Violation

LATE = MockPatch("late", "shop", ("A-1", "A-2"), "Responses are late.", repr, is_fault=True)


def make_result(test: str, *broken: str, end: str = "passed", reason: str = "") -> TestResult:
    violations = tuple(Violation.of(claim, "this", "that") for claim in broken)
    return TestResult.model_validate(
        {
            "test": test,
            "api": "shop",
            "claims": (),
            "outcome": end,
            "reason": reason,
            "violations": violations,
        }
    )


def never_run() -> Iterator[TestResult]:
    raise AssertionError("this test must not run")
    yield


def test_first_failing_test_of_own_claim_kills() -> None:
    own = iter([make_result("a"), make_result("b", "A-2"), make_result("c", "A-1")])

    result = evaluate(LATE, own, never_run())

    assert (result.verdict, result.killed_by, result.test, result.tests) == ("killed", ["A-2"], "b", 2)
    assert next(own).test == "c"


def test_other_broken_claims_are_listed() -> None:
    result = evaluate(LATE, [make_result("a", "B-1"), make_result("b", "A-1", "B-2")], never_run())

    assert (result.verdict, result.others, result.is_mislabelled) == ("killed", ["B-1", "B-2"], False)


def test_fault_that_breaks_only_other_claims_is_mislabelled() -> None:
    result = evaluate(LATE, [make_result("a")], [make_result("b"), make_result("c", "B-1")])

    assert (result.verdict, result.others, result.is_mislabelled, result.test) == (
        "survived",
        ["B-1"],
        True,
        "c",
    )


def test_fault_without_failing_test_survives() -> None:
    result = evaluate(LATE, [make_result("a")], [make_result("b")])

    assert (result.verdict, result.is_mislabelled, result.tests) == ("survived", False, 2)


def test_failing_check_in_test_of_other_claim_kills() -> None:
    result = evaluate(LATE, [make_result("a")], [make_result("b", "A-1")])

    assert (result.verdict, result.test) == ("killed", "b")


def test_error_in_test_is_not_a_kill() -> None:
    result = evaluate(LATE, [make_result("a", end="error", reason="KeyError: 'x'")], [make_result("b")])

    assert (result.verdict, result.reason) == ("error", "a: KeyError: 'x'")
