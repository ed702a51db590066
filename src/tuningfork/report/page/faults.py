"""The faults that prove the tests of the claims, from audit.json or from a contract."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

AUDIT_FILE = "audit.json"


class Fault(BaseModel):
    """A deliberate defect of a mock.

    Args:
        id: the id of the fault.
        claims: the claims that it breaks.
        says: its description.
        verdict: "killed", "survived" or "error" if an audit has tried it; otherwise empty.
        test: the pytest id of the test that decided.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    claims: list[str]
    says: str = ""
    verdict: str = ""
    test: str = ""


class _Audit(BaseModel):
    """The part of audit.json that the page shows."""

    faults: list[Fault] = []


def read_faults(folder: Path) -> list[Fault]:
    """Return the faults of the last audit whose audit.json is in a folder; none without a valid file."""
    try:
        return _Audit.model_validate_json((folder / AUDIT_FILE).read_text(encoding="utf-8")).faults
    except (OSError, ValueError):
        return []


def faults_by_claim(faults: Iterable[Fault]) -> dict[str, list[Fault]]:
    """Return the faults of each claim."""
    grouped: dict[str, list[Fault]] = {}
    for fault in faults:
        for claim in fault.claims:
            grouped.setdefault(claim, []).append(fault)
    return grouped
