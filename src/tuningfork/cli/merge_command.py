"""The command `tuningfork merge`: the results of the shards of a run, joined."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tuningfork.cli.errors import CommandError
from tuningfork.cli.results_files import read_results
from tuningfork.client.config import ConfigurationError
from tuningfork.pytest_plugin.github_actions import add_to_page
from tuningfork.pytest_plugin.required_claims import require_possible
from tuningfork.redaction import printable_line
from tuningfork.report import table
from tuningfork.report.exit_codes import exit_code
from tuningfork.report.merging import MergeError, merge, with_problems
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
def merge_shards(
    shards: tuple[Path, ...], folder: Path, min_verified: int | None, globs: tuple[str, ...]
) -> None:
    """Join the results of `tuningfork run --shard I/N`: all N results.json, or their folders.

    The exit code is that of the whole run; 4 if a shard is missing, given twice or of another run.
    """
    parts = {str(path): read_results(path) for path in shards}
    if len(parts) < len(shards):
        raise CommandError("a path is given twice; give each shard once.")
    if any(_is_in(folder, path) for path in shards):
        raise CommandError(f"--report-dir {folder}: has the results of a shard; choose another folder.")
    try:
        results = _with_requirements(merge(parts), min_verified, globs)
    except (MergeError, ConfigurationError) as error:
        raise CommandError(printable_line(f"{str(error).removesuffix('.')}.")) from None
    results = write_reports(results, folder, {**renderers(folder), FILE: as_json})
    print_results(results, table.console(), f"{folder}/", REPORT_FILES)
    if warning := add_to_page(results):
        click.echo(warning)
    sys.exit(exit_code(results))


def _is_in(folder: Path, path: Path) -> bool:
    """Return whether a path is the results.json of a folder, or that folder."""
    return path.resolve() in (folder.resolve(), (folder / FILE).resolve())


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
