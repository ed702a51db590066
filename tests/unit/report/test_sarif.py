"""results.sarif: valid by the schema of SARIF 2.1.0, and what GitHub's code scanning needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, ValidationError
from tests.unit.report.conftest import HOSTILE

from tuningfork.report import sarif
from tuningfork.report.results import Results

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0-rtm.5.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(results: Results) -> Any:
    """Return the only run of the log."""
    (run,) = json.loads(sarif.render(results))["runs"]
    return run


@pytest.mark.parametrize("name", ["all_verdicts", "hostile_results"])
def test_log_is_valid(name: str, request: pytest.FixtureRequest) -> None:
    VALIDATOR.validate(json.loads(sarif.render(request.getfixturevalue(name))))


def test_schema_rejects_unknown_level(all_verdicts: Results) -> None:
    log = json.loads(sarif.render(all_verdicts))
    log["runs"][0]["results"][0]["level"] = "MUST"

    with pytest.raises(ValidationError):
        VALIDATOR.validate(log)


def test_each_claim_is_a_rule(all_verdicts: Results) -> None:
    rules = run_of(all_verdicts)["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [claim.id for claim in all_verdicts.claims]
    assert [rule["defaultConfiguration"]["level"] for rule in rules[1:4]] == ["error", "warning", "note"]
    assert rules[0]["shortDescription"] == {"text": "The promise of SC-A-01"}
    assert rules[0]["helpUri"] == "https://docs.test/guide"


def test_each_violation_is_a_result_of_its_rule(all_verdicts: Results) -> None:
    run = run_of(all_verdicts)

    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("SC-A-02", "error"), ("SC-A-03", "warning"), ("SC-A-04", "note"), ("SC-D-01", "error"),
    ]  # fmt: skip
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_result_has_location_request_response_and_commands(all_verdicts: Results) -> None:
    result = run_of(all_verdicts)["results"][-1]

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "api/suites/soundcloud/test_d.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 41},
    }
    assert result["message"]["text"].startswith(
        "Expected 401; found 200 (at status).\nRun the test again: cd "
    )
    assert result["properties"]["reproduce"].startswith("curl ")
    assert result["webRequest"]["headers"]["Authorization"] == "OAuth $ACCESS_TOKEN"
    assert (result["webResponse"]["statusCode"], result["webResponse"]["reasonPhrase"]) == (200, "OK")


def test_each_result_is_located_in_the_test_that_found_it(all_verdicts: Results) -> None:
    claim = all_verdicts.claims[-1]
    other = claim.violations[0].model_copy(update={"test": "t.py::other", "found": "500"})
    claims = [claim.model_copy(update={"violations": [*claim.violations, other]})]

    results = run_of(all_verdicts.model_copy(update={"claims": claims}))["results"]

    locations = [each["locations"][0]["physicalLocation"] for each in results]
    assert [(each["artifactLocation"]["uri"], each["region"]["startLine"]) for each in locations] == [
        ("api/suites/soundcloud/test_d.py", 41), ("api/t.py", 1),
    ]  # fmt: skip


def test_location_and_link_are_uris(all_verdicts: Results) -> None:
    api = all_verdicts.run.apis["soundcloud"].model_copy(update={"documentation": "https://docs.test/ä|b"})
    run = all_verdicts.run.model_copy(update={"repository_path": "é [1]?#%", "apis": {"soundcloud": api}})

    content = run_of(all_verdicts.model_copy(update={"run": run}))

    location = content["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "%C3%A9%20%5B1%5D%3F%23%25/t.py"
    assert content["tool"]["driver"]["rules"][0]["helpUri"] == "https://docs.test/%C3%A4%7Cb"


def test_rule_links_to_the_document_of_its_source(all_verdicts: Results) -> None:
    claims = [all_verdicts.claims[0].model_copy(update={"source": "S RFC 9110 15.5"})]

    (rule,) = run_of(all_verdicts.model_copy(update={"claims": claims}))["tool"]["driver"]["rules"]

    assert rule["helpUri"] == "https://www.rfc-editor.org/rfc/rfc9110#section-15.5"


def test_only_a_waived_result_is_suppressed(all_verdicts: Results) -> None:
    results = run_of(all_verdicts)["results"]

    assert [each.get("suppressions") for each in results] == [
        None,
        None,
        None,
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "known (https://tracker.test/1, ann, until 2999-12-31)",
            }
        ],
    ]


def test_invocation_has_times_and_what_makes_the_run_unreliable(all_verdicts: Results) -> None:
    (complete,) = run_of(all_verdicts)["invocations"]
    (lost,) = run_of(
        all_verdicts.model_copy(
            update={"run": all_verdicts.run.model_copy(update={"complete": False, "lost": "no response"})}
        )
    )["invocations"]

    assert complete["executionSuccessful"]
    assert (complete["startTimeUtc"], complete["endTimeUtc"]) == (
        "2024-05-01T10:00:00.000Z", "2024-05-01T10:00:02.500Z",
    )  # fmt: skip
    assert [each["message"]["text"] for each in complete["toolExecutionNotifications"]] == [
        "SC-B-01: KeyError: 'x'"
    ]
    assert not lost["executionSuccessful"]
    assert lost["toolExecutionNotifications"][0]["message"]["text"] == "no response"


def test_message_of_a_target_has_no_placeholder_or_link(hostile_results: Results) -> None:
    text = run_of(hostile_results)["results"][0]["message"]["text"]

    assert "{0}" in HOSTILE
    assert "{{0}}" in text
    assert "[a] (https" in text
