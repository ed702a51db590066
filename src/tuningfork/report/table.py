"""A run in the terminal: what was verified by section, what was broken and how, and one line at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tuningfork.model import Verdict
from tuningfork.redaction import printable_line
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import Section, assumed, by_reason, plural, sections, source, title, total
from tuningfork.report.test_result import Violation

NARROWEST, ROOMY, WIDEST = 80, 92, 120
PLAIN = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.WARNED: "yellow",
    Verdict.NOTED: "cyan",
    Verdict.NOT_VERIFIED: "magenta",
    Verdict.WAIVED: "blue",
    Verdict.ERROR: "bold red",
}
TOLD = (Verdict.FAILED, Verdict.ERROR, Verdict.WARNED, Verdict.NOTED, Verdict.WAIVED)
"""The verdicts whose claims are told one by one, in this order."""


def console(file: IO[str] | None = None, width: int | None = None) -> Console:
    """A console of 80 to 120 columns: with colours on a terminal, plain ASCII lines elsewhere."""
    made = Console(file=file, highlight=False, markup=False, emoji=False, safe_box=True)
    return Console(
        file=file,
        width=min(max(width or (made.width if made.is_terminal else 100), NARROWEST), WIDEST),
        highlight=False,
        markup=False,
        emoji=False,
    )


def show(results: Results, to: Console, place: str = "reports/", operations: bool = False) -> None:
    """Print a run.

    Args:
        results: of the run.
        to: made by `console`.
        place: where the reports are.
        operations: show the table of operations too.
    """
    for api in dict.fromkeys(claim.api for claim in results.claims):
        to.print(_by_section(results, api, to))
    if operations and results.operations:
        to.print(_by_operation(results, to))
    for verdict in TOLD:
        for claim in results.claims:
            if claim.verdict is verdict:
                _tell(results, claim, to)
    _tell_not_verified(results, to)
    _tell_notes(results, to)
    for alarm in results.alarms:
        to.print(Text(f"\n{printable_line(alarm)}", "bold red"), soft_wrap=True)
    _tell_totals(results, place, to)


def _table(heading: str, to: Console) -> Table:
    lines = box.SIMPLE_HEAD if to.is_terminal and to.encoding.startswith("utf") else PLAIN
    to.print(Text(f"\n{heading}", "bold"))
    return Table(box=lines, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)


def _by_section(results: Results, api: str, to: Console) -> Table:
    found = [section for section in sections(results) if section.api == api]
    told = [verdict for verdict in Verdict if verdict is not Verdict.PASSED and _is_told(verdict, found)]
    table = _table(title(results, api), to)
    table.add_column("section", overflow="fold")
    for heading in ("claims", "verified", *(verdict.value for verdict in told), "tests"):
        table.add_column(heading, justify="right", min_width=len(heading.split()[-1]))
    if to.width >= ROOMY:
        table.add_column("requests", justify="right")
    for section in found:
        told_counts = [_count(section.count(verdict), verdict) for verdict in told]
        counts = [f"{count:,}" for count in (len(section.claims), section.verified)]
        work = [f"{count:,}" for count in (len(section.tests), section.requests)]
        table.add_row(_text(section.name), *counts, *told_counts, *work[: 2 if to.width >= ROOMY else 1])
    return table


def _is_told(verdict: Verdict, found: list[Section]) -> bool:
    """Whether a verdict has a column: failed always, others where there are any."""
    return verdict is Verdict.FAILED or any(section.count(verdict) for section in found)


def _count(count: int, verdict: Verdict) -> Text:
    return Text(str(count), STYLES[verdict] if count else "dim")


def _by_operation(results: Results, to: Console) -> Table:
    table = _table("Operations", to)
    table.add_column("operation")
    table.add_column("statuses")
    table.add_column("p50 ms", justify="right")
    table.add_column("p95 ms", justify="right")
    for each in results.operations:
        seen = ", ".join(f"{status}: {count:,}" for status, count in each.statuses.items())
        table.add_row(_text(each.operation), seen, f"{each.p50_ms:.1f}", f"{each.p95_ms:.1f}")
    return table


def _tell(results: Results, claim: ClaimResult, to: Console) -> None:
    to.print()
    head = Text(f"{claim.id} {claim.verdict} ", STYLES[claim.verdict])
    to.print(head.append(f"({claim.level})", "dim"))
    rows = [("promise", claim.promise), ("source", source(results, claim))]
    if claim.verdict in (Verdict.ERROR, Verdict.WAIVED):
        rows.append(("reason", claim.reason or ""))
    _tell_rows(rows, to)
    if claim.verdict is not Verdict.WAIVED:
        for breach in claim.breaches:
            _tell_rows(_rows(breach), to)
            if breach.exchange:
                to.print(_text(f"  {breach.exchange.curl}"), soft_wrap=True, style="dim")


def _rows(breach: Violation) -> Iterator[tuple[str, str]]:
    yield from (("test", breach.test), ("expected", breach.expected))
    yield ("found", f"{breach.found} (at {breach.place})" if breach.place else breach.found)


def _tell_rows(rows: Iterator[tuple[str, str]] | list[tuple[str, str]], to: Console) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for label, text in rows:
        if text:
            grid.add_row(f"{label:8}", _text(text))
    to.print(Padding(grid, (0, 0, 0, 2), expand=False))


def _tell_not_verified(results: Results, to: Console) -> None:
    reasons = by_reason(results)
    if not reasons:
        return
    count = sum(len(claims) for claims in reasons.values())
    to.print(Text(f"\n{plural(count, 'claim')} not verified", STYLES[Verdict.NOT_VERIFIED]))
    for reason, claims in reasons.items():
        to.print(Padding(_text(f"{reason}: {', '.join(claims)}"), (0, 0, 0, 2), expand=False))


def _tell_notes(results: Results, to: Console) -> None:
    """What a reader must know of the claims themselves."""
    notes = {claim.id: claim.note for claim in results.claims if claim.note}
    if supposed := assumed(results):
        notes[", ".join(supposed)] = "assumed, since no document says it"
    if notes:
        to.print(Text("\nNotes", "bold"))
    for claims, note in notes.items():
        to.print(Padding(_text(f"{claims}: {note}"), (0, 0, 0, 2), expand=False))


def _tell_totals(results: Results, place: str, to: Console) -> None:
    run = results.run
    totals = "; ".join(total(results, api) for api in dict.fromkeys(claim.api for claim in results.claims))
    parts = [f"seed {run.seed}", plural(run.requests, "request"), f"{run.seconds:.1f} s", place]
    is_bad = results.totals[Verdict.FAILED] or results.totals[Verdict.ERROR] or results.alarms
    to.print(
        Text(f"\n{totals}", "bold red" if is_bad else "bold green").append(f"; {', '.join(parts)}", "dim")
    )


def _text(text: str) -> Text:
    return Text(printable_line(text))
