"""Tables of a run in the terminal, and the console that all commands print on."""

from __future__ import annotations

from typing import IO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tuningfork.model import Verdict
from tuningfork.redaction import printable_line
from tuningfork.report.results import Results
from tuningfork.report.sections import Section, claims_by_api, count_verified, plural, sections, title

MIN_COLUMNS, MAX_COLUMNS = 80, 120
PIPE_COLUMNS = 100
"""Columns where the output is not a terminal."""
MIN_COLUMNS_FOR_REQUESTS = 92
"""Columns of a terminal that has room for the number of requests."""
ASCII_BOX = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
STYLES = {
    Verdict.PASSED: "green",
    Verdict.FAILED: "bold red",
    Verdict.WARNED: "yellow",
    Verdict.INFO: "cyan",
    Verdict.NOT_VERIFIED: "magenta",
    Verdict.WAIVED: "blue",
    Verdict.ERROR: "bold red",
}


def console(file: IO[str] | None = None, width: int | None = None) -> Console:
    """Return a console of 80 to 120 columns, with colours on a terminal and plain ASCII tables elsewhere."""
    new_console = Console(file=file, highlight=False, markup=False, emoji=False)
    columns = width or (new_console.width if new_console.is_terminal else PIPE_COLUMNS)
    new_console.width = min(max(columns, MIN_COLUMNS), MAX_COLUMNS)
    return new_console


def api_table(results: Results) -> Table:
    """Return a line for each API: its claims, how many are verified, and how many have each other verdict."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "right", "right", "left"):
        table.add_column(justify=justify)
    for api, claims in claims_by_api(results).items():
        verdicts = [claim.verdict for claim in claims]
        other_verdicts = Text("  ").join(
            Text(f"{verdicts.count(verdict):,} {verdict}", STYLES[verdict])
            for verdict in Verdict
            if verdict is not Verdict.PASSED and verdict in verdicts
        )
        verified = count_verified(claims)
        style = "green" if verified == len(claims) else ""
        table.add_row(
            _text(title(results, api)),
            plural(len(claims), "claim"),
            Text(f"{verified:,} verified", style),
            other_verdicts,
        )
    return table


def section_table(results: Results, api: str, console: Console) -> Table:
    """Return the claims, tests and requests of each section of an API, a row each."""
    sections_of_api = [section for section in sections(results) if section.api == api]
    verdicts = [verdict for verdict in Verdict if _has_column(verdict, sections_of_api)]
    lines = box.SIMPLE_HEAD if console.is_terminal and console.encoding.startswith("utf") else ASCII_BOX
    table = Table(box=lines, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("section", overflow="fold")
    for heading in ("claims", "verified", *(verdict.value for verdict in verdicts), "tests"):
        table.add_column(heading, justify="right", min_width=len(heading.split()[-1]))
    has_requests = console.width >= MIN_COLUMNS_FOR_REQUESTS
    if has_requests:
        table.add_column("requests", justify="right")
    for section in sections_of_api:
        row: list[str | Text] = [_text(section.name), f"{len(section.claims):,}", f"{section.verified:,}"]
        row += [_count(section.count(verdict), verdict) for verdict in verdicts]
        row += [f"{len(section.tests):,}", *([f"{section.requests:,}"] if has_requests else [])]
        table.add_row(*row)
    return table


def _has_column(verdict: Verdict, sections: list[Section]) -> bool:
    """Return whether a verdict has a column: "failed" always, "passed" never, others if a claim has it."""
    if verdict in (Verdict.PASSED, Verdict.FAILED):
        return verdict is Verdict.FAILED
    return any(section.count(verdict) for section in sections)


def _count(count: int, verdict: Verdict) -> Text:
    """Return a number in the colour of its verdict; 0 is dimmed."""
    return Text(str(count), STYLES[verdict] if count else "dim")


def _text(text: str) -> Text:
    return Text(printable_line(text))
