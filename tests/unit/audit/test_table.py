from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tuningfork.audit import table
from tuningfork.audit.fault_result import FaultResult, Verdict
from tuningfork.audit.results import AuditResults, MutantTotals, Survivor, VariantResult
from tuningfork.contract.openapi import Contract

CONTRACT = Contract.load(Path(__file__).parents[3] / "specs" / "audiosocket")


def fault_result(
    name: str, claim: str, verdict: Verdict = "killed", others: tuple[str, ...] = ()
) -> FaultResult:
    return FaultResult(
        id=name, api="audiosocket", claims=[claim], verdict=verdict, others=list(others), test="a.py::t"
    )


def shown(**parts: object) -> str:
    results = AuditResults.model_validate({"started": "now", "seconds": 1, "version": "1"} | parts)
    out = io.StringIO()
    table.show(results, [CONTRACT], Console(file=out, width=160), "reports")
    return " ".join(out.getvalue().split())


@pytest.fixture
def wire() -> MutantTotals:
    survivor = Survivor(api="audiosocket", operation="GET /tracks", status=200, place="/data", kind="emptied")
    return MutantTotals(
        mutants=1_300,
        killed=1_299,
        survivors=[survivor],
        by_operation={"audiosocket": {"GET /tracks": 1_300}},
    )


def test_sections_count_faults_and_mutants(wire: MutantTotals) -> None:
    faults = [fault_result("late", "AS-AUTH-01"), fault_result("lost", "AS-AUTH-01", "survived")]

    output = shown(faults=faults, wire=wire, tests={"AS-AUTH-01": ["a", "b"]})

    assert "Authentication 10 2 2 1 1 0 0" in output
    assert "Status codes 14 0 0 0 0 1,300 1" in output


def test_survivor_is_shown_with_command() -> None:
    assert "lost survived: no test of AS-AUTH-01 fails; reproduce: tuningfork audit --fault lost" in shown(
        faults=[fault_result("lost", "AS-AUTH-01", "survived")]
    )


def test_fault_that_breaks_other_claims_is_listed() -> None:
    output = shown(faults=[fault_result("late", "AS-AUTH-01", others=("AS-ENV-01",))])

    assert "late is killed, but also breaks claims that it does not name: AS-ENV-01; a.py::t" in output


def test_mutant_without_reason_is_shown(wire: MutantTotals) -> None:
    assert "GET /tracks 200 /data emptied: no check fails" in shown(wire=wire)


def test_false_alarm_is_shown_with_command() -> None:
    alarm = VariantResult(id="odd", api="audiosocket", claims=[], verdict="alarm", complaints=["t: no"])

    output = shown(variants=[alarm])

    assert "odd is a conforming variant, but a test fails: t: no; " in output
    assert "reproduce: tuningfork audit --variants --fault odd" in output
