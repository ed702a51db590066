"""Renders the comparison of two runs: a table for the terminal, Markdown for a CI, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuningfork.model import Verdict
from tuningfork.redaction import printable_line
from tuningfork.report import markdown
from tuningfork.report.comparison import GROUPS, Change, Comparison
from tuningfork.report.needs import what_it_takes
from tuningfork.report.results import Results, RunInfo
from tuningfork.report.sections import plural
from tuningfork.report.table import STYLES

NOTHING = "No verdict changed."
COLUMNS = ("claim", "level", "before", "now", "reason")


def remedies(current: Results) -> dict[str, str]:
    """Return, for each claim that is not verified, what verifies it in the words of tuningfork.toml."""
    return {claim: sentence for sentence, claims in what_it_takes(current).items() for claim in claims}


def print_comparison(comparison: Comparison, remedies: Mapping[str, str], console: Console) -> None:
    """Print the notes, and a table of the claims of each kind of change."""
    for note in comparison.notes:
        console.print(Text(printable_line(note), "yellow"))
    for group, changes in comparison.changes.items():
        console.print(Text(f"{group}: {plural(len(changes), 'claim')} ({GROUPS[group]})", "bold"))
        console.print(_table(changes, remedies))
        console.print()
    if not comparison.changes:
        console.print(NOTHING)


def _table(changes: Iterable[Change], remedies: Mapping[str, str]) -> Table:
    """Return a row for each change."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for column in COLUMNS:
        table.add_column(column, no_wrap=column != COLUMNS[-1])
    for change in changes:
        before, now = (_styled(verdict) for verdict in (change.before, change.after))
        head = (f"  {printable_line(change.claim.id)}", str(change.claim.level), before, now)
        table.add_row(*head, printable_line(_reason(change, remedies)))
    return table


def _styled(verdict: Verdict | None) -> Text:
    """Return a verdict in its colour; a dash for a run without the claim."""
    return Text(str(verdict or "-"), STYLES[verdict] if verdict else "dim")


def _reason(change: Change, remedies: Mapping[str, str]) -> str:
    """Return why the claim has its verdict now; its promise if no reason is needed."""
    if change.after is Verdict.NOT_VERIFIED:
        return remedies.get(change.claim.id) or change.claim.reason or ""
    is_good = change.after in (None, Verdict.PASSED)
    return change.claim.promise if is_good else change.claim.reason or ""


def as_markdown(comparison: Comparison, remedies: Mapping[str, str]) -> str:
    """Return the changes in GitHub's dialect: a heading and a table for each kind."""
    return "\n".join(_markdown(comparison, remedies)) + "\n"


def _markdown(comparison: Comparison, remedies: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the Markdown."""
    target, started = comparison.current.target, comparison.previous.started
    yield f"# {markdown.escaped(target)} since {markdown.escaped(started)}"
    yield from (f"\n> {markdown.escaped(note)}" for note in comparison.notes)
    for group, changes in comparison.changes.items():
        yield f"\n## {group}: {plural(len(changes), 'claim')}\n"
        yield markdown.row(COLUMNS)
        yield markdown.row(":--" for _ in COLUMNS)
        for change in changes:
            verdicts = (str(verdict or "-") for verdict in (change.before, change.after))
            head = (change.claim.id, str(change.claim.level))
            yield markdown.row([*head, *verdicts, _reason(change, remedies)])
    if not comparison.changes:
        yield f"\n{NOTHING}"


def as_json(comparison: Comparison, remedies: Mapping[str, str]) -> str:
    """Return the changes as JSON: a list for each kind, also for one without a change."""
    content = {
        "old": _run(comparison.previous),
        "new": _run(comparison.current),
        "notes": comparison.notes,
        "changes": {
            group: [_change(change, remedies) for change in comparison.changes.get(group, ())]
            for group in GROUPS
        },
    }
    return json.dumps(content, indent=1)


def _run(run: RunInfo) -> dict[str, Any]:
    """Return what identifies a run."""
    return {
        "target": run.target,
        "started": run.started,
        "depth": run.depth,
        "apis": sorted(run.apis),
        "version": run.version,
    }


def _change(change: Change, remedies: Mapping[str, str]) -> dict[str, Any]:
    """Return one change; a verdict is null if the run does not have the claim."""
    claim = change.claim
    return {
        "claim": claim.id,
        "api": claim.api,
        "level": claim.level,
        "promise": claim.promise,
        "before": change.before,
        "now": change.after,
        "reason": _reason(change, remedies),
    }
