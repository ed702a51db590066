"""ctrf-report.json: valid by CTRF's schema, and the status of each verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, ValidationError

from tuningfork.report import ctrf
from tuningfork.report.results import Results

SCHEMA = json.loads((Path(__file__).parent / "schemas/ctrf-schema-0.0.json").read_text())
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)


def report(results: Results) -> Any:
    return json.loads(ctrf.render(results))


@pytest.mark.parametrize("name", ["all_verdicts", "hostile_results"])
def test_report_is_valid(name: str, request: pytest.FixtureRequest) -> None:
    VALIDATOR.validate(report(request.getfixturevalue(name)))


def test_schema_rejects_unknown_status(all_verdicts: Results) -> None:
    invalid = report(all_verdicts)
    invalid["results"]["tests"][0]["status"] = "warned"

    with pytest.raises(ValidationError):
        VALIDATOR.validate(invalid)


def test_each_verdict_has_a_status(all_verdicts: Results) -> None:
    content = report(all_verdicts)["results"]

    assert {test["rawStatus"]: test["status"] for test in content["tests"]} == {
        "passed": "passed", "failed": "failed", "warned": "other", "info": "passed", "error": "failed",
        "not verified": "skipped", "waived": "skipped",
    }  # fmt: skip
    assert {name: content["summary"][name] for name in ("tests", "passed", "failed", "skipped", "other")} == {
        "tests": 8, "passed": 2, "failed": 2, "skipped": 3, "other": 1,
    }  # fmt: skip


def test_failed_claim_has_message_trace_exchange_and_command(all_verdicts: Results) -> None:
    failed = report(all_verdicts)["results"]["tests"][1]

    assert failed["name"] == "SC-A-02 The promise of SC-A-02"
    assert failed["suite"] == ["SoundCloud", "Tokens"]
    assert failed["message"].startswith("GET /tracks: expected 401; found ")
    assert "run again: cd /home/ann/shop/api && tuningfork run t.py::SC-A-02" in failed["trace"]
    assert "< 200 OK" in failed["stdout"]
    assert failed["extra"]["curl"][0].startswith("curl ")
    assert (failed["extra"]["level"], failed["extra"]["source"]) == (
        "MUST",
        "G Tokens, https://docs.test/guide",
    )


def test_test_has_file_and_line(all_verdicts: Results) -> None:
    waived = report(all_verdicts)["results"]["tests"][-1]

    assert (waived["filePath"], waived["line"]) == ("api/suites/soundcloud/test_d.py", 41)


def test_times_are_milliseconds(all_verdicts: Results) -> None:
    times = report(all_verdicts)["results"]["summary"]

    assert (times["start"], times["stop"] - times["start"]) == (1714557600000, 2500)
