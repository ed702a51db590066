"""Renders summary.md: the results of a run in Markdown, for the page of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import (
    assumed,
    by_reason,
    claims_by_api,
    plural,
    sections,
    source,
    title,
    total,
)

DETAILED = (Verdict.FAILED, Verdict.ERROR, Verdict.WARNED, Verdict.INFO, Verdict.WAIVED)
"""The verdicts whose claims are described one by one, in this order."""
COLUMNS = (
    Verdict.FAILED, Verdict.WARNED, Verdict.INFO, Verdict.NOT_VERIFIED, Verdict.WAIVED, Verdict.ERROR
)  # fmt: skip


def render(results: Results) -> str:
    """Return the Markdown, in GitHub's dialect, which GitLab and Gitea read too."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    """Yield the lines of the whole file."""
    run = results.run
    yield f"# Tuning Fork: {_escaped(run.target)}"
    yield ""
    for api in claims_by_api(results):
        yield f"**{_escaped(total(results, api))}**  "
    end = "" if run.complete else " The run did not complete."
    yield f"Seed {run.seed}, {plural(run.requests, 'request')}, {run.seconds:.1f} s.{end}"
    yield from (f"\n> **{_escaped(alarm)}**" for alarm in results.alarms)
    yield from _section_table(results)
    for verdict in DETAILED:
        yield from _claims(results, verdict)
    yield from _not_verified(results)
    yield from _notes(results)
    yield from _operations(results)


def _section_table(results: Results) -> Iterator[str]:
    """Yield a table with a row for each section of the documentation."""
    has_several_apis = len(claims_by_api(results)) > 1
    verdicts = [verdict.value for verdict in COLUMNS]
    yield ""
    yield _row(["Section", "claims", "verified", *verdicts, "tests", "requests"])
    yield _row([":--", *["--:"] * (4 + len(COLUMNS))])
    for section in sections(results):
        name = f"{title(results, section.api)}: {section.name}" if has_several_apis else section.name
        counts = [len(section.claims), section.verified, *(section.count(verdict) for verdict in COLUMNS)]
        counts += [len(section.tests), section.requests]
        yield _row([name, *(f"{count:,}" if count else "" for count in counts)])


def _claims(results: Results, verdict: Verdict) -> Iterator[str]:
    """Yield a heading and a description of each claim with this verdict; nothing without claims."""
    claims = [claim for claim in results.claims if claim.verdict is verdict]
    if claims:
        yield f"\n## {verdict.value.capitalize()}"
    for claim in claims:
        yield from _claim(results, claim)


def _claim(results: Results, claim: ClaimResult) -> Iterator[str]:
    """Yield the promise, the source and the violations of a claim."""
    yield f"\n**{claim.id}** ({claim.level}) {_one_line(claim.promise)}  "
    yield f"Source: {_one_line(source(results, claim))}"
    if claim.verdict in (Verdict.ERROR, Verdict.WAIVED):
        yield f"\n{_escaped(claim.reason or '')}"
    for violation in claim.violations:
        yield from ("", *_fenced(violation.text()))


def _not_verified(results: Results) -> Iterator[str]:
    """Yield a list of the reasons why claims are not verified, each with the ids of its claims."""
    if reasons := by_reason(results):
        yield "\n## Not verified\n"
        yield from (f"- {_escaped(reason)}: {', '.join(ids)}" for reason, ids in reasons.items())


def _notes(results: Results) -> Iterator[str]:
    """Yield a list of the notes on claims, and of the claims that no document states."""
    notes = [f"- {claim.id}: {_one_line(claim.note)}" for claim in results.claims if claim.note]
    if ids := assumed(results):
        notes.append(f"- Assumed, because no document states it: {', '.join(ids)}")
    if notes:
        yield "\n## Notes\n"
    yield from notes


def _operations(results: Results) -> Iterator[str]:
    """Yield a table with the statuses and the response times of each operation."""
    if not results.operations:
        return
    yield f"\n<details><summary>{plural(len(results.operations), 'operation')}</summary>\n"
    yield _row(["Operation", "statuses", "p50 ms", "p95 ms"])
    yield _row([":--", ":--", "--:", "--:"])
    for each in results.operations:
        statuses = ", ".join(f"{status}: {count}" for status, count in each.statuses.items())
        yield _row([f"`{each.operation}`", statuses, f"{each.p50_ms:.1f}", f"{each.p95_ms:.1f}"])
    yield "\n</details>"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_one_line(cell) for cell in cells) + " |"


def _one_line(text: str) -> str:
    """Return trusted text of a contract in one line, with bars and brackets escaped."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _escaped(text: str) -> str:
    """Return untrusted text in one line that contains no HTML, link, image, code or mention."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    line = re.sub(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))", r"\\\1", line)
    return re.sub(r"@(?=\w)", "@&#8203;", line).replace("://", ":&#47;/")


def _fenced(text: str) -> list[str]:
    """Return the lines of a code block whose fence does not occur in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence, text, fence]
