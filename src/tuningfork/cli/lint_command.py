"""The command `tuningfork lint`: the errors of contracts."""

from __future__ import annotations

import sys

import click

from tuningfork import apis
from tuningfork.cli.selected_apis import selected_apis
from tuningfork.contract.declaration_schema import SCHEMA_FILE
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint_contract, lint_notes
from tuningfork.contract.several import require_own_claims
from tuningfork.report.exit_codes import Exit


@click.command()
@click.option("--api", "names", multiple=True, help="only this API; may be repeated")
@click.option("--schema", is_flag=True, help="print the file of the JSON Schema of conventions.yaml and exit")
def lint(names: tuple[str, ...], schema: bool) -> None:
    """Check conventions.yaml, claims.toml and openapi.yaml without a test; exit code 4 if there is an error.

    An editor completes conventions.yaml by `# yaml-language-server: $schema=FILE` in its first line.
    """
    if schema:
        click.echo(SCHEMA_FILE)
        return
    errors: list[object] = []
    contracts = []
    for name in selected_apis(names):
        folder = apis.home(name).specs
        api_errors, contract = lint_contract(folder)
        errors += api_errors
        contracts += [] if api_errors or contract is None else [contract]
        for note in [] if api_errors or contract is None else lint_notes(contract):
            click.echo(f"NOTE: {note}")
        click.echo(f"{name}: {len(api_errors)} error{'' if len(api_errors) == 1 else 's'}")
    try:
        require_own_claims(contracts)
    except ContractError as shared_claim:
        errors.append(shared_claim)
    for error in errors:
        click.echo(f"ERROR: {error}", err=True)
    sys.exit(Exit.REFUSED if errors else Exit.OK)
