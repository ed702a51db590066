"""The model of results.json, its reader and its writer; results.schema.json is its JSON Schema."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tuningfork.model import Level, Verdict
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.rerun import rerun_command
from tuningfork.report.test_result import TestOutcome, Violation

SCHEMA: Literal["tuningfork.results/1"] = "tuningfork.results/1"
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")
FILE = "results.json"


class ResultsError(ValueError):
    """A results.json that can't be used; the message is one sentence with the name of the file."""


def _current_verdict(verdict: object) -> object:
    """Return "info" in place of "noted", the word of older files; any other value unchanged."""
    return Verdict.INFO if verdict == "noted" else verdict


RecordedVerdict = Annotated[Verdict, BeforeValidator(_current_verdict)]
"""A verdict in results.json; older files have another word for "info"."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Api(_Record):
    """A tested API.

    Args:
        title: its name for people.
        documentation: the URL of its documentation.
        sources: descriptions of the documents that its claims cite, by their letter.
        settings: the keys of its table in tuningfork.toml.
    """

    title: str
    documentation: str = ""
    sources: dict[str, str] = {}
    settings: list[str] = []


class RunInfo(_Record):
    """The run as a whole.

    Args:
        target: the name of the target.
        started: ISO 8601, UTC.
        seconds: its duration.
        seed: the seed that repeats the run's random choices.
        requests: how many requests it sent, with those of logins and of clean-up.
        expected_requests: how many requests it announced before its first test; null if it announced none.
        depth: how many of the tests ran; only runs of the same depth can be compared.
        complete: false while the run continues, and forever if it was interrupted, is not reliable or lost
            its target.
        errors: why the run is not reliable, a sentence each.
        lost: why the target counts as lost; empty if it does not.
        version: of tuningfork.
        folder: the working folder of the run, in which its commands run again.
        repository_path: where `folder` is below the root of its repository; empty if it is the root.
        faults: the ids of the faults that were injected into the mocks.
        options: the options of `tuningfork run` that repeat the run: target, seed and faults.
        apis: by name.
    """

    target: str
    started: str
    seconds: float = 0.0
    seed: int
    requests: int = 0
    expected_requests: int | None = None
    depth: Literal["smoke", "standard", "full"] = "full"
    complete: bool = False
    errors: list[str] = []
    lost: str = ""
    version: str
    folder: str = ""
    repository_path: str = ""
    faults: list[str] = []
    options: list[str] = []
    apis: dict[str, Api] = {}

    def rerun(self, test: str) -> str:
        """Return the line that runs a test of this run again."""
        return rerun_command(test, self.options, self.folder)

    def in_repository(self, path: str) -> str:
        """Return a path of the working folder as one from the root of its repository."""
        return f"{self.repository_path}/{path}" if self.repository_path else path


class Waiver(_Record):
    """The entry of deviations.toml that waives a broken claim; `expiry` is an ISO 8601 date."""

    reason: str
    link: str
    owner: str
    expiry: str


class ClaimResult(_Record):
    """A claim and its verdict; the reason is null if the claim passed, the note is the claim's own.

    `exchanges` are those that the last expectation of a passed test compared; those of a broken claim are in
    its violations.
    """

    id: str
    api: str
    level: Level
    section: str
    source: str
    promise: str
    needs: list[str] = []
    note: str = ""
    verdict: RecordedVerdict
    reason: str | None = None
    tests: list[str] = []
    violations: list[Violation] = Field(
        default=[], validation_alias="breaches", serialization_alias="breaches"
    )
    exchanges: list[ExchangeRecord] = []
    waiver: Waiver | None = None


class Test(_Record):
    """A test, the line of its file, the first paragraph of its docstring, and how it ended."""

    __test__ = False  # keeps pytest from collecting it

    id: str
    line: int = 0
    api: str
    claims: list[str]
    doc: str = ""
    outcome: TestOutcome
    reason: str | None = None
    seconds: float
    requests: int


class OperationStats(_Record):
    """An operation: what the run saw of it, and what its document describes but the run never saw.

    Args:
        api: the name of the API.
        operation: the method and the path template: "GET /tracks/{id}".
        statuses: the number of responses with each status.
        p50_ms: the median of the response time; 0 without a response.
        p95_ms: the 95th percentile of the response time.
        summary: of the operation, from the OpenAPI document.
        documented: the documented statuses, such as "200", "4XX" and "default".
        unseen_parameters: documented parameters that no request had: "query limit", "body track.title".
        unseen_media_types: documented media types that no request had ("request application/json"), or no
            response with a status that was observed ("200 application/json").
        unseen_properties: documented properties that no response with a status that was observed had, without
            those below an unseen one: "200 collection[].user.avatar_url"; "200 label.*" for all of an object.
    """

    api: str
    operation: str
    statuses: dict[str, int]
    p50_ms: float
    p95_ms: float
    summary: str = ""
    documented: list[str] = []
    unseen_parameters: list[str] = []
    unseen_media_types: list[str] = []
    unseen_properties: list[str] = []


class Results(_Record):
    """The content of results.json.

    Args:
        schema_: identifies the format of the file.
        run: the run as a whole.
        totals: number of claims by verdict; must agree with the claims.
        problems: sentences that fail the run regardless of the verdicts.
        claims: in the order of the documentation.
        operations: in the order of their names.
        tests: in the order in which they ended.
    """

    schema_: Literal["tuningfork.results/1"] = Field(default=SCHEMA, alias="schema")
    run: RunInfo
    totals: dict[RecordedVerdict, int]
    problems: list[str] = []
    claims: list[ClaimResult]
    operations: list[OperationStats] = []
    tests: list[Test] = []

    @property
    def alarms(self) -> list[str]:
        """Errors of the run, the loss of the target, and problems, a sentence each."""
        return [*self.run.errors, *filter(None, [self.run.lost]), *self.problems]

    @property
    def has_failed(self) -> bool:
        """Whether a claim failed, a test was in error, or the run as a whole is not reliable."""
        return bool(self.totals[Verdict.FAILED] or self.totals[Verdict.ERROR] or self.alarms)

    def with_error(self, sentence: str) -> Results:
        """Return the same results with one more reason why the run is not reliable."""
        run = self.run.model_copy(update={"errors": [*self.run.errors, sentence], "complete": False})
        return self.model_copy(update={"run": run})

    @model_validator(mode="after")
    def _has_matching_totals(self) -> Self:
        """Raise ValueError unless `totals` agrees with the verdicts of the claims."""
        if self.totals != totals(self.claims):
            raise ValueError("its totals are not those of its claims")
        return self


def totals(claims: list[ClaimResult]) -> dict[Verdict, int]:
    """Return the number of claims with each verdict, zeros included."""
    counts = Counter(claim.verdict for claim in claims)
    return {verdict: counts[verdict] for verdict in Verdict}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of results.json."""
    model_schema = Results.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **model_schema}


