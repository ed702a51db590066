"""The command `tuningfork diff`: what changed between two runs, as a gate for releases."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tuningfork.cli.errors import CommandError
from tuningfork.cli.results_files import read_results
from tuningfork.redaction import printable_line
from tuningfork.report import comparison_report, table
from tuningfork.report.comparison import GROUPS, IncomparableError, compare
from tuningfork.report.exit_codes import Exit

DEFAULT_FAILURES = ("newly failing", "newly not verified")
KINDS = {group.replace(" ", "-"): group for group in GROUPS}
"""The kinds of change by their names in an option."""


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--fail-on",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS)),
    help="exit 1 if a claim changed so; may be repeated (default: newly-failing, newly-not-verified)",
)
@click.option("--markdown", "as_markdown", is_flag=True, help="print Markdown, for the page of a CI job")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@click.option("--any-depth", is_flag=True, help="compare runs of different depths")
def diff(
    old: Path, new: Path, kinds: tuple[str, ...], as_markdown: bool, as_json: bool, any_depth: bool
) -> None:
    """Compare two runs: OLD and NEW are files results.json or folders that have one.

    Exit code 1 if a claim is newly failing or newly not verified, 4 if a run did not complete.
    """
    if as_markdown and as_json:
        raise click.UsageError("--markdown and --json exclude each other; leave one out.")
    previous, current = read_results(old, complete=True), read_results(new, complete=True)
    try:
        comparison = compare(previous, current, any_depth=any_depth)
    except IncomparableError as error:
        raise CommandError(printable_line(f"{error}.")) from None
    remedies = comparison_report.remedies(current)
    if as_json:
        click.echo(comparison_report.as_json(comparison, remedies))
    elif as_markdown:
        click.echo(comparison_report.as_markdown(comparison, remedies), nl=False)
    else:
        comparison_report.print_comparison(comparison, remedies, table.console())
    failing = {KINDS[kind] for kind in kinds} or set(DEFAULT_FAILURES)
    sys.exit(Exit.OK if failing.isdisjoint(comparison.changes) else Exit.FAILED)
