"""Renders junit.xml: one test case for each claim, one suite for each section of an API's documentation.

JUnit has no warnings, and GitLab, Jenkins and the actions of GitHub hide the output of a passed case. So a
violated SHOULD is a skipped case, whose message all of them show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from tuningfork.model import Verdict
from tuningfork.report.evidence import claim_text, exchanges_text, file_of_test
from tuningfork.report.plain_text import block, line
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import Section, at_depth, sections, title

SKIPPED = (Verdict.NOT_VERIFIED, Verdict.WAIVED, Verdict.WARNED)
_ATTACHMENT = re.compile(r"\[\[(?=ATTACHMENT\|)", re.IGNORECASE)
"""Starts a reference to a file, which GitLab links and Jenkins copies, so no target may write one."""


def render(results: Results) -> str:
    """Return the XML."""
    name = f"tuningfork{at_depth(results.run)}"
    root = ET.Element("testsuites", name=name, time=_seconds(results.run.seconds))
    root.extend(_suite(results, section) for section in sections(results))
    alarms = [*results.run.errors, *filter(None, [results.run.lost])]
    if results.problems:
        root.append(_alarms("problems", "failure", results.problems))
    if alarms:
        root.append(_alarms("run", "error", alarms))
    for count in ("tests", "failures", "errors"):
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
        skipped=str(sum(section.count(verdict) for verdict in SKIPPED)),
        timestamp=results.run.started,
        time=_seconds(sum(test.seconds for test in section.tests)),
    )
    seconds = {test.id: test.seconds for test in section.tests}
    for claim in section.claims:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_text(f"{section.api}.{section.name}"),
            name=_text(f"{claim.id} {claim.promise}"),
            file=_text(file_of_test(results, claim)),
            time=_seconds(sum(seconds.get(test, 0.0) for test in claim.tests)),
        )
        _add_verdict(results, claim, case)
    return suite


def _add_verdict(results: Results, claim: ClaimResult, case: ET.Element) -> None:
    """Add to a test case what its claim's verdict is in JUnit, and its exchanges as output."""
    if claim.verdict is Verdict.PASSED:
        return
    text, reason = claim_text(results, claim), line(claim.reason or "")
    match claim.verdict:
        case Verdict.FAILED:
            _add(case, "failure", text, type=claim.level.value, message=reason)
        case Verdict.ERROR:
            _add(case, "error", text, type="error", message=reason)
        case Verdict.NOT_VERIFIED | Verdict.WAIVED | Verdict.WARNED:
            _add(case, "skipped", text, type=claim.verdict.value, message=f"{claim.verdict}: {reason}")
        case Verdict.INFO:
            _add(case, "system-out", text)
    if claim.verdict in (Verdict.FAILED, Verdict.WARNED) and (output := exchanges_text(claim)):
        _add(case, "system-out", output)


def _alarms(name: str, kind: str, sentences: Iterable[str]) -> ET.Element:
    """Return a suite with a failure or an error for each sentence."""
    suite = ET.Element("testsuite", name=name)
    for sentence in sentences:
        case = ET.SubElement(suite, "testcase", classname=name, name=_text(line(sentence)), time="0")
        _add(case, kind, sentence, type=name, message=line(sentence))
    counts = {"tests": len(suite), "failures": 0, "errors": 0, "skipped": 0, f"{kind}s": len(suite)}
    for count, number in counts.items():
        suite.set(count, str(number))
    return suite


def _add(case: ET.Element, tag: str, text: str, **attributes: str) -> None:
    """Add an element with a text to a test case."""
    element = ET.SubElement(case, tag, {name: _text(value) for name, value in attributes.items()})
    element.text = _text(text)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _text(text: str) -> str:
    """Return a text that XML 1.0 allows (2.2) and that refers to no attachment."""
    return _ATTACHMENT.sub("[ [", block(text))
