"""Each unspecified.toml lists exactly the response mutants that the OpenAPI document does not detect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.audit.allowed_survivors import load_allowed_survivors
from tuningfork.audit.results import MutantTotals
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.response_mutation import mutate_responses

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def totals() -> MutantTotals:
    """The mutants of the recorded responses of every API."""
    contracts = [Contract.load(ROOT / "specs" / name) for name in apis.names()]
    return mutate_responses(contracts, lambda name: ROOT / "cassettes" / name)


def test_unspecified_toml_lists_exactly_the_survivors(totals: MutantTotals) -> None:
    """Every survivor has a reason, and every reason has a survivor."""
    expected = {
        name: [allowed.reason for allowed in load_allowed_survivors(ROOT / "specs" / name)]
        for name in apis.names()
    }

    actual = {name: {each.reason for each in totals.survivors if each.api == name} for name in apis.names()}
    assert {name: sorted(reasons) for name, reasons in expected.items()} == {
        name: sorted(reasons) for name, reasons in actual.items()
    }


def test_at_most_3_percent_of_the_mutants_survive(totals: MutantTotals) -> None:
    survivors = {name: sum(each.api == name for each in totals.survivors) for name in apis.names()}

    assert totals.mutants >= 10_000
    assert {name: count for name, count in survivors.items() if count > 0.03 * totals.by_api[name]} == {}
