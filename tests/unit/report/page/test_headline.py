from __future__ import annotations

from typing import Any

import pytest
from tests.unit.report.page.conftest import with_claims

from tuningfork.model import Verdict
from tuningfork.report.page.headline import headline
from tuningfork.report.results import Results


def of(
    results: Results, *verdicts: Verdict, problems: tuple[str, ...] = (), **run: Any
) -> tuple[str, str, str]:
    """Return the headline of claims with these verdicts, and of a run with other values."""
    claims = [
        claim.model_copy(update={"verdict": verdict})
        for claim, verdict in zip(results.claims, verdicts, strict=False)
    ]
    changed = with_claims(results, claims)
    line = headline(
        changed.model_copy(update={"run": results.run.model_copy(update=run), "problems": list(problems)})
    )
    return line.conclusion, line.explanation, line.tone


PASSED, FAILED, ERROR = Verdict.PASSED, Verdict.FAILED, Verdict.ERROR
NOT_VERIFIED = Verdict.NOT_VERIFIED


def test_run_without_violations_may_be_released(results: Results) -> None:
    assert of(results, PASSED, PASSED) == ("May be released", "2 of 2 claims passed", "good")


def test_other_verdicts_are_counted(results: Results) -> None:
    line = of(results, PASSED, Verdict.WARNED, Verdict.INFO, Verdict.WAIVED, NOT_VERIFIED)

    assert line == (
        "May be released", "1 of 5 claims passed, 1 warned, 1 info, 1 waived, 1 not verified", "good"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "doubt"),
    [
        ({"lost": "no response", "complete": False}, "The target was lost."),
        ({"errors": ["a worker died"], "complete": False}, "The run is not reliable."),
        ({"complete": False}, "The run did not complete."),
    ],
)
def test_run_that_is_not_reliable_says_so_first(results: Results, run: dict[str, Any], doubt: str) -> None:
    assert of(results, PASSED, **run) == (doubt, "1 of 1 claim verified, none of them failed", "unknown")
    assert of(results, FAILED, **run) == (f"{doubt} Do not release", "1 of 1 claim failed", "bad")


def test_error_decides_nothing(results: Results) -> None:
    assert of(results, PASSED, ERROR) == (
        "1 claim ended in an error.", "1 of 2 claims verified, none of them failed", "unknown"
    )  # fmt: skip


def test_problem_with_a_deviation_forbids_the_release(results: Results) -> None:
    assert of(results, PASSED, problems=("it expired",)) == (
        "Do not release", "1 problem beside the verdicts", "bad"
    )  # fmt: skip


def test_nothing_verified_is_unknown(results: Results) -> None:
    line = of(results, NOT_VERIFIED)

    assert line == ("Nothing was verified.", "0 of 1 claim verified, none of them failed", "unknown")
