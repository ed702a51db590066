"""summary.md: a run for the page of a CI's job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tuningfork.model import Verdict
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import assumed, by_reason, plural, sections, source, title, total

BROKEN = (Verdict.FAILED, Verdict.ERROR, Verdict.WARNED, Verdict.NOTED, Verdict.WAIVED)
COLUMNS = (
    Verdict.FAILED, Verdict.WARNED, Verdict.NOTED, Verdict.NOT_VERIFIED, Verdict.WAIVED, Verdict.ERROR
)  # fmt: skip


def render(results: Results) -> str:
    """The Markdown (GitHub's dialect, which GitLab and Gitea read too)."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    run = results.run
    yield f"# Tuning Fork: {_cell(run.target)}"
    yield ""
    for api in dict.fromkeys(claim.api for claim in results.claims):
        yield f"**{_cell(total(results, api))}**  "
    end = "" if run.complete else " The run was ended before its time."
    yield f"Seed {run.seed}, {plural(run.requests, 'request')}, {run.seconds:.1f} s.{end}"
    yield from (f"\n> **{_cell(problem)}**" for problem in results.alarms)
    yield from _table(results)
    for verdict in BROKEN:
        yield from _broken(results, verdict)
    yield from _not_verified(results)
    yield from _notes(results)
    yield from _operations(results)


def _table(results: Results) -> Iterator[str]:
    several = len({claim.api for claim in results.claims}) > 1
    yield ""
    yield _row(
        ["Section", "claims", "verified", *(verdict.value for verdict in COLUMNS), "tests", "requests"]
    )
    yield _row([":--", *["--:"] * (4 + len(COLUMNS))])
    for section in sections(results):
        name = f"{title(results, section.api)}: {section.name}" if several else section.name
        counts = [len(section.claims), section.verified, *(section.count(verdict) for verdict in COLUMNS)]
        counts += [len(section.tests), section.requests]
        yield _row([name, *(f"{count:,}" if count else "" for count in counts)])


def _broken(results: Results, verdict: Verdict) -> Iterator[str]:
    claims = [claim for claim in results.claims if claim.verdict is verdict]
    if claims:
        yield f"\n## {verdict.value.capitalize()}"
    for claim in claims:
        yield from _claim(results, claim)


def _claim(results: Results, claim: ClaimResult) -> Iterator[str]:
    yield f"\n**{claim.id}** ({claim.level}) {_own(claim.promise)}  "
    yield f"Source: {_own(source(results, claim))}"
    if claim.verdict in (Verdict.ERROR, Verdict.WAIVED):
        yield f"\n{_cell(claim.reason or '')}"
    for breach in claim.breaches:
        yield from ("", *_fenced(breach.text()))


def _not_verified(results: Results) -> Iterator[str]:
    if reasons := by_reason(results):
        yield "\n## Not verified\n"
        yield from (f"- {_cell(reason)}: {', '.join(ids)}" for reason, ids in reasons.items())


def _notes(results: Results) -> Iterator[str]:
    noted = [f"- {claim.id}: {_own(claim.note)}" for claim in results.claims if claim.note]
    if supposed := assumed(results):
        noted.append(f"- Assumed, since no document says it: {', '.join(supposed)}")
    if noted:
        yield "\n## Notes\n"
    yield from noted


def _operations(results: Results) -> Iterator[str]:
    if not results.operations:
        return
    yield f"\n<details><summary>{plural(len(results.operations), 'operation')}</summary>\n"
    yield _row(["Operation", "statuses", "p50 ms", "p95 ms"])
    yield _row([":--", ":--", "--:", "--:"])
    for each in results.operations:
        seen = ", ".join(f"{status}: {count}" for status, count in each.statuses.items())
        yield _row([f"`{each.operation}`", seen, f"{each.p50_ms:.1f}", f"{each.p95_ms:.1f}"])
    yield "\n</details>"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_own(cell) for cell in cells) + " |"


def _own(text: str) -> str:
    """Text of a contract in one line, where a bar or a bracket means itself."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _cell(text: str) -> str:
    """Text of anybody in one line: no HTML, link, image, code or mention."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    line = re.sub(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))", r"\\\1", line)
    return re.sub(r"@(?=\w)", "@&#8203;", line).replace("://", ":&#47;/")


def _fenced(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence, text, fence]
