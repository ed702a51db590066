"""What the documents do not see in an answer is what unspecified.toml says, no more and no less."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.audit.allowed_survivors import load_allowed_survivors
from tuningfork.audit.results import MutantTotals
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.response_mutation import mutate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wire() -> MutantTotals:
    """Every mutant of the recorded answers of every API."""
    contracts = [Contract.load(ROOT / "specs" / name) for name in apis.names()]
    return mutate(contracts, ROOT / "cassettes")


def test_what_is_left_open_is_what_the_documents_do_not_see(wire: MutantTotals) -> None:
    """No survivor is without a reason, and no reason without a survivor."""
    told = {
        name: [opening.reason for opening in load_allowed_survivors(ROOT / "specs" / name)]
        for name in apis.names()
    }

    found = {name: {one.reason for one in wire.survivors if one.api == name} for name in apis.names()}
    assert {name: sorted(reasons) for name, reasons in told.items()} == {
        name: sorted(reasons) for name, reasons in found.items()
    }


def test_of_many_mutants_few_survive(wire: MutantTotals) -> None:
    survivors = {name: sum(one.api == name for one in wire.survivors) for name in apis.names()}

    assert wire.mutants >= 10_000
    assert {name: count for name, count in survivors.items() if count > 0.03 * wire.by_api[name]} == {}
