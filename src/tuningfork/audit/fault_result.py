"""The result of one fault or variant: the claims for which tests failed while the mock had it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tuningfork.audit.fault import MockPatch
from tuningfork.report.test_result import TestResult

Verdict = Literal["killed", "survived", "error"]
MAX_ERRORS_SHOWN = 3
"""Errors of tests that the reason of a result quotes."""


class FaultResult(BaseModel):
    """The result of one fault or variant.

    Args:
        id: the id of the fault or variant.
        api: the API whose mock had it.
        claims: the claims that it names.
        says: its description.
        verdict: "killed" if a test found a violation of one of `claims`.
        killed_by: those of `claims` for which a test found a violation.
        others: further claims for which a test found a violation; either the fault should name them, or a
            test requires more than its claim.
        test: the node id of the decisive test.
        reason: why the verdict is "error"; empty otherwise.
        tests: the number of tests that ran.
        seconds: the duration.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    api: str
    claims: list[str]
    says: str = ""
    verdict: Verdict
    killed_by: list[str] = []
    others: list[str] = []
    test: str = ""
    reason: str = ""
    tests: int = 0
    seconds: float = 0.0

    @property
    def is_mislabelled(self) -> bool:
        """Whether tests found violations, but only of claims that the fault does not name."""
        return self.verdict == "survived" and bool(self.others)


def evaluate(patch: MockPatch, own: Iterable[TestResult], others: Iterable[TestResult]) -> FaultResult:
    """Return the result of a fault or variant; tests run only until one of them decides.

    Args:
        patch: the fault or variant that the mock has.
        own: results of the tests of its claims; each test runs when its result is requested.
        others: results of all other tests of the API; requested only if `own` violates no claim of the fault.
    """
    start = time.monotonic()
    evaluation = _Evaluation(patch)
    if not evaluation.is_killed_by(own):
        evaluation.is_killed_by(others)  # the checks of every exchange judge claims that no test names
    return evaluation.result(time.monotonic() - start)


def error_result(patch: MockPatch, reason: str) -> FaultResult:
    """Return the result of a fault or variant whose tests could not run."""
    return FaultResult(
        id=patch.id,
        api=patch.api,
        claims=list(patch.claims),
        says=patch.says,
        verdict="error",
        reason=reason,
    )


class _Evaluation:
    """What the tests have found so far for one fault or variant.

    Args:
        patch: the fault or variant; violations of claims that it does not name are collected in `others`.
    """

    def __init__(self, patch: MockPatch) -> None:
        self._patch = patch
        self._own_claims = frozenset(patch.claims)
        self._killed_by: list[str] = []
        self._errors: list[str] = []
        self._test = ""
        self._tests = 0
        self.others: dict[str, None] = {}  # an ordered set of claims

    def is_killed_by(self, results: Iterable[TestResult]) -> bool:
        """Add results until one violates a claim of the fault; return whether one does."""
        for result in results:
            self._add(result)
            if self._killed_by:
                return True
        return False

    def _add(self, result: TestResult) -> None:
        """Count a test result: its violations of own and other claims, its error, and the decisive test."""
        self._tests += 1
        broken = dict.fromkeys(violation.claim for violation in result.violations)
        self._killed_by += [claim for claim in broken if claim in self._own_claims]
        if broken and (not self._test or self._killed_by):
            self._test = result.test
        self.others.update(dict.fromkeys(claim for claim in broken if claim not in self._own_claims))
        if result.outcome == "error":
            self._errors.append(f"{result.test}: {result.reason}")

    def result(self, seconds: float) -> FaultResult:
        """Return the result so far."""
        verdict: Verdict = "killed" if self._killed_by else "error" if self._errors else "survived"
        return FaultResult(
            id=self._patch.id,
            api=self._patch.api,
            claims=list(self._patch.claims),
            says=self._patch.says,
            verdict=verdict,
            killed_by=self._killed_by,
            others=list(self.others),
            test=self._test,
            reason="" if self._killed_by else "; ".join(self._errors[:MAX_ERRORS_SHOWN]),
            tests=self._tests,
            seconds=round(seconds, 3),
        )
