from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.model import Claim, Exchange, Headers, Level, Request, Response
from tuningfork.report.results import Api, Results, RunInfo, Test, totals
from tuningfork.report.test_result import TestResult, Violation
from tuningfork.report.verdicts import aggregate

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

MakeClaim = Callable[..., Claim]
MakeResult = Callable[..., TestResult]
MakeViolation = Callable[..., Violation]


@pytest.fixture
def exchange() -> Exchange:
    """An exchange whose URL, headers and body contain the secret PLANTED."""
    return EXCHANGE


@pytest.fixture
def run_info() -> RunInfo:
    apis = {"soundcloud": Api(title="SoundCloud", documentation="https://docs.test/guide")}
    return RunInfo(target="staging", started="2024-05-01T10:00:00+00:00", seed=7, version="0.1.0", apis=apis)


@pytest.fixture
def make_claim() -> MakeClaim:
    def make(name: str = "SC-A-01", level: Level = Level.MUST, section: str = "Tokens", **more: Any) -> Claim:
        return Claim(name, "soundcloud", section, level, "G Tokens", f"The promise of {name}", **more)

    return make


@pytest.fixture
def make_result() -> MakeResult:
    def make(claim: str = "SC-A-01", outcome: str = "passed", test: str = "", **more: Any) -> TestResult:
        values = {"seconds": 0.5, "requests": 3, "claims": (claim,), "outcome": outcome} | more
        return TestResult.model_validate({"test": test or f"t.py::{claim}", "api": "soundcloud", **values})

    return make


@pytest.fixture
def make_violation() -> MakeViolation:
    def make(claim: str = "SC-A-01", found: str = "200", **more: Any) -> Violation:
        return Violation.of(claim, "401", found, "status", EXCHANGE, **more)

    return make


@pytest.fixture
def results(
    run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> Results:
    """One claim with each verdict except "waived"; both claims of the last section are not verified."""
    claims = [
        make_claim("SC-A-01"),
        make_claim("SC-A-02"),
        make_claim("SC-A-03", Level.SHOULD),
        make_claim("SC-A-04", Level.MAY),
        make_claim("SC-B-01", section="Errors"),
        make_claim("SC-C-01", section="Search | lists"),
        make_claim("SC-C-02", section="Search | lists"),
    ]
    test_results = [
        make_result("SC-A-01"),
        make_result("SC-A-02", "failed", violations=(make_violation("SC-A-02", '"\x1b[31mred" <b>'),)),
        make_result("SC-A-03", "failed", violations=(make_violation("SC-A-03"),)),
        make_result("SC-A-04", "failed", violations=(make_violation("SC-A-04"),)),
        make_result("SC-B-01", "error", reason="KeyError: 'x'"),
        make_result("SC-C-01", "not verified", reason="needs user2"),
        make_result("SC-C-02", "not verified", reason="needs user2"),
    ]
    return build_results(run_info, claims, test_results)


def build_results(run_info: RunInfo, claims: list[Claim], test_results: list[TestResult]) -> Results:
    """Return the results of a complete run."""
    claim_results = aggregate(claims, test_results)
    tests = [
        Test(
            id=each.test, api=each.api, claims=list(each.claims), outcome=each.outcome,
            reason=each.reason or None, seconds=0.5, requests=3,
        )
        for each in test_results
    ]  # fmt: skip
    complete_run = run_info.model_copy(update={"seconds": 2.5, "requests": 2100, "complete": True})
    return Results(run=complete_run, totals=totals(claim_results), claims=claim_results, tests=tests)
