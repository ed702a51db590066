"""The APIs and contracts that a command is about: those that it names, else those of the working folder."""

from __future__ import annotations

from pathlib import Path

import click

from tuningfork import apis
from tuningfork.cli.errors import CommandError
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint_notes
from tuningfork.contract.openapi import Contract
from tuningfork.contract.several import load_contracts
from tuningfork.pytest_plugin.api_selection import default_apis


def selected_contracts(names: tuple[str, ...]) -> dict[str, Contract]:
    """Return the contracts of the selected APIs by name, and print the notes on them."""
    try:
        contracts = load_contracts({name: apis.home(name).specs for name in selected_apis(names)})
    except ContractError as error:
        raise CommandError(str(error)) from None
    for note in (note for contract in contracts.values() for note in lint_notes(contract)):
        click.echo(f"NOTE: {note}", err=True)
    return contracts


def selected_apis(names: tuple[str, ...]) -> list[str]:
    """Return the named APIs, else those of the working folder, else all."""
    homes = apis.discover(Path.cwd())
    return [apis.home(name).name for name in names or default_apis(homes)]


def selected_mocks(names: tuple[str, ...]) -> list[str]:
    """Return the named APIs; without names, those of `selected_apis` that have a mock, if any has one."""
    candidates = selected_apis(names)
    return list(names) or [name for name in candidates if apis.has_mock(name)] or candidates
