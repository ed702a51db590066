"""The command `tuningfork check`: recorded traffic against the contract."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tuningfork import apis
from tuningfork.checks import schema
from tuningfork.cli.errors import CommandError
from tuningfork.cli.selected_apis import selected_contracts
from tuningfork.client.config import FILE_NAME as CONFIGURATION
from tuningfork.client.config import ConfigurationError, load_base_urls
from tuningfork.contract.errors import ContractError
from tuningfork.redaction import printable_line
from tuningfork.report import table, traffic, traffic_json, traffic_report
from tuningfork.report.address import Address, UrlError
from tuningfork.report.checked_exchange import CheckedExchange
from tuningfork.report.exit_codes import Exit
from tuningfork.report.recorded_exchange import TrafficError


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--api", "name", help="the API that was recorded, if its host does not show it")
@click.option("--target", metavar="NAME", help="a target of tuningfork.toml whose hosts belong to the APIs")
@click.option("--json", "as_json", is_flag=True, help="print the findings as JSON")
def check(files: tuple[Path, ...], name: str | None, target: str | None, as_json: bool) -> None:
    """Check recorded traffic (HAR, VCR cassettes, Postman, Newman) against the contract, offline."""
    contracts = selected_contracts((name,) if name else ())
    checks = {api: (*apis.checks(contract), schema.conforms()) for api, contract in contracts.items()}
    claims = {claim.id: claim for contract in contracts.values() for claim in contract.claims.values()}
    hosts = {api: (url,) for api, url in _base_urls(target).items()}
    checked: list[CheckedExchange] = []
    disclosures = traffic_report.Disclosures({api: apis.profile(api).secret_locations for api in contracts})
    try:
        for file in files:
            recorded = traffic.read(file)
            disclosures.learn(each.with_empty_bodies() for each in recorded)
            checked += traffic.check_exchanges(recorded, list(contracts.values()), checks, name, hosts)
    except (TrafficError, ContractError) as error:
        raise CommandError(printable_line(str(error))) from None
    if as_json:
        click.echo(json.dumps(traffic_json.as_json(checked, claims, disclosures), indent=2))
    else:
        traffic_report.print_traffic(checked, claims, table.console(), disclosures)
    if not traffic_report.verifies_anything(checked):
        sys.exit(Exit.NOTHING_VERIFIED)
    sys.exit(Exit.FAILED if traffic_report.breaks_a_must(checked, claims) else Exit.OK)


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
