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


def trial(name: str, claim: str, verdict: Verdict = "killed", others: tuple[str, ...] = ()) -> FaultResult:
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


def test_faults_and_mutants_stand_in_their_sections(wire: MutantTotals) -> None:
    faults = [trial("late", "AS-AUTH-01"), trial("lost", "AS-AUTH-01", "survived")]

    told = shown(faults=faults, wire=wire, tests={"AS-AUTH-01": ["a", "b"]})

    assert "Authentication 10 2 2 1 1 0 0" in told
    assert "Status codes 14 0 0 0 0 1,300 1" in told


def test_a_survivor_is_shown_with_the_command_that_tries_it_alone() -> None:
    assert "lost survived: breaks nothing of AS-AUTH-01; tuningfork audit --fault lost" in shown(
        faults=[trial("lost", "AS-AUTH-01", "survived")]
    )


def test_what_breaks_more_than_it_names_is_listed() -> None:
    told = shown(faults=[trial("late", "AS-AUTH-01", others=("AS-ENV-01",))])

    assert "late is killed, and breaks what it does not name: AS-ENV-01; a.py::t" in told


def test_a_mutant_without_a_reason_is_shown(wire: MutantTotals) -> None:
    assert "GET /tracks 200 /data emptied: nothing finds it" in shown(wire=wire)


def test_a_false_alarm_is_shown_with_the_command_that_tries_it_alone() -> None:
    alarm = VariantResult(id="odd", api="audiosocket", claims=[], verdict="alarm", complaints=["t: no"])

    assert "odd is no fault, and is complained of: t: no; tuningfork audit --variants --fault odd" in shown(
        variants=[alarm]
    )
