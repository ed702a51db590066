from __future__ import annotations

from itertools import combinations

import pytest

from tuningfork.model import Verdict
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.results import Results, totals


@pytest.mark.parametrize(
    ("verdicts", "problems", "code"),
    [
        ([Verdict.PASSED, Verdict.WARNED, Verdict.INFO, Verdict.WAIVED, Verdict.NOT_VERIFIED], [], Exit.OK),
        ([Verdict.PASSED, Verdict.FAILED, Verdict.ERROR], [], Exit.FAILED),
        ([Verdict.PASSED], ["SC-A-01: passes again; remove its deviation"], Exit.FAILED),
        ([Verdict.PASSED, Verdict.ERROR], [], Exit.ERROR),
        ([Verdict.NOT_VERIFIED], [], Exit.NOTHING_VERIFIED),
        ([], [], Exit.NOTHING_VERIFIED),
    ],
)
def test_verdicts_and_problems_decide_exit_code(
    results: Results, verdicts: list[Verdict], problems: list[str], code: Exit
) -> None:
    claims = [results.claims[0].model_copy(update={"verdict": verdict}) for verdict in verdicts]

    assert (
        exit_code(Results(run=results.run, totals=totals(claims), claims=claims, problems=problems)) is code
    )


REASONS = ["refused", "interrupted", "unreliable", "failed", "problem", "error", "lost", "unverified"]
"""Why a run does not return 0, in the order in which they count."""
CODES = dict(zip(REASONS, [4, 2, 3, 1, 1, 3, 3, 5], strict=True))


@pytest.mark.parametrize("reasons", [each for n in range(9) for each in combinations(REASONS, n)])
def test_first_reason_decides_exit_code(results: Results, reasons: tuple[str, ...]) -> None:
    verdict_of = {"failed": Verdict.FAILED, "error": Verdict.ERROR}
    verdicts = [verdict_of[reason] for reason in reasons if reason in verdict_of] or [
        Verdict.NOT_VERIFIED if "unverified" in reasons else Verdict.PASSED
    ]
    claims = [results.claims[0].model_copy(update={"verdict": verdict}) for verdict in verdicts]
    run = {
        "errors": ["a worker died"] if "unreliable" in reasons else [],
        "lost": "no response" if "lost" in reasons else "",
    }
    run_results = Results(
        run=results.run.model_copy(update=run),
        totals=totals(claims),
        claims=claims,
        problems=["expired"] if "problem" in reasons else [],
    )

    code = exit_code(run_results, refused="refused" in reasons, interrupted="interrupted" in reasons)

    assert code == next((CODES[reason] for reason in reasons), 0)
