"""The command `tuningfork check`: recorded traffic against the contract."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tuningfork import apis
from tuningfork.checks import schema
from tuningfork.cli.errors import CommandError
from tuningfork.cli.selected_apis import selected_contracts
from tuningfork.client.config import FILE_NAME as CONFIGURATION
from tuningfork.client.config import ConfigurationError, load_base_urls
from tuningfork.redaction import printable_line
from tuningfork.report import table
from tuningfork.report.address import Address, UrlError
from tuningfork.report.traffic_checker import TrafficChecker
from tuningfork.report.traffic_files import STANDARD_INPUT, find_files
from tuningfork.report.traffic_json import JsonReport
from tuningfork.report.traffic_judge import TrafficJudge
from tuningfork.report.traffic_report import Disclosures, TextReport
from tuningfork.report.traffic_run import Report, TrafficRun


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--api", "name", help="the API that was recorded, if its host does not show it")
@click.option("--target", metavar="NAME", help="a target of tuningfork.toml whose hosts belong to the APIs")
@click.option("--json", "as_json", is_flag=True, help="print the findings as JSON")
def check(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool) -> None:
    """Check recorded traffic (HAR, VCR cassettes, Postman, Newman) against the contract, offline.

    A folder stands for the recordings in it. `-` reads lines of JSON from standard input, an exchange each,
    and reports each one at once.
    """
    contracts = selected_contracts((name,) if name else ())
    checks = {api: (*apis.checks(contract), schema.conforms()) for api, contract in contracts.items()}
    claims = {claim.id: claim for contract in contracts.values() for claim in contract.claims.values()}
    hosts = {api: (url,) for api, url in _base_urls(target).items()}
    disclosures = Disclosures({api: apis.profile(api).secret_locations for api in contracts})
    checker = TrafficChecker(list(contracts.values()), checks, name, hosts, apis.observers(contracts))
    judge = TrafficJudge(checker, disclosures.all_locations)
    text_report = TextReport(claims, table.console(), disclosures)
    report: Report = JsonReport(claims, sys.stdout, disclosures) if as_json else text_report
    run = TrafficRun(judge, report, disclosures)
    for file, is_named in find_files(files):
        if file == STANDARD_INPUT:
            run.check_stream(sys.stdin.buffer)
        else:
            run.check_file(file, is_named=is_named)
        if run.is_interrupted:
            break
    run.end()
    for error in run.problems:
        click.echo(f"ERROR: {printable_line(error)}", err=True)
    sys.exit(run.exit_code(claims))


def _base_urls(target: str | None) -> dict[str, str]:
    """Return the base URL of each API of a target in tuningfork.toml."""
    if target is None:
        return {}
    if target in ("mock", "cassette"):
        raise CommandError(f"--target {target} has no host of its own; name a target of {CONFIGURATION}.")
    file = Path(CONFIGURATION)
    try:
        urls = load_base_urls(file, target)
        for url in urls.values():
            Address.parse(url)
    except ConfigurationError as error:
        raise CommandError(printable_line(str(error))) from None
    except UrlError as error:
        raise CommandError(f"{file}: targets.{target}: a base_url {error}; correct it.") from None
    return urls
