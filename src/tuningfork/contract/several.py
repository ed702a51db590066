"""The contracts of several APIs that are judged together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract


def load_contracts(folders: Mapping[str, Path]) -> dict[str, Contract]:
    """Return the contract of each API by name.

    Args:
        folders: the folder of each API (specs/NAME).

    Raises:
        ContractError: a file is missing or has an error, or two APIs have the same claim.
    """
    contracts = {name: Contract.load(folder) for name, folder in folders.items()}
    require_own_claims(contracts.values())
    return contracts


def require_own_claims(contracts: Iterable[Contract]) -> None:
    """Raise ContractError if two contracts have a claim of the same id: a verdict would be that of both."""
    owners: dict[str, Path] = {}
    for contract in contracts:
        for claim in contract.claims:
            other = owners.setdefault(claim, contract.folder)
            if other != contract.folder:
                raise ContractError(
                    f"{other} and {contract.folder} both have the claim {claim}; "
                    "give it another id in one of them, or choose one API with --api."
                )
