"""The model of audit.json: the results of all faults, conforming variants and response mutants."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tuningfork.audit.fault_result import FaultResult
from tuningfork.report.results import Shard, write_text

FILE = "audit.json"
SCHEMA: Literal["tuningfork.audit/1"] = "tuningfork.audit/1"


class AuditError(ValueError):
    """An audit.json that can't be used; the message is one sentence with the name of the file."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Survivor(_Record):
    """A response mutant that no check found.

    `operation`, `status` and `kind` are those of the mutant, `place` is its location. `reason` says why the
    documents allow the mutant (from unspecified.toml); it is empty if they do not.
    """

    api: str
    operation: str
    status: int
    place: str
    kind: str
    reason: str = ""


class MutantTotals(_Record):
    """The results of all response mutants.

    Args:
        mutants: the number of mutants.
        killed: the number of mutants in which a check found a violation.
        survivors: the other mutants.
        by_operation: the number of mutants by API and operation.
        seconds: the duration.
    """

    mutants: int = 0
    killed: int = 0
    survivors: list[Survivor] = []
    by_operation: dict[str, dict[str, int]] = {}
    seconds: float = 0.0

    @property
    def by_api(self) -> dict[str, int]:
        """The number of mutants by API."""
        return {api: sum(counts.values()) for api, counts in self.by_operation.items()}

    @property
    def unexplained(self) -> list[Survivor]:
        """The survivors without a reason."""
        return [survivor for survivor in self.survivors if not survivor.reason]


class VariantResult(_Record):
    """The result of a conforming variant.

    Args:
        id: the id of the variant.
        api: the API whose mock had it.
        claims: the claims that it names.
        verdict: "alarm" if a test failed, although the variant conforms to the documentation.
        complaints: the failures.
    """

    id: str
    api: str
    claims: list[str]
    verdict: Literal["fair", "alarm"]
    complaints: list[str] = []


class AuditResults(_Record):
    """The content of audit.json.

    Args:
        schema_: the name and version of this format.
        started: the time of the start, ISO 8601, UTC.
        seconds: the duration.
        version: the version of tuningfork.
        faults: the results of the faults.
        variants: the results of the conforming variants.
        wire: the results of the response mutants.
        tests: the node ids of the tests of each claim.
        shard: the shard whose faults and variants these are; None for a whole audit.
    """

    schema_: Literal["tuningfork.audit/1"] = Field(default=SCHEMA, alias="schema")
    started: str
    seconds: float
    version: str
    faults: list[FaultResult] = []
    variants: list[VariantResult] = []
    wire: MutantTotals = MutantTotals()
    tests: dict[str, list[str]] = {}
    shard: Shard | None = None

    @property
    def survivors(self) -> list[FaultResult]:
        """The faults that were not killed."""
        return [result for result in self.faults if result.verdict != "killed"]

    @property
    def spreading(self) -> list[FaultResult]:
        """The killed faults that also broke claims that they do not name."""
        return [result for result in self.faults if result.verdict == "killed" and result.others]

    @property
    def alarms(self) -> list[VariantResult]:
        """The conforming variants for which a test failed."""
        return [variant for variant in self.variants if variant.verdict == "alarm"]

    @property
    def is_clean(self) -> bool:
        """Whether all faults are killed, no variant is an alarm, and every surviving mutant has a reason."""
        return not (self.survivors or self.alarms or self.wire.unexplained)


def write_audit(results: AuditResults, folder: Path) -> None:
    """Write audit.json atomically."""
    write_text(results.model_dump_json(by_alias=True, indent=1) + "\n", folder / FILE)


def read_audit(path: Path) -> AuditResults:
    """Return the results in an audit.json or in its folder.

    Raises:
        AuditError: the file cannot be read, or is not of an audit.
    """
    file = path / FILE if path.is_dir() else path
    try:
        return AuditResults.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AuditError(f"{file}: can't be read ({error.strerror}); give audit.json or its folder") from None
    except ValueError:
        raise AuditError(f"{file}: is not the audit.json of an audit; run the audit again") from None


def read_killed(folder: Path) -> dict[str, bool] | None:
    """Return, by fault id, whether the last audit killed the fault; None without a valid audit.json."""
    try:
        results = AuditResults.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {result.id: result.verdict == "killed" for result in results.faults}
