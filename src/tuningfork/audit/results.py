"""audit.json: what became of every fault, every conforming variant and every mutant of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tuningfork.audit.fault_result import FaultResult
from tuningfork.report.results import write_text

FILE = "audit.json"
SCHEMA: Literal["tuningfork.audit/1"] = "tuningfork.audit/1"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Survivor(_Record):
    """A mutant that nothing found; the reason says why the documents leave it open, "" if nothing does."""

    api: str
    operation: str
    status: int
    place: str
    kind: str
    reason: str = ""


class MutantTotals(_Record):
    """Mutants of answers.

    Args:
        mutants: how many were made.
        killed: how many the contract finds.
        survivors: the others.
        by_operation: how many were made of each API's answers, by operation.
        seconds: from start to end.
    """

    mutants: int = 0
    killed: int = 0
    survivors: list[Survivor] = []
    by_operation: dict[str, dict[str, int]] = {}
    seconds: float = 0.0

    @property
    def by_api(self) -> dict[str, int]:
        """How many were made of each API's answers."""
        return {api: sum(counts.values()) for api, counts in self.by_operation.items()}

    @property
    def unexplained(self) -> list[Survivor]:
        """Those that no reason stands for."""
        return [one for one in self.survivors if not one.reason]


class VariantResult(_Record):
    """A conforming variant; its complaints are false alarms."""

    id: str
    api: str
    claims: list[str]
    verdict: Literal["fair", "alarm"]
    complaints: list[str] = []


class AuditResults(_Record):
    """audit.json.

    Args:
        schema_: tells the file from any other.
        started: ISO 8601, UTC.
        seconds: from start to end.
        version: of tuningfork.
        faults: each fault's trial, by id.
        variants: each variant, by id.
        wire: mutants of answers.
        tests: those that judge each claim.
    """

    schema_: Literal["tuningfork.audit/1"] = Field(default=SCHEMA, alias="schema")
    started: str
    seconds: float
    version: str
    faults: list[FaultResult] = []
    variants: list[VariantResult] = []
    wire: MutantTotals = MutantTotals()
    tests: dict[str, list[str]] = {}

    @property
    def survivors(self) -> list[FaultResult]:
        """The faults that no test of their claims found."""
        return [trial for trial in self.faults if trial.verdict != "killed"]

    @property
    def spreading(self) -> list[FaultResult]:
        """The faults that were killed and broke claims too that they do not name: false alarms in waiting."""
        return [trial for trial in self.faults if trial.verdict == "killed" and trial.others]

    @property
    def alarms(self) -> list[VariantResult]:
        """The variants that a test complained of."""
        return [variant for variant in self.variants if variant.verdict == "alarm"]

    @property
    def is_clean(self) -> bool:
        """Whether everything was found that is wrong, and nothing that is right."""
        return not (self.survivors or self.alarms or self.wire.unexplained)


def write_audit(results: AuditResults, folder: Path) -> None:
    """Write audit.json, wholly or not at all."""
    write_text(results.model_dump_json(by_alias=True, indent=1) + "\n", folder / FILE)


def read_killed(folder: Path) -> dict[str, bool] | None:
    """Of each fault whether the last audit saw it killed; None where there is no whole audit."""
    try:
        results = AuditResults.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {trial.id: trial.verdict == "killed" for trial in results.faults}
