from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.model import Claim, Exchange, Headers, Level, Request, Response
from tuningfork.report.results import Api, Results, Run, Test, totals
from tuningfork.report.test_result import Breach, Outcome
from tuningfork.report.verdicts import fold

EXCHANGE = Exchange(
    Request(
        "GET",
        "https://api.example.test/tracks?limit=2&secret_token=PLANTED",
        Headers([("Authorization", "OAuth PLANTED"), ("Accept", "*/*")]),
    ),
    Response(
        200,
        "OK",
        Headers([("Content-Type", "application/json"), ("Set-Cookie", "s=PLANTED; Path=/")]),
        b'{"access_token": "PLANTED", "title": "a"}',
    ),
    0.25,
)


@pytest.fixture
def exchange() -> Exchange:
    return EXCHANGE


@pytest.fixture
def run() -> Run:
    apis = {"soundcloud": Api(title="SoundCloud", documentation="https://docs.test/guide")}
    return Run(target="staging", started="2024-05-01T10:00:00+00:00", seed=7, version="0.1.0", apis=apis)


@pytest.fixture
def claim() -> Callable[..., Claim]:
    def make(name: str = "SC-A-01", level: Level = Level.MUST, section: str = "Tokens", **more: Any) -> Claim:
        return Claim(name, "soundcloud", section, level, "G Tokens", f"The promise of {name}", **more)

    return make


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    def make(claim: str = "SC-A-01", end: str = "passed", test: str = "", **more: Any) -> Outcome:
        more = {"seconds": 0.5, "requests": 3} | more
        return Outcome.model_validate(
            {"test": test or f"t.py::{claim}", "api": "soundcloud", "claims": (claim,), "end": end, **more}
        )

    return make


@pytest.fixture
def breach() -> Callable[..., Breach]:
    def make(claim: str = "SC-A-01", found: str = "200", **more: Any) -> Breach:
        return Breach.of(claim, "401", found, "status", EXCHANGE, **more)

    return make


@pytest.fixture
def results(
    run: Run, claim: Callable[..., Claim], outcome: Callable[..., Outcome], breach: Callable[..., Breach]
) -> Results:
    """One claim of each verdict but waived; those of the last section are not verified."""
    claims = [
        claim("SC-A-01"),
        claim("SC-A-02"),
        claim("SC-A-03", Level.SHOULD),
        claim("SC-A-04", Level.MAY),
        claim("SC-B-01", section="Errors"),
        claim("SC-C-01", section="Search | lists"),
        claim("SC-C-02", section="Search | lists"),
    ]
    outcomes = [
        outcome("SC-A-01"),
        outcome("SC-A-02", "failed", breaches=(breach("SC-A-02", '"\x1b[31mred" <b>'),)),
        outcome("SC-A-03", "failed", breaches=(breach("SC-A-03"),)),
        outcome("SC-A-04", "failed", breaches=(breach("SC-A-04"),)),
        outcome("SC-B-01", "error", reason="KeyError: 'x'"),
        outcome("SC-C-01", "not verified", reason="needs user2"),
        outcome("SC-C-02", "not verified", reason="needs user2"),
    ]
    folded = fold(claims, outcomes)
    tests = [
        Test(id=each.test, api=each.api, claims=list(each.claims), outcome=each.end, seconds=0.5, requests=3)
        for each in outcomes
    ]
    finished = run.model_copy(update={"seconds": 2.5, "requests": 2100, "complete": True})
    return Results(run=finished, totals=totals(folded), claims=folded, tests=tests)
