"""What a load run has found: how often each claim was judged and broken, alone and under load."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from tuningfork.model import Exchange

Phase = Literal["alone", "load"]
MAX_REASONS = 50
"""Different texts of errors that are counted; a server may send any number of them."""
OTHER = "other reasons"


@dataclass(frozen=True, slots=True)
class BrokenExchange:
    """The first exchange of a phase that broke a claim.

    Args:
        scenario: the scenario that sent it.
        expected: what the claim requires, as a phrase.
        found: what the exchange has, as a phrase.
        exchange: the exchange; None if no single one shows it.
    """

    scenario: str
    expected: str
    found: str
    exchange: Exchange | None = None


@dataclass(slots=True)
class ClaimTally:
    """How often a claim was judged and broken in each phase, and its first broken exchange in each."""

    judged: Counter[Phase] = field(default_factory=Counter)
    broken: Counter[Phase] = field(default_factory=Counter)
    first: dict[Phase, BrokenExchange] = field(default_factory=dict)


@dataclass(slots=True)
class ScenarioTally:
    """How often a scenario was repeated, in total and under load, and how often it ended early, by reason."""

    repetitions: int = 0
    inconclusive: Counter[str] = field(default_factory=Counter)
    load_repetitions: int = 0
    load_inconclusive: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """What the run has found in one API; `phase` is "load" once all users are active."""

    phase: Phase = "alone"
    claims: dict[str, ClaimTally] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    """How often no response of the API arrived, by reason."""
    scenarios: dict[str, ScenarioTally] = field(default_factory=dict)

    def confirm(self, claim: str) -> None:
        """Count that a claim was judged and holds."""
        self._claim(claim).judged[self.phase] += 1

    def violate(self, claim: str, broken: BrokenExchange) -> None:
        """Count that a claim was judged and is broken."""
        tally = self._claim(claim)
        tally.judged[self.phase] += 1
        tally.broken[self.phase] += 1
        tally.first.setdefault(self.phase, broken)

    def add_error(self, reason: str) -> None:
        """Count a request without a response of the API."""
        count(self.errors, reason)

    def scenario(self, name: str) -> ScenarioTally:
        """Return the tally of a scenario."""
        return self.scenarios.setdefault(name, ScenarioTally())

    def add_repetition(self, name: str, reason: str | None) -> None:
        """Count a repetition of a scenario, and why it ended before it judged all; None if it did not."""
        tally = self.scenario(name)
        tally.repetitions += 1
        if reason is not None:
            count(tally.inconclusive, reason)
        if self.phase == "load":
            tally.load_repetitions += 1
            if reason is not None:
                count(tally.load_inconclusive, reason)

    def _claim(self, claim: str) -> ClaimTally:
        """Return the tally of a claim."""
        return self.claims.setdefault(claim, ClaimTally())


def count(reasons: Counter[str], reason: str) -> None:
    """Count a reason; all further ones together once there are MAX_REASONS."""
    reasons[reason if reason in reasons or len(reasons) < MAX_REASONS else OTHER] += 1
