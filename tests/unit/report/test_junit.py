"""junit.xml: what it contains, and that Jenkins, GitLab and the actions of GitHub can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from tuningfork.report import junit
from tuningfork.report.results import Results

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas/junit-10.xsd"))


def case_of(results: Results, claim: str) -> ET.Element:
    """Return the test case of a claim."""
    root = ET.fromstring(junit.render(results))
    return next(case for case in root.iter("testcase") if str(case.get("name")).startswith(claim))


def text_of(element: ET.Element | None) -> str:
    assert element is not None
    return element.text or ""


@pytest.mark.parametrize("name", ["all_verdicts", "hostile_results"])
def test_junit_is_valid_for_jenkins_without_the_file_of_a_case(
    name: str, request: pytest.FixtureRequest
) -> None:
    """GitLab needs the attribute `file`, which the schema does not have; Jenkins' step junit ignores it."""
    root: Any = etree.fromstring(junit.render(request.getfixturevalue(name)).encode())
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)

    SCHEMA.assertValid(root)


def test_schema_rejects_other_documents(all_verdicts: Results) -> None:
    root = etree.fromstring(junit.render(all_verdicts).encode())

    assert not SCHEMA.validate(root), "the schema has no attribute `file`"


def test_junit_has_a_case_for_each_claim(all_verdicts: Results) -> None:
    root = ET.fromstring(junit.render(all_verdicts))

    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "8", "failures": "1", "errors": "1",
    }  # fmt: skip
    assert [(suite.get("name"), suite.get("skipped")) for suite in root] == [
        ("SoundCloud: Tokens", "1"),
        ("SoundCloud: Errors", "0"),
        ("SoundCloud: Search | lists", "2"),
        ("SoundCloud: Tokens", "1"),
    ]


def test_failure_has_promise_source_evidence_and_commands(all_verdicts: Results) -> None:
    case = case_of(all_verdicts, "SC-A-02")
    failure = case.find("failure")

    for part in (
        "SC-A-02 (MUST) failed: The promise of SC-A-02",
        "source:    G Tokens, https://docs.test/guide",
        "expected:  401",
        'reproduce: curl "https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN"',
        "run again: cd /home/ann/shop/api && tuningfork run t.py::SC-A-02",
    ):
        assert part in text_of(failure)
    assert "< 200 OK\nContent-Type: application/json" in text_of(case.find("system-out"))
    assert case.get("file") == "api/t.py"


def test_file_and_line_are_those_of_the_test(all_verdicts: Results) -> None:
    case = case_of(all_verdicts, "SC-D-01")

    assert case.get("file") == "api/suites/soundcloud/test_d.py"
    assert text_of(case.find("skipped")).endswith("\nat: api/suites/soundcloud/test_d.py:41")


def test_warning_is_skipped_with_its_evidence(all_verdicts: Results) -> None:
    skipped = case_of(all_verdicts, "SC-A-03").find("skipped")

    assert skipped is not None
    assert str(skipped.get("message")).startswith("warned: GET /tracks: expected 401; found 200")
    assert "reproduce: curl" in text_of(skipped)


def test_information_passes_with_its_evidence(all_verdicts: Results) -> None:
    case = case_of(all_verdicts, "SC-A-04")

    assert [child.tag for child in case] == ["system-out"]
    assert "found:     200 (at status)" in text_of(case[0])


def test_problem_is_a_failure_and_alarm_is_an_error(all_verdicts: Results) -> None:
    run = all_verdicts.run.model_copy(update={"errors": ["a worker died"]})
    changes = {"problems": ["SC-A-01: passes \0again"], "run": run}

    root = ET.fromstring(junit.render(all_verdicts.model_copy(update=changes)))

    assert (root.get("failures"), root.get("errors")) == ("2", "2")
    assert root[-2][0].get("name") == "SC-A-01: passes \\x00again"
    assert root[-1][0].get("name") == "a worker died"


def test_target_cannot_refer_to_a_file_as_an_attachment(hostile_results: Results) -> None:
    assert "[[ATTACHMENT|" not in junit.render(hostile_results)


def test_long_body_is_cut(hostile_results: Results) -> None:
    """An exchange with bodies of 1 MB takes a few thousand characters; a violation has two exchanges."""
    output = text_of(case_of(hostile_results, "SC-A-02").find("system-out"))

    assert output.count("more characters)") == 4
    assert len(output) < 20_000
