from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.model import Claim, Exchange, Headers, Level, Request, Response, Verdict
from tuningfork.report.exchange import ExchangeRecord, Message
from tuningfork.report.results import Api, OperationStats, Results, RunInfo, Test, Waiver, totals
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


HOSTILE = (
    "\0 \x1b[31m \x9b \ud800 \u202e ]]> <b> &amp; </details><script>alert(1)</script> \"'\\ | %0A {0}\r\n"
    "::error file=a::b\n``````\n# head\n[[ATTACHMENT|/etc/passwd]] [a](https://evil.test) "
    "www.evil.test ![i](x) @team $x$ `code`"
)
"""What a hostile target may send."""


@pytest.fixture
def all_verdicts(results: Results, make_violation: MakeViolation) -> Results:
    """One claim with each verdict, two of them not verified, in a folder below the root of a repository."""
    waiver = Waiver(reason="known", link="https://tracker.test/1", owner="ann", expiry="2999-12-31")
    violation = make_violation("SC-D-01").model_copy(
        update={"test": "suites/soundcloud/test_d.py::test_d[1]"}
    )
    waived = results.claims[1].model_copy(
        update={
            "id": "SC-D-01",
            "verdict": Verdict.WAIVED,
            "violations": [violation],
            "tests": [violation.test],
            "waiver": waiver,
        }
    )
    claims = [*results.claims, waived]
    test = Test(
        id=violation.test,
        line=41,
        api="soundcloud",
        claims=["SC-D-01"],
        outcome="failed",
        seconds=1,
        requests=2,
    )
    stats = OperationStats(
        api="soundcloud", operation="GET /tracks", statuses={"200": 1200, "401": 3}, p50_ms=1.25, p95_ms=9
    )
    run = results.run.model_copy(update={"repository_path": "api", "folder": "/home/ann/shop/api"})
    changes = {"claims": claims, "totals": totals(claims), "run": run, "tests": [*results.tests, test]}
    return results.model_copy(update=changes | {"operations": [stats]})


@pytest.fixture
def hostile_results(all_verdicts: Results) -> Results:
    """Results whose every text of a target is hostile, with bodies of 1 MB."""
    body = HOSTILE + "A" * 1_000_000
    claims = [
        claim.model_copy(
            update={
                "reason": HOSTILE,
                "violations": [_hostile_violation(each, body) for each in claim.violations],
            }
        )
        for claim in all_verdicts.claims
    ]
    run = all_verdicts.run.model_copy(update={"errors": [HOSTILE]})
    return all_verdicts.model_copy(update={"claims": claims, "problems": [HOSTILE], "run": run})


def _hostile_violation(violation: Violation, body: str) -> Violation:
    """Return the violation with hostile texts and a hostile exchange with this body."""
    message = Message(headers=[(HOSTILE, HOSTILE)], body=body)
    exchange = ExchangeRecord(
        method=HOSTILE, url=HOSTILE, status=200, reason=HOSTILE, seconds=1, request=message, response=message,
        curl=HOSTILE,
    )  # fmt: skip
    texts = dict.fromkeys(("expected", "found", "pointer", "reproduce"), HOSTILE)
    return violation.model_copy(update={**texts, "exchange": exchange, "compared": (exchange,)})


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
