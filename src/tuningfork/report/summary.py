"""Renders summary.md: the verdict of a run and the evidence of what it found, for the page of a CI job."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from tuningfork.model import Verdict
from tuningfork.report import evidence, plain_text
from tuningfork.report.comparison import compare
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.needs import what_it_takes
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import claims_by_api, count, plural, title
from tuningfork.report.sources import source_links
from tuningfork.report.test_result import Violation

MAX_BYTES = 1_000_000
"""GitHub refuses the summary of a step that has more than 1 MiB."""
DETAILED = (Verdict.FAILED, Verdict.ERROR, Verdict.WARNED)
"""The verdicts whose claims are described one by one, in this order."""
LISTED = (Verdict.INFO, Verdict.WAIVED)
"""The verdicts whose claims have one line each in a folded list."""


def render(results: Results, max_bytes: int = MAX_BYTES, previous: Results | None = None) -> str:
    """Return the Markdown, in GitHub's dialect, which GitLab reads too.

    Args:
        results: of the run.
        previous: of an older run; the text then says what changed since.
        max_bytes: the size of the text; claims that do not fit are named only.
    """
    head = "\n".join([*_head(results), *_changes(results, previous)]) + "\n"
    foot = "\n".join(_foot(results)) + "\n"
    room = max_bytes - len((head + foot).encode()) - 1000
    texts, left_out = [], []
    for claim in (each for verdict in DETAILED for each in results.claims if each.verdict is verdict):
        text = "\n".join(_claim(results, claim)) + "\n"
        room -= len(text.encode())
        if room > 0:
            texts.append(text)
        else:
            left_out.append(claim.id)
    if left_out:
        shown = plain_text.line(", ".join(left_out), 600)
        texts.append(
            f"\n**{plural(len(left_out), 'more claim')} left out, because a CI shows no more than 1 MiB: "
            f"{shown}.** `results.json` has them all.\n"
        )
    return "".join([head, *texts, foot])


def _head(results: Results) -> Iterator[str]:
    """Yield the heading, the verdict of the run, its alarms, and a table with a row for each API."""
    run, claims = results.run, results.claims
    verdicts = [(verdict, count(claims, verdict)) for verdict in Verdict]
    totals = ", ".join(f"{number:,} {verdict}" for verdict, number in verdicts if number)
    figures = [plural(run.requests, "request"), f"seed {run.seed}", f"{run.seconds:.1f} s"]
    yield f"# Tuning Fork: {_escaped(run.target)}\n"
    yield f"{_mark(results)} **{plural(len(claims), 'claim')}: {totals or 'none'}.** {', '.join(figures)}."
    if not run.complete:
        yield "The run did not complete."
    yield from (f"\n> **{_escaped(alarm)}**" for alarm in results.alarms)
    columns = [verdict for verdict, number in verdicts if number or verdict is Verdict.FAILED]
    yield "\n" + _row(["API", "claims", *columns])
    yield _row([":--", *["--:"] * (len(columns) + 1)])
    for api, of_api in claims_by_api(results).items():
        counts = [len(of_api), *(count(of_api, verdict) for verdict in columns)]
        yield _row([title(results, api), *(f"{number:,}" for number in counts)])


def _changes(results: Results, previous: Results | None) -> Iterator[str]:
    """Yield a list of what got better and worse since an older run; nothing without one."""
    if previous is None:
        return
    changes = compare(previous, results).changes
    yield f"\n## Since {_escaped(previous.run.started)}\n"
    for group, claims in changes.items():
        yield f"- {group}: {', '.join(change.claim.id for change in claims)}"
    if not changes:
        yield "- no verdict changed"


def _mark(results: Results) -> str:
    """Return a sign for the verdict of the run: it failed, it needs a look, or all is well."""
    if results.has_failed or not results.run.complete:
        return "❌"
    needs_look = results.totals[Verdict.WARNED] or results.totals[Verdict.NOT_VERIFIED] == len(results.claims)
    return "⚠️" if needs_look else "✅"


def _claim(results: Results, claim: ClaimResult) -> Iterator[str]:
    """Yield the promise, the source and the violations of a claim."""
    yield f"\n### {claim.id} {claim.verdict} ({claim.level})\n"
    yield f"{_trusted(claim.promise)}\n"
    yield f"- Source: {_source(results, claim)}"
    if not claim.violations:
        yield f"- Reason: {_escaped(claim.reason or '')}"
        for test in claim.tests[:1]:
            yield from ("", *_fenced(results.run.rerun(test), "sh"))
    for violation in claim.violations:
        yield from _violation(results, violation)


def _violation(results: Results, violation: Violation) -> Iterator[str]:
    """Yield what was expected and found, the folded exchanges, and the commands that repeat it."""
    location = f" (at {_escaped(violation.pointer)})" if violation.pointer else ""
    yield f"- Expected: {_escaped(violation.expected)}"
    yield f"- Found: {_escaped(violation.found)}{location}"
    for exchange in evidence.exchanges(violation):
        yield from _exchange(exchange)
    if violation.command:
        yield from ("\nReproduce:\n", *_fenced(violation.command, "sh"))
    if violation.test:
        yield from ("\nRun the test again:\n", *_fenced(results.run.rerun(violation.test), "sh"))
    yield ""


def _exchange(exchange: ExchangeRecord) -> Iterator[str]:
    """Yield a request and its response, folded."""
    line = plain_text.line(f"{exchange.method} {exchange.url} → {exchange.status} {exchange.reason}", 300)
    yield f"\n<details><summary>{_inert(html.escape(line))}</summary>\n"
    yield from _fenced(evidence.request_text(exchange), "http")
    yield ""
    yield from _fenced(evidence.response_text(exchange), "http")
    yield "\n</details>"


def _foot(results: Results) -> Iterator[str]:
    """Yield folded lists: optional behaviour that differs, waived claims, and what was not verified."""
    for verdict in LISTED:
        claims = [claim for claim in results.claims if claim.verdict is verdict]
        lines = [f"{claim.id}: {_escaped(claim.reason or '')}" for claim in claims]
        yield from _folded(f"{len(claims)} {verdict}", lines)
    lines = [f"{_escaped(reason)}: {', '.join(ids)}" for reason, ids in what_it_takes(results).items()]
    yield from _folded(f"{count(results.claims, Verdict.NOT_VERIFIED)} not verified", lines)


def _folded(heading: str, lines: list[str]) -> Iterator[str]:
    """Yield a folded list; nothing for an empty list."""
    if lines:
        yield f"\n<details><summary>{heading}</summary>\n"
        yield from (f"- {line}" for line in lines)
        yield "\n</details>"


def _source(results: Results, claim: ClaimResult) -> str:
    """Return where a claim is documented, with a link to each document that its source names."""
    api = results.run.apis.get(claim.api)
    parts = source_links(claim.source, api) if api else [(claim.source, None)]
    return ", ".join(f"[{_escaped(text)}](<{url}>)" if url else _escaped(text) for text, url in parts)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _trusted(text: str) -> str:
    """Return a sentence of a contract in one line; its Markdown stays."""
    return html.escape(plain_text.line(text), quote=False)


def _escaped(text: str) -> str:
    """Return a text in one line that contains no HTML, link, image, code, formula or mention."""
    line = html.escape(plain_text.line(text), quote=False)
    line = re.sub(r"([\\`*\[\]|~]|(?<!\w)_|_(?!\w))", r"\\\1", line)
    return _inert(line)


def _inert(text: str) -> str:
    """Return HTML in which GitHub and GitLab find no mention, formula or URL."""
    return re.sub(r"@(?=\w)|:(?=//)|\bwww(?=\.)", r"\g<0>&#8203;", text).replace("$", "&#36;")


def _fenced(text: str, language: str) -> list[str]:
    """Return the lines of a code block whose fence is longer than any run of backticks in the text."""
    text = plain_text.block(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", text, fence]
