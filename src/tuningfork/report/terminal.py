"""Prints the results of a run: broken claims, claims without a verdict, and totals."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from tuningfork.model import Verdict
from tuningfork.redaction import printable_line
from tuningfork.report.needs import what_it_takes
from tuningfork.report.report_files import REPORT_FILES
from tuningfork.report.rerun import TEARDOWN
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import (
    assumed,
    by_reason,
    claims_by_api,
    plural,
    redundant_skips,
    source,
    title,
    verdict_counts,
)
from tuningfork.report.table import STYLES, api_table, section_table
from tuningfork.report.test_result import PASSED_ALONE, Violation

TOLERATED_VERDICTS = (Verdict.WARNED, Verdict.INFO, Verdict.WAIVED)
"""The verdicts of broken claims that do not fail the run; each claim has one line without -v."""
GROUPED_VERDICTS = (Verdict.ERROR, Verdict.NOT_VERIFIED)
SHOWN_FILES = 3
"""How many reports the last line names."""
SHOWN_TESTS = 3
"""How many tests that passed only alone are named without -v."""
COMMANDS = ("reproduce", "run again")
"""The rows of a violation that are command lines."""


def print_results(
    results: Results,
    console: Console,
    folder: str = "reports/",
    files: Sequence[str] = REPORT_FILES,
    *,
    verbose: bool = False,
) -> None:
    """Print the results of a run.

    Args:
        results: of the run.
        console: from `table.console`.
        folder: where the reports are.
        files: the reports.
        verbose: also print the tables by section, the notes of claims and every violation.
    """
    if verbose:
        _print_tables(results, console)
    for claim in _claims(results, Verdict.FAILED):
        _print_details(results, claim, console, verbose)
    tolerated = [claim for verdict in TOLERATED_VERDICTS for claim in _claims(results, verdict)]
    for claim in tolerated:
        if verbose:
            _print_details(results, claim, console, verbose)
        else:
            console.print(_headline(claim, claim.reason or ""))
    if tolerated and not verbose:
        console.print()
    _print_cleanup(results, console, verbose)
    for verdict in GROUPED_VERDICTS:
        _print_groups(results, verdict, console)
    if verbose:
        _print_notes(results, console)
        _print_skips(results, console)
    _print_passed_alone(results, console, verbose)
    for alarm in results.alarms:
        console.print(Text(f"{printable_line(alarm)}\n", "bold red"), soft_wrap=True)
    _print_totals(results, folder, files, console)


def _claims(results: Results, verdict: Verdict) -> list[ClaimResult]:
    return [claim for claim in results.claims if claim.verdict is verdict]


def _print_tables(results: Results, console: Console) -> None:
    """Print, for each API, a table with a row for each section of its documentation."""
    for api in claims_by_api(results):
        console.print(Text(title(results, api), "bold"))
        console.print(section_table(results, api, console))
        console.print()


def _headline(claim: ClaimResult, text: str) -> Text:
    """Return the first line of a claim: "SC-PAGE-07 failed (MUST): ", and a text."""
    head = Text(f"{claim.id} {claim.verdict} ", STYLES[claim.verdict])
    return head.append(f"({claim.level})", "dim").append(f": {printable_line(text)}", "default")


def _print_details(results: Results, claim: ClaimResult, console: Console, verbose: bool) -> None:
    """Print a broken claim: its promise, its source, and its first violation or, if verbose, all of them."""
    console.print(_headline(claim, claim.promise))
    rows = [("source", source(results, claim))]
    if claim.verdict is Verdict.WAIVED:
        rows.append(("reason", claim.reason or ""))
    for label, text in rows:
        _print_wrapped(_head(label), text, console)
    found_by_tests = [violation for violation in claim.violations if not violation.during_cleanup]
    if not found_by_tests and claim.violations:
        _print_wrapped(_head("found"), "only while cleaning up, see below", console)
    shown = found_by_tests if verbose else found_by_tests[:1]
    for violation in shown:
        _print_violation(violation, results, console)
    if more := len(found_by_tests) - len(shown):
        console.print(Text(f"  {plural(more, 'more violation')}: see -v, or the reports", "dim"))
    console.print()


def _print_cleanup(results: Results, console: Console, verbose: bool) -> None:
    """Print what was found while the run deleted what its tests had created: one violation of a claim."""
    for claim in results.claims:
        found = [violation for violation in claim.violations if violation.during_cleanup]
        for violation in found if verbose else found[:1]:
            console.print(_headline(claim, "found while cleaning up"))
            _print_violation(violation, results, console)
            console.print()


def _print_violation(violation: Violation, results: Results, console: Console) -> None:
    """Print what was expected and found; the commands are not wrapped, so that they can be copied."""
    rows = violation.rows()
    if violation.test:
        rows.append(("run again", results.run.rerun(violation.test)))
    for label, text in rows:
        if label in COMMANDS:
            _print_command(_head(label), text, console)
        else:
            _print_wrapped(_head(label), text, console)


def _print_command(head: str, command: str, console: Console) -> None:
    """Print a command beside its head, or a block of commands below it, without wrapping."""
    lines = [printable_line(line, len(line)) for line in command.splitlines()]
    if len(lines) == 1:
        console.print(Text(head, "dim").append(lines[0], "not dim"), soft_wrap=True)
        return
    console.print(Text(head.rstrip(), "dim"))
    for line in lines:
        console.print(Text(f"    {line}"), soft_wrap=True)


def _head(label: str) -> str:
    """Return a label with a colon, indented and padded, such as "  source:    "."""
    return f"  {label + ':':<10} "


def _print_wrapped(head: str, text: str, console: Console) -> None:
    """Print a text beside its head; further lines are indented by the width of the head."""
    lines = textwrap.wrap(printable_line(text), console.width - len(head), break_on_hyphens=False)
    console.print(Text(head, "dim").append(("\n" + " " * len(head)).join(lines), "not dim"))


def _print_groups(results: Results, verdict: Verdict, console: Console) -> None:
    """Print the claims with this verdict, a line for each reason or change of tuningfork.toml, if any."""
    reasons = what_it_takes(results) if verdict is Verdict.NOT_VERIFIED else by_reason(results, verdict)
    if reasons:
        heading = f"{verdict}: {plural(sum(len(ids) for ids in reasons.values()), 'claim')}"
        lines = [f"{reason}: {', '.join(ids)}" for reason, ids in reasons.items()]
        _print_block(heading, lines, console, STYLES[verdict])


def _print_notes(results: Results, console: Console) -> None:
    """Print the notes on claims, and the claims that no document states."""
    notes = {claim.id: claim.note for claim in results.claims if claim.note}
    if ids := assumed(results):
        notes[", ".join(ids)] = "assumed, because no document states it"
    if notes:
        _print_block("Notes", [f"{claims}: {note}" for claims, note in notes.items()], console)


def _print_skips(results: Results, console: Console) -> None:
    """Print how many tests were skipped for each reason although their claims are verified."""
    skips = redundant_skips(results)
    if skips:
        heading = "Skipped tests whose claims other tests verified"
        _print_block(heading, [f"{number:,}: {reason}" for reason, number in skips.items()], console)


def _print_passed_alone(results: Results, console: Console, verbose: bool) -> None:
    """Print which tests passed only alone; with -v also what they had found."""
    tests = [test for test in results.tests if test.outcome == "passed" and test.reason]
    lines = [f"{test.id}: {test.reason}" if verbose else test.id for test in tests]
    more = [] if verbose or len(lines) <= SHOWN_TESTS else [f"and {len(lines) - SHOWN_TESTS:,} more"]
    if tests:
        shown = lines if verbose else [*lines[:SHOWN_TESTS], *more]
        _print_block(f"{plural(len(tests), 'test')} {PASSED_ALONE}", shown, console)


def _print_totals(results: Results, folder: str, files: Sequence[str], console: Console) -> None:
    """Print the table of APIs, the number of claims with each verdict, and where the reports are."""
    run = results.run
    tests = sum(not test.id.endswith(TEARDOWN) for test in results.tests)
    expected = "" if run.expected_requests is None else f" ({run.expected_requests:,} announced)"
    figures = [f"shard {run.shard}"] if run.shard else []
    figures += [plural(tests, "test"), plural(run.requests, "request") + expected]
    figures += [f"seed {run.seed}", f"{run.seconds:.0f} s"]
    console.print(api_table(results))
    total = Text(f"{plural(len(results.claims), 'claim')}: {verdict_counts(results)}")
    total.stylize("bold red" if results.has_failed else "bold green")
    console.print(total.append(f"; {', '.join(figures)}", "not bold default"))
    if skips := redundant_skips(results):
        skipped = plural(sum(skips.values()), "test")
        console.print(f"{skipped} could not decide; other tests verified their claims (-v: why)", style="dim")
    shown = [*files[:SHOWN_FILES], *(["..."] if len(files) > SHOWN_FILES else [])]
    console.print(f"reports: {folder} ({', '.join(shown)})", style="dim", soft_wrap=True)


def _print_block(heading: str, lines: Iterable[str], console: Console, style: str = "bold") -> None:
    """Print a heading, the indented lines and an empty line."""
    console.print(Text(heading, style))
    for line in lines:
        _print_wrapped("  ", line, console)
    console.print()
