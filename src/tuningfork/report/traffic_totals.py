"""Counts what `tuningfork check` found, without keeping the exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tuningfork.model import Claim, Level
from tuningfork.report.checked_exchange import CheckedExchange

MAX_REASONS = 50
"""Different reasons that are counted, each of which may have the name of a host."""
OTHER_REASONS = "for other reasons"


class TrafficTotals:
    """The numbers of exchanges, of their defects, and of the claims that they break and satisfy.

    Args:
        checked: the exchanges; further ones are added by `add`.
    """

    def __init__(self, checked: Iterable[CheckedExchange] = ()) -> None:
        self.exchanges = self.files = self.other_files = self.undocumented = 0
        self.defects: Counter[str] = Counter()
        """How many exchanges were not checked, by the reason."""
        self.missing_bodies: Counter[str] = Counter()
        """How many exchanges were checked without their body, by the reason."""
        self.broken: Counter[str] = Counter()
        """How many exchanges break each claim."""
        self.satisfied: Counter[str] = Counter()
        """How many exchanges satisfy each claim."""
        self._file: Path | None = None
        for each in checked:
            self.add(each)

    def add(self, checked: CheckedExchange) -> None:
        """Count an exchange; the exchanges of a file follow each other."""
        self.exchanges += 1
        self.files += checked.recorded.file != self._file
        self._file = checked.recorded.file
        self.undocumented += checked.operation is None and bool(checked.api)
        if checked.defect:
            _count(self.defects, checked.defect)
        if checked.is_partly_checked:
            _count(self.missing_bodies, checked.recorded.missing_body)
        self.broken.update({str(finding.claim) for finding in checked.violations})
        self.satisfied.update(checked.satisfied_claims)

    @property
    def verifies_anything(self) -> bool:
        """Whether an exchange breaks or satisfies any claim; the exit code is 5 otherwise."""
        return bool(self.broken or self.satisfied)

    def breaks_a_must(self, claims: Mapping[str, Claim]) -> bool:
        """Return whether an exchange breaks a claim of level MUST; the exit code is 1 then."""
        return any(claims[claim].level is Level.MUST for claim in self.broken)


def _count(reasons: Counter[str], reason: str) -> None:
    """Count a reason; one that is new after MAX_REASONS others is counted with the others like it."""
    reasons[reason if reason in reasons or len(reasons) < MAX_REASONS else OTHER_REASONS] += 1
