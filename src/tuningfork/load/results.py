"""The model of load.json; load.schema.json is its JSON Schema."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tuningfork.load.simulated_user import ApiLoad
from tuningfork.load.tally import BrokenExchange, ClaimTally, Phase
from tuningfork.model import Level
from tuningfork.redaction import Disclosure
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.exit_codes import Exit
from tuningfork.testing.load_scenario import Scenario

SCHEMA: Literal["tuningfork.load/1"] = "tuningfork.load/1"
SCHEMA_FILE = Path(__file__).with_name("load.schema.json")
FILE = "load.json"
LoadVerdict = Literal["holds", "breaks under load", "breaks alone", "waived", "not judged"]


class Model(BaseModel):
    """A frozen part of load.json."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Count(Model):
    """How often a claim was judged, and how often it was broken."""

    judged: int = 0
    broken: int = 0


class Broken(Model):
    """The first exchange that broke a claim, without secrets; `exchange` is null without a single one."""

    phase: Phase
    scenario: str
    expected: str
    found: str
    exchange: ExchangeRecord | None


class ClaimLoad(Model):
    """What a load run says about a claim: alone by one user, and by all users at once."""

    id: str
    api: str
    level: Level
    promise: str
    verdict: LoadVerdict
    holds_alone: bool | None = Field(description="null if it was not judged alone")
    alone: Count
    load: Count
    first: Broken | None

    @property
    def is_broken(self) -> bool:
        """Whether the claim is broken, and no deviation allows it."""
        return self.verdict in ("breaks under load", "breaks alone")


class ErrorCount(Model):
    """Requests without a response of the API, or with a 5xx that no claim forbids; they break no claim."""

    api: str
    reason: str
    count: int


class Repetitions(Model):
    """How often the users repeated a scenario, and how often that judged nothing, or not all, by reason."""

    repetitions: int = 0
    inconclusive: dict[str, int] = Field(default_factory=dict)


class ScenarioLoad(Repetitions):
    """The repetitions of a scenario: those of the user who was alone too, and those under load."""

    api: str
    name: str
    claims: list[str]
    load: Repetitions


class OperationTimes(Model):
    """The rate and the response times of an operation under load, in milliseconds; for information only."""

    operation: str
    requests: int
    per_second: float
    median_ms: float
    p95_ms: float


class LoadResults(Model):
    """The results of a load run; `complete` is false while it runs, and if it was interrupted or lost."""

    schema_: Literal["tuningfork.load/1"] = Field(default=SCHEMA, alias="schema")
    complete: bool
    target: str
    apis: list[str]
    users: int
    seconds: float
    seed: int
    started: str
    reproduce: str
    interrupted: bool
    lost: dict[str, str] = Field(description="why the target was lost, by API")
    failures: list[str] = Field(description="errors of this program")
    notices: list[str] = Field(description="what clean-up deleted of killed jobs, and what it left")
    claims: list[ClaimLoad]
    errors: list[ErrorCount]
    scenarios: list[ScenarioLoad]
    operations: list[OperationTimes]

    def exit_code(self) -> Exit:
        """Return the first exit code that applies: 2, 3 (own error), 1, 3 (lost), 5, 0."""
        conditions = (
            (Exit.INTERRUPTED, self.interrupted),
            (Exit.ERROR, bool(self.failures)),
            (Exit.FAILED, any(each.is_broken and each.level is Level.MUST for each in self.claims)),
            (Exit.ERROR, bool(self.lost)),
            (Exit.NOTHING_VERIFIED, not any(each.load.judged for each in self.claims)),
        )
        return next((code for code, applies in conditions if applies), Exit.OK)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of load.json."""
    model_schema = LoadResults.model_json_schema(mode="serialization", by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **model_schema}


def claims_of(load: ApiLoad) -> list[ClaimLoad]:
    """Return what is known about each claim that was judged, or that a scenario could judge."""
    known = load.session.contract.claims
    ids = {*load.tally.claims, *(each for scenario in load.all_scenarios for each in scenario.claims)}
    return [_claim(load, id_, load.tally.claims.get(id_, ClaimTally())) for id_ in known if id_ in ids]


def errors_of(load: ApiLoad) -> list[ErrorCount]:
    """Return the requests that broke no claim and say nothing, the most frequent reason first."""
    line, name = load.disclosure.line, load.session.name
    return [
        ErrorCount(api=name, reason=line(reason), count=count)
        for reason, count in load.tally.errors.most_common()
    ]


def scenarios_of(load: ApiLoad) -> list[ScenarioLoad]:
    """Return what was counted for each scenario."""
    return [_scenario(load, each) for each in load.all_scenarios]


def _scenario(load: ApiLoad, scenario: Scenario) -> ScenarioLoad:
    """Return what was counted for a scenario."""
    tally = load.tally.scenario(scenario.name)
    return ScenarioLoad(
        api=load.session.name,
        name=scenario.name,
        claims=list(scenario.claims),
        repetitions=tally.repetitions,
        inconclusive=_reasons(tally.inconclusive, load),
        load=Repetitions(
            repetitions=tally.load_repetitions, inconclusive=_reasons(tally.load_inconclusive, load)
        ),
    )


def _reasons(counted: Counter[str], load: ApiLoad) -> dict[str, int]:
    """Return reasons without secrets, the most frequent one first."""
    return {load.disclosure.line(reason): count for reason, count in counted.most_common()}


def _claim(load: ApiLoad, id_: str, tally: ClaimTally) -> ClaimLoad:
    """Return what is known about a claim."""
    claim, first = load.session.contract.claims[id_], None
    if tally.first:
        phase: Phase = "alone" if "alone" in tally.first else "load"
        first = _broken(phase, tally.first[phase], load.disclosure)
    return ClaimLoad(
        id=id_,
        api=load.session.name,
        level=claim.level,
        promise=claim.promise,
        verdict=_verdict(tally, is_waived=load.session.run.waives(id_)),
        holds_alone=None if not tally.judged["alone"] else not tally.broken["alone"],
        alone=Count(judged=tally.judged["alone"], broken=tally.broken["alone"]),
        load=Count(judged=tally.judged["load"], broken=tally.broken["load"]),
        first=first,
    )


def _verdict(tally: ClaimTally, *, is_waived: bool) -> LoadVerdict:
    """Return the verdict of a claim."""
    if tally.broken and is_waived:
        return "waived"
    if tally.broken["alone"]:
        return "breaks alone"
    if tally.broken["load"]:
        return "breaks under load"
    return "holds" if tally.judged["load"] else "not judged"


def _broken(phase: Phase, broken: BrokenExchange, disclosure: Disclosure) -> Broken:
    """Return a broken exchange without secrets, cut after the secrets were replaced."""
    return Broken(
        phase=phase,
        scenario=broken.scenario,
        expected=disclosure.line(broken.expected),
        found=disclosure.line(broken.found),
        exchange=None if broken.exchange is None else ExchangeRecord.of(broken.exchange, disclosure),
    )
