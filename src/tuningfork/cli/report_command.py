"""The command `tuningfork report`: makes the reports of a run again, or the documentation of a contract."""

from __future__ import annotations

from pathlib import Path

import click

from tuningfork.cli.errors import CommandError
from tuningfork.cli.results_files import read_results
from tuningfork.cli.selected_apis import selected_contracts
from tuningfork.pytest_plugin.contract_results import contract_faults, contract_results
from tuningfork.pytest_plugin.traceability import CollectionError
from tuningfork.redaction import printable_line
from tuningfork.report import page
from tuningfork.report.comparison import IncomparableError, compare
from tuningfork.report.report_files import renderers, write_reports
from tuningfork.report.results import FILE, Results, write_text

FOLDER = "reports"
"""The default of --report-dir."""


@click.command()
@click.option(
    "--report-dir",
    "folder",
    default=FOLDER,
    show_default=True,
    type=click.Path(path_type=Path),
    help=f"where {FILE} is, and where the reports are written",
)
@click.option(
    "--against",
    "older",
    metavar="OLD",
    type=click.Path(path_type=Path),
    help=f"an older {FILE} or its folder: index.html and summary.md say what changed since",
)
@click.option("--contract", is_flag=True, help="only index.html: the claims of the contracts, without a run")
@click.option("--api", "names", multiple=True, help="with --contract: only this API; may be repeated")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="with --contract: the file to write (default: index.html in --report-dir)",
)
def report(
    folder: Path, older: Path | None, contract: bool, names: tuple[str, ...], output: Path | None
) -> None:
    """Make the reports of the last run again from its results.json, or document a contract without a run."""
    if contract:
        if older is not None:
            raise click.UsageError("--against compares two runs; leave out --contract.")
        _write_contract(names, output or folder / page.INDEX_FILE)
        return
    if names or output is not None:
        raise click.UsageError("--api and --output are for --contract; add it.")
    results = read_results(folder / FILE)
    previous = None if older is None else read_results(older, complete=True)
    if older is not None and previous is not None:
        _require_comparable(older, previous, results)
    errors = len(results.run.errors)
    files = renderers(folder, previous)
    written = write_reports(results, folder, files)
    if len(written.run.errors) > errors:
        raise CommandError(written.run.errors[errors])
    click.echo(f"reports: {folder}/ ({', '.join(files)})")


def _require_comparable(older: Path, previous: Results, results: Results) -> None:
    """Raise CommandError if the runs can't be compared, before a report is written."""
    try:
        compare(previous, results)
    except IncomparableError as error:
        raise CommandError(printable_line(f"--against {older}: {error}.")) from None


def _write_contract(names: tuple[str, ...], file: Path) -> None:
    """Write the page of the selected APIs' contracts."""
    contracts = selected_contracts(names)
    try:
        results = contract_results(Path.cwd(), contracts)
    except CollectionError as error:
        raise CommandError(str(error)) from None
    text = page.render(results, contract_faults(contracts), contract_only=True)
    try:
        write_text(text, file)
    except OSError as error:
        raise CommandError(f"{file}: can't be written ({error.strerror}); choose another file.") from None
    click.echo(f"page: {file} ({', '.join(contracts)})")
