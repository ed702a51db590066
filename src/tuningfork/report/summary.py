"""Renders summary.md: the verdict of a run and the evidence of what it found, for the page of a CI job."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.model import Verdict
from tuningfork.report import evidence, markdown, plain_text
from tuningfork.report.comparison import compare
from tuningfork.report.exchange import ExchangeRecord
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.needs import what_it_takes
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import claims_by_api, count, plural, title, verdict_counts
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
    figures = [plural(run.requests, "request"), f"seed {run.seed}", f"{run.seconds:.1f} s"]
    yield f"# Tuning Fork: {markdown.escaped(run.target)}\n"
    verdict = f"{plural(len(claims), 'claim')}: {verdict_counts(results)}"
    yield f"{_mark(results)} **{verdict}.** {', '.join(figures)}."
    if run.shard:
        yield f"This is shard {run.shard} of a run; `tuningfork merge` joins the results of all shards."
    if not run.complete:
        yield "The run did not complete."
    yield from (f"\n> **{markdown.escaped(alarm)}**" for alarm in results.alarms)
    columns = [verdict for verdict, number in verdicts if number or verdict is Verdict.FAILED]
    yield "\n" + markdown.row(["API", "claims", *columns])
    yield markdown.row([":--", *["--:"] * (len(columns) + 1)])
    for api, of_api in claims_by_api(results).items():
        counts = [len(of_api), *(count(of_api, verdict) for verdict in columns)]
        yield markdown.row([title(results, api), *(f"{number:,}" for number in counts)])


def _changes(results: Results, previous: Results | None) -> Iterator[str]:
    """Yield a list of what got better and worse since an older run; nothing without one."""
    if previous is None:
        return
    comparison = compare(previous, results)
    yield f"\n## Since {markdown.escaped(previous.run.started)}\n"
    yield from (f"{markdown.escaped(note)}\n" for note in comparison.notes)
    for group, claims in comparison.changes.items():
        yield f"- {group}: {', '.join(change.claim.id for change in claims)}"
    if not comparison.changes:
        yield "- no verdict changed"


def _mark(results: Results) -> str:
    """Return a sign for the verdict of the run: it fails the job, it has warnings, or all is well."""
    if exit_code(results) is not Exit.OK or not results.run.complete:
        return "❌"
    return "⚠️" if results.totals[Verdict.WARNED] else "✅"


def _claim(results: Results, claim: ClaimResult) -> Iterator[str]:
    """Yield the promise, the source and the violations of a claim."""
    yield f"\n### {claim.id} {claim.verdict} ({claim.level})\n"
    yield f"{markdown.trusted(claim.promise)}\n"
    yield f"- Source: {_source(results, claim)}"
    if not claim.violations:
        yield f"- Reason: {markdown.escaped(claim.reason or '')}"
        for test in claim.tests[:1]:
            yield from ("", *markdown.fenced(results.run.rerun(test), "sh"))
    yield from _violations(results, claim.violations)


def _violations(results: Results, violations: list[Violation]) -> Iterator[str]:
    """Yield the first violation, and the others folded."""
    for violation in violations[:1]:
        yield from _violation(results, violation)
    if others := violations[1:]:
        yield f"<details><summary>{plural(len(others), 'more violation')}</summary>\n"
        for violation in others:
            yield from _violation(results, violation)
        yield "</details>"


def _violation(results: Results, violation: Violation) -> Iterator[str]:
    """Yield what was expected and found, the folded exchanges, and the commands that repeat it."""
    location = f" (at {markdown.escaped(violation.pointer)})" if violation.pointer else ""
    if violation.during_cleanup:
        yield f"- During {evidence.DURING_CLEANUP}"
    yield f"- Expected: {markdown.escaped(violation.expected)}"
    yield f"- Found: {markdown.escaped(violation.found)}{location}"
    for exchange in evidence.exchanges(violation):
        yield from _exchange(exchange)
    if violation.command:
        yield from ("\nReproduce:\n", *markdown.fenced(violation.command, "sh"))
    if violation.test:
        yield from ("\nRun the test again:\n", *markdown.fenced(results.run.rerun(violation.test), "sh"))
    yield ""


def _exchange(exchange: ExchangeRecord) -> Iterator[str]:
    """Yield a request and its response, folded."""
    line = plain_text.line(f"{exchange.method} {exchange.url} → {exchange.status} {exchange.reason}", 300)
    yield f"\n<details><summary>{markdown.in_html(line)}</summary>\n"
    yield from markdown.fenced(evidence.request_text(exchange), "http")
    yield ""
    yield from markdown.fenced(evidence.response_text(exchange), "http")
    yield "\n</details>"


def _foot(results: Results) -> Iterator[str]:
    """Yield folded lists: optional behaviour that differs, waived claims, and what was not verified."""
    for verdict in LISTED:
        claims = [claim for claim in results.claims if claim.verdict is verdict]
        lines = [f"{claim.id}: {markdown.escaped(claim.reason or '')}" for claim in claims]
        yield from markdown.folded(f"{len(claims)} {verdict}", lines)
    lines = [
        f"{markdown.escaped(reason)}: {', '.join(ids)}" for reason, ids in what_it_takes(results).items()
    ]
    yield from markdown.folded(f"{count(results.claims, Verdict.NOT_VERIFIED)} not verified", lines)


def _source(results: Results, claim: ClaimResult) -> str:
    """Return where a claim is documented, with a link to each document that its source names."""
    api = results.run.apis.get(claim.api)
    parts = source_links(claim.source, api) if api else [(claim.source, None)]
    return ", ".join(
        f"[{markdown.escaped(text)}](<{url}>)" if url else markdown.escaped(text) for text, url in parts
    )