def write(results: Results, path: Path) -> None:
    """Write results.json completely or not at all."""
    write_text(as_json(results), path)


def as_json(results: Results) -> str:
    """Return the text of results.json."""
    return results.model_dump_json(by_alias=True, indent=1) + "\n"


def write_text(text: str, path: Path) -> None:
    """Write or replace a file in one step, so that no reader finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except BaseException:  # a full disk, or Ctrl-C
        draft.unlink(missing_ok=True)
        raise


def read(path: Path) -> Results:
    """Return the results of a complete run.

    Raises:
        ResultsError: the file is missing, truncated, of another format or version, or of an incomplete run.
    """
    results = read_any(path)
    if not results.run.complete:
        raise ResultsError(f"{path}: is of a run that did not complete; run it again")
    return results


def read_any(path: Path) -> Results:
    """Return the results of a run, also of one that did not complete.

    Raises:
        ResultsError: the file is missing, truncated, or of another format or version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultsError(f"{path}: can't be read ({error.strerror})") from None
    except ValueError as error:
        raise ResultsError(f"{path}: is truncated or not JSON ({error}); run again") from None
    schema_of_file = content.get("schema") if isinstance(content, dict) else None
    if schema_of_file != SCHEMA:
        raise ResultsError(
            f"{path}: has the schema {schema_of_file or 'of another format'}, not {SCHEMA}; run again"
        )
    try:
        return Results.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        location = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ResultsError(f"{path}: {location}: {first['msg'].lower()}; run again") from None
