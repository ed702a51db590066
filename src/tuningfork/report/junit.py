"""Renders junit.xml: one test case for each claim, one suite for each section of an API's documentation."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import Section, sections, source, title

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: Results) -> str:
    """Return the XML; a claim that only warns is a passed test case with the warning as its system-out."""
    root = ET.Element("testsuites", name="tuningfork", time=f"{results.run.seconds:.3f}")
    for section in sections(results):
        root.append(_suite(results, section))
    if results.problems:
        root.append(_problems(results.problems))
    if errors := [*results.run.errors, *filter(None, [results.run.lost])]:
        root.append(_errors(errors))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(results: Results, section: Section) -> ET.Element:
    """Return the suite of a section of the documentation, with a test case for each claim."""
    suite = ET.Element(
        "testsuite",
        name=_text(f"{title(results, section.api)}: {section.name}"),
        tests=str(len(section.claims)),
        failures=str(section.count(Verdict.FAILED)),
        errors=str(section.count(Verdict.ERROR)),
        skipped=str(section.count(Verdict.NOT_VERIFIED) + section.count(Verdict.WAIVED)),
        timestamp=results.run.started,
        time=f"{sum(test.seconds for test in section.tests):.3f}",
    )
    seconds = {test.id: test.seconds for test in section.tests}
    for claim in section.claims:
        claim_seconds = sum(seconds.get(test, 0.0) for test in claim.tests)
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_text(f"{section.api}.{section.name}"),
            name=_text(f"{claim.id} {claim.promise}"),
            time=f"{claim_seconds:.3f}",
        )
        _add_verdict(results, claim, case)
    return suite


def _add_verdict(results: Results, claim: ClaimResult, case: ET.Element) -> None:
    """Add to a test case what its claim's verdict means in JUnit: a failure, error, skip or output."""
    reason = _text(claim.reason or "")
    violations = [violation.text() for violation in claim.violations]
    text = "\n\n".join([f"source:    {source(results, claim)}", *violations])
    match claim.verdict:
        case Verdict.FAILED:
            ET.SubElement(case, "failure", type=claim.level.value, message=reason).text = _text(text)
        case Verdict.ERROR:
            ET.SubElement(case, "error", type="error", message=reason).text = reason
        case Verdict.NOT_VERIFIED | Verdict.WAIVED:
            ET.SubElement(case, "skipped", message=f"{claim.verdict}: {reason}")
        case Verdict.WARNED | Verdict.INFO:
            ET.SubElement(case, "system-out").text = _text(f"{claim.verdict}\n{text}")


def _problems(problems: list[str]) -> ET.Element:
    """Return a suite with a case for each deviation that fails the run."""
    count = str(len(problems))
    suite = ET.Element("testsuite", name="deviations", tests=count, failures=count, errors="0", skipped="0")
    for problem in problems:
        case = ET.SubElement(suite, "testcase", classname="deviations", name=_text(problem), time="0")
        ET.SubElement(case, "failure", type="deviation", message=_text(problem)).text = _text(problem)
    return suite


def _errors(errors: list[str]) -> ET.Element:
    """Return a suite with a case for each reason why the run as a whole is not reliable."""
    count = str(len(errors))
    suite = ET.Element("testsuite", name="run", tests=count, failures="0", errors=count, skipped="0")
    for error in errors:
        case = ET.SubElement(suite, "testcase", classname="run", name=_text(error), time="0")
        ET.SubElement(case, "error", type="error", message=_text(error)).text = _text(error)
    return suite


def _text(text: str) -> str:
    """Return the text with characters that XML 1.0 (2.2) forbids replaced."""
    return _FORBIDDEN.sub("\ufffd", text)
