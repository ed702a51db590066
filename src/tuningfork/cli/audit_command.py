"""The command `tuningfork audit`: mutation testing of the suites."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest

from tuningfork import apis
from tuningfork.cli.errors import CommandError
from tuningfork.cli.pytest_options import QUIETLY
from tuningfork.cli.selected_apis import selected_mocks
from tuningfork.client.config import ConfigurationError
from tuningfork.pytest_plugin.audit_session import AuditOptions, AuditPlugin
from tuningfork.pytest_plugin.collection_root import collection_root
from tuningfork.pytest_plugin.run_arguments import read_shard
from tuningfork.report import table

AUDITING = ("--hypothesis-profile", "audit", "--capture", "no", "--tb", "line", "-p", "no:randomly")


@click.command()
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
@click.option("--fault", "patterns", multiple=True, metavar="GLOB", help="only faults whose id matches")
@click.option("--variants", is_flag=True, help="conforming variants instead of faults: no test may fail")
@click.option("--wire", is_flag=True, help="only mutants of recorded responses")
@click.option("--all", "everything", is_flag=True, help="faults, variants and mutants")
@click.option(
    "--sample", type=click.IntRange(1), help="only this number of faults or variants, chosen by the commit"
)
@click.option(
    "--matrix",
    is_flag=True,
    help="measure what the tests that have changed cost and find (with --all, all tests), "
    "and write specs/<api>/matrix.json",
)
@click.option("--shard", metavar="I/N", help="only part I of N of the faults and variants")
@click.option("--jobs", type=click.IntRange(1), help="number of processes (default: one for each core)")
@click.option("--report-dir", default="reports", show_default=True, help="where audit.json is written")
def audit(
    names: tuple[str, ...],
    patterns: tuple[str, ...],
    variants: bool,
    wire: bool,
    everything: bool,
    sample: int | None,
    matrix: bool,
    shard: str | None,
    jobs: int | None,
    report_dir: str,
) -> None:
    """Apply each fault to its mock, and check that a test fails.

    Without --fault and --variants it also mutates recorded responses, and checks that each mutant is found.

    Exit code 1 if a fault or mutant survives or a test fails on a variant, 3 if the audit could not end.
    """
    if matrix and (patterns or variants or wire or sample or shard):
        raise click.UsageError("--matrix measures all faults; leave out the other options, except --all.")
    plan = AuditOptions(
        patterns=patterns,
        faults=everything or not (variants or wire),
        variants=everything or variants,
        response_mutants=everything or wire or not (variants or patterns),
        sample=sample,
        shard=_read_shard(shard),
        processes=jobs,
        matrix=matrix,
        measures_all=everything,
    )
    audited = selected_mocks(names)
    selection = [*(f"--api={name}" for name in audited), f"--report-dir={report_dir}"]
    with collection_root(Path.cwd(), apis.homes()) as root:
        arguments = [*root.options(), *QUIETLY, *AUDITING, *selection, *root.arguments(audited)]
        code = int(pytest.main(arguments, plugins=[AuditPlugin(plan, table.console())]))
    sys.exit(code)


def _read_shard(text: str | None) -> tuple[int, int] | None:
    """Return the number of a shard and how many there are; None without one."""
    try:
        return read_shard(text) if text else None
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
