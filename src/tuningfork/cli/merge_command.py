"""The command `tuningfork merge`: the results of the shards of a run, joined."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from tuningfork.audit import results as audit_results
from tuningfork.audit import table as audit_table
from tuningfork.audit.merging import merge_audits
from tuningfork.cli.errors import CommandError
from tuningfork.cli.results_files import read_results
from tuningfork.cli.selected_apis import selected_contracts
from tuningfork.client.config import ConfigurationError
from tuningfork.pytest_plugin.github_actions import add_to_page
from tuningfork.pytest_plugin.required_claims import require_possible
from tuningfork.redaction import printable_line
from tuningfork.report import table
from tuningfork.report.exit_codes import Exit, exit_code
from tuningfork.report.merging import MergeError, with_problems
from tuningfork.report.merging import merge as merge_results
from tuningfork.report.report_files import REPORT_FILES, renderers, write_reports
from tuningfork.report.results import FILE, Results, as_json
from tuningfork.report.terminal import print_results


@click.command("merge")
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--report-dir",
    "folder",
    default="reports",
    show_default=True,
    type=click.Path(path_type=Path),
    help="where the reports of the whole run are written",
)
@click.option("--min-verified", metavar="N", type=int, help="exit 1 if fewer than N claims are verified")
@click.option(
    "--require",
    "globs",
    metavar="GLOB",
    multiple=True,
    help="exit 1 if a claim whose id matches is not verified; may be repeated",
)
@click.option("--audit", "is_audit", is_flag=True, help="join audit.json of `tuningfork audit --shard I/N`")
def merge(
    shards: tuple[Path, ...], folder: Path, min_verified: int | None, globs: tuple[str, ...], is_audit: bool
) -> None:
    """Join the results of `tuningfork run --shard I/N`: all N results.json, or their folders.

    The exit code is that of the whole run; 4 if a shard is missing, given twice or of another run.
    """
    if len({str(path) for path in shards}) < len(shards):
        raise CommandError("a path is given twice; give each shard once.")
    file = audit_results.FILE if is_audit else FILE
    if any(_is_in(folder, path, file) for path in shards):
        raise CommandError(f"--report-dir {folder}: has the results of a shard; choose another folder.")
    if is_audit:
        if globs or min_verified is not None:
            raise click.UsageError("--audit: an audit has no requirements; leave out the other options.")
        _merge_audits(shards, folder)
    parts = {str(path): read_results(path) for path in shards}
    try:
        results = _with_requirements(merge_results(parts), min_verified, globs)
    except (MergeError, ConfigurationError) as error:
        raise CommandError(printable_line(f"{str(error).removesuffix('.')}.")) from None
    results = write_reports(results, folder, {**renderers(folder), FILE: as_json})
    print_results(results, table.console(), f"{folder}/", REPORT_FILES)
    if warning := add_to_page(results):
        click.echo(warning)
    sys.exit(exit_code(results))


def _merge_audits(shards: tuple[Path, ...], folder: Path) -> NoReturn:
    """Write the audit.json of a whole audit, print its table, and exit as the audit would."""
    try:
        results = merge_audits({str(path): audit_results.read_audit(path) for path in shards})
    except (MergeError, audit_results.AuditError) as error:
        raise CommandError(printable_line(f"{str(error).removesuffix('.')}.")) from None
    audit_results.write_audit(results, folder)
    apis_in = dict.fromkeys([*(each.api for each in results.faults), *results.wire.by_operation])
    audit_table.show(results, selected_contracts(tuple(apis_in)).values(), table.console(), str(folder))
    sys.exit(Exit.OK if results.is_clean else Exit.FAILED)


def _is_in(folder: Path, path: Path, file: str) -> bool:
    """Return whether a path is the file with results of a folder, or that folder."""
    return path.resolve() in (folder.resolve(), (folder / file).resolve())


def _with_requirements(results: Results, minimum: int | None, globs: tuple[str, ...]) -> Results:
    """Return the results with the requirements of the options in place of those of the shards."""
    if minimum is None and not globs:
        return results
    shards = results.run.requirements
    claims = [claim.id for claim in results.claims]
    number, required = shards.min_verified if minimum is None else minimum, list(globs) or shards.require
    require_possible(required, "--require", number, "--min-verified", claims)
    requirements = shards.model_copy(update={"min_verified": number, "require": required})
    run = results.run.model_copy(update={"requirements": requirements})
    changed = results.model_copy(update={"run": run})
    return with_problems(changed) if run.complete else changed
