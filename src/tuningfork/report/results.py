"""results.json: what a run found, by claim. Its JSON Schema is results.schema.json beside this file."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tuningfork.model import Level, Verdict
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.test_result import TestOutcome, Violation

SCHEMA: Literal["tuningfork.results/1"] = "tuningfork.results/1"
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")
FILE = "results.json"


class ResultsError(ValueError):
    """A results.json that can't be used: one sentence with its file."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Api(_Record):
    """An API that was judged: its name for readers, its documentation, what a source's letter stands for."""

    title: str
    documentation: str = ""
    sources: dict[str, str] = {}


class RunInfo(_Record):
    """The run as a whole.

    Args:
        target: the name of what was judged.
        started: ISO 8601, UTC.
        seconds: from start to end.
        seed: repeats the run's choices.
        requests: how many were sent.
        complete: false while the run goes on, and for ever if it was ended before its time, can't be trusted
            or lost its target.
        errors: why the run can't be trusted, a sentence each.
        lost: why the target counts as lost; empty if it does not.
        version: of tuningfork.
        apis: by name.
    """

    target: str
    started: str
    seconds: float = 0.0
    seed: int
    requests: int = 0
    complete: bool = False
    errors: list[str] = []
    lost: str = ""
    version: str
    apis: dict[str, Api] = {}


class ClaimResult(_Record):
    """A claim and what the run says of it; the reason is null for what passed, a note is about the claim."""

    id: str
    api: str
    level: Level
    section: str
    source: str
    promise: str
    needs: list[str] = []
    note: str = ""
    verdict: Verdict
    reason: str | None = None
    tests: list[str] = []
    breaches: list[Violation] = []
    exchanges: list[ExchangeRecord] = []


class Test(_Record):
    """A test and how it ended."""

    __test__ = False  # pytest collects what is called so

    id: str
    api: str
    claims: list[str]
    outcome: TestOutcome
    reason: str | None = None
    seconds: float
    requests: int


class OperationStats(_Record):
    """An operation: how often each status was seen, and how many milliseconds its answers took."""

    api: str
    operation: str
    statuses: dict[str, int]
    p50_ms: float
    p95_ms: float


class Results(_Record):
    """results.json.

    Args:
        schema_: tells the file from any other.
        run: the run as a whole.
        totals: claims by verdict; they prove that none was lost.
        problems: sentences that fail the run, whatever the verdicts are.
        claims: in the order of the documentation.
        operations: in the order of their names.
        tests: in the order in which they ended.
    """

    schema_: Literal["tuningfork.results/1"] = Field(default=SCHEMA, alias="schema")
    run: RunInfo
    totals: dict[Verdict, int]
    problems: list[str] = []
    claims: list[ClaimResult]
    operations: list[OperationStats] = []
    tests: list[Test] = []

    @property
    def alarms(self) -> list[str]:
        """What a reader must know before any verdict: errors of the run, a lost target, problems."""
        return [*self.run.errors, *filter(None, [self.run.lost]), *self.problems]

    def error_on_failure(self, sentence: str) -> Results:
        """The same results of a run that can't be trusted for one more reason."""
        run = self.run.model_copy(update={"errors": [*self.run.errors, sentence], "complete": False})
        return self.model_copy(update={"run": run})

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.totals != totals(self.claims):
            raise ValueError("its totals are not those of its claims")
        return self


def totals(claims: list[ClaimResult]) -> dict[Verdict, int]:
    """How many claims have each verdict; all verdicts are named."""
    counted = Counter(claim.verdict for claim in claims)
    return {verdict: counted[verdict] for verdict in Verdict}


def schema() -> dict[str, Any]:
    """The JSON Schema of results.json."""
    made = Results.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **made}


def write(results: Results, path: Path) -> None:
    """Write results.json, wholly or not at all."""
    write_text(as_json(results), path)


def as_json(results: Results) -> str:
    """The text of results.json."""
    return results.model_dump_json(by_alias=True, indent=1) + "\n"


def write_text(text: str, path: Path) -> None:
    """Put a text in the place of a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except BaseException:  # a full disk, or Ctrl-C
        draft.unlink(missing_ok=True)
        raise


def read(path: Path) -> Results:
    """The results of a run that came to its end.

    Raises:
        ResultsError: there is no such file; it is torn, foreign, of another version, or of a broken run.
    """
    results = _parse(path)
    if not results.run.complete:
        raise ResultsError(f"{path}: is of a run that did not come to its end; run it again")
    return results


def _parse(path: Path) -> Results:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as unread:
        raise ResultsError(f"{path}: can't be read ({unread.strerror})") from None
    except ValueError as torn:
        raise ResultsError(f"{path}: is torn, or no JSON ({torn}); run again") from None
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        raise ResultsError(f"{path}: is no {SCHEMA} but {found or 'something else'}")
    try:
        return Results.model_validate(content)
    except ValidationError as wrong:
        error = wrong.errors()[0]
        place = ".".join(str(part) for part in error["loc"]) or "the file"
        raise ResultsError(f"{path}: {place}: {error['msg'].lower()}; run again") from None
