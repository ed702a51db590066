"""What became of one difference: which claims the tests found broken in a mock that has it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tuningfork.audit.fault import MockPatch
from tuningfork.report.test_result import TestResult

Verdict = Literal["killed", "survived", "error"]


class FaultResult(BaseModel):
    """A difference against the suite.

    Args:
        id: of the fault or variant.
        api: whose mock had it.
        claims: those that it names.
        says: its sentence.
        verdict: a fault is killed when a test finds one of its claims broken.
        killed_by: the claims of its own that were found broken.
        others: claims that it does not name and that were found broken: it is misnamed, or a test is unfair.
        test: the one that was decisive.
        reason: why it is no kill.
        tests: how many ran.
        seconds: from start to end.
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
        """Whether it broke something, and nothing that it names."""
        return self.verdict == "survived" and bool(self.others)


def evaluate(difference: MockPatch, own: Iterable[TestResult], others: Iterable[TestResult]) -> FaultResult:
    """Run tests until one decides.

    Args:
        difference: what the mock has.
        own: the tests of its claims; each is run when it is asked for.
        others: all the others, for a fault that its own tests let pass.
    """
    start = time.monotonic()
    trial = _Evaluation(difference)
    if not trial.follows(own, until_anything=False) and not trial.others:
        trial.follows(others, until_anything=True)
    return trial.end(time.monotonic() - start)


def error_result(difference: MockPatch, reason: str) -> FaultResult:
    """The trial of a difference that could not be tried."""
    return FaultResult(
        id=difference.id,
        api=difference.api,
        claims=list(difference.claims),
        says=difference.says,
        verdict="error",
        reason=reason,
    )


class _Evaluation:
    """A trial while it goes on."""

    def __init__(self, difference: MockPatch) -> None:
        self._difference = difference
        self._own = frozenset(difference.claims)
        self.killed_by: list[str] = []
        self.others: dict[str, None] = {}
        self._errors: list[str] = []
        self._test = ""
        self._tests = 0

    def follows(self, outcomes: Iterable[TestResult], *, until_anything: bool) -> bool:
        """Take in outcomes until one kills, or, if that is enough, finds anything broken."""
        for outcome in outcomes:
            self._take(outcome)
            if self.killed_by or (until_anything and self.others):
                return True
        return False

    def _take(self, outcome: TestResult) -> None:
        self._tests += 1
        broken = dict.fromkeys(breach.claim for breach in outcome.breaches)
        self.killed_by += [claim for claim in broken if claim in self._own]
        if broken and (not self._test or self.killed_by):
            self._test = outcome.test
        self.others.update(dict.fromkeys(claim for claim in broken if claim not in self._own))
        if outcome.end == "error":
            self._errors.append(f"{outcome.test}: {outcome.reason}")

    def end(self, seconds: float) -> FaultResult:
        """What became of it."""
        verdict: Verdict = "killed" if self.killed_by else "error" if self._errors else "survived"
        difference = self._difference
        return FaultResult(
            id=difference.id,
            api=difference.api,
            claims=list(difference.claims),
            says=difference.says,
            verdict=verdict,
            killed_by=self.killed_by,
            others=list(self.others),
            test=self._test,
            reason="" if self.killed_by else "; ".join(self._errors[:3]),
            tests=self._tests,
            seconds=round(seconds, 3),
        )
