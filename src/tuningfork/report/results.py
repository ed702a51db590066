"""The model of results.json and its writer; results.schema.json is its JSON Schema."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tuningfork.model import Level, Verdict
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.rerun import rerun_command
from tuningfork.report.test_result import TestOutcome, Violation

SCHEMA: Literal["tuningfork.results/1"] = "tuningfork.results/1"
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")
FILE = "results.json"


def _current_verdict(verdict: object) -> object:
    """Return "info" in place of "noted", the word of older files; any other value unchanged."""
    return Verdict.INFO if verdict == "noted" else verdict


RecordedVerdict = Annotated[Verdict, BeforeValidator(_current_verdict)]
"""A verdict in results.json; older files have another word for "info"."""


def _require_time(text: str) -> str:
    """Return a time in ISO 8601; raise ValueError for another text."""
    datetime.fromisoformat(text)
    return text


def _require_date(text: str) -> str:
    """Return a date in ISO 8601; raise ValueError for another text."""
    date.fromisoformat(text)
    return text


Time = Annotated[str, AfterValidator(_require_time)]
Seconds = Annotated[float, Field(ge=0, le=1e9)]
Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, allow_inf_nan=False, defer_build=True)


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


class Waiver(_Record):
    """The entry of deviations.toml that waives a broken claim; `expiry` is an ISO 8601 date."""

    reason: str
    link: str
    owner: str
    expiry: Annotated[str, AfterValidator(_require_date)]


class Shard(_Record):
    """A part of the tests of a run; `tuningfork merge` joins the results of all parts.

    Args:
        index: its number, from 1.
        count: how many shards there are.
        commit: the commit of the working folder, or a digest of the sources.
        tests: how many tests all shards together have.
        deal: a digest of which test is in which shard; empty if the tests were not collected.
    """

    index: Annotated[int, Field(ge=1)]
    count: Annotated[int, Field(ge=1)]
    commit: str
    tests: Count = 0
    deal: str = ""

    def __str__(self) -> str:
        """Return the number of the shard, as the option --shard has it."""
        return f"{self.index}/{self.count}"

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        """Raise ValueError for a number that is larger than the number of shards."""
        if self.index > self.count:
            raise ValueError("its number is larger than the number of shards")
        return self


class Requirements(_Record):
    """What a run has to verify.

    Args:
        min_verified: how many claims need a verdict other than "not verified" and "error".
        require: globs of claims that need such a verdict.
    """

    min_verified: Count = 0
    require: list[str] = []


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
        requirements: what it has to verify.
        shard: which part of a run this is; null for a whole run.
        deviations: the known deviations of the target, by claim.
        options: the options of `tuningfork run` that repeat the run: target, seed and faults.
        apis: by name.
    """

    target: str
    started: Time
    seconds: Seconds = 0.0
    seed: int
    requests: Count = 0
    expected_requests: Count | None = None
    depth: Literal["smoke", "standard", "full"] = "full"
    complete: bool = False
    errors: list[str] = []
    lost: str = ""
    version: str
    folder: str = ""
    repository_path: str = ""
    faults: list[str] = []
    requirements: Requirements = Requirements()
    shard: Shard | None = None
    deviations: dict[str, Waiver] = {}
    options: list[str] = []
    apis: dict[str, Api] = {}

    def rerun(self, test: str) -> str:
        """Return the line that runs a test of this run again."""
        return rerun_command(test, self.options, self.folder)

    def in_repository(self, path: str) -> str:
        """Return a path of the working folder as one from the root of its repository."""
        return f"{self.repository_path}/{path}" if self.repository_path else path


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
    seconds: Seconds
    requests: Count


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
    statuses: dict[str, Count]
    p50_ms: Annotated[float, Field(ge=0)]
    p95_ms: Annotated[float, Field(ge=0)]
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
