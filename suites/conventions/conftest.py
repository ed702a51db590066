"""Tests that come from the contracts themselves: for each operation, or for each API, of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tuningfork import apis, claim
from tuningfork.client.client import Client
from tuningfork.contract.cases import SAFE, Cases
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import RunConfig, run_of
from tuningfork.testing.case_sender import CaseSender, find_list_operation


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark that names what a test judges."""
    config.addinivalue_line("markers", "judges(*rules, secured): the rules of a contract that a test judges")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test each operation, or each API, that has claims for its rules."""
    rules = metafunc.definition.get_closest_marker("judges")
    assert rules is not None, f"{metafunc.definition.nodeid} names no rule that it judges"
    run = run_of(metafunc.config)
    if "operation_key" in metafunc.fixturenames:
        only_secured = rules.kwargs.get("secured", False)
        metafunc.parametrize("operation_key", list(_operations(run, rules.args, only_secured)))
    else:
        named = [pytest.param(name, marks=mark) for name, mark in _apis(run, rules.args)]
        metafunc.parametrize("api_name", named)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of rules for which no API of the run has a claim."""
    left = [item for item in items if item.get_closest_marker("judges") and not claims_of(item)]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


def _operations(run: RunConfig, rules: tuple[str, ...], only_secured: bool) -> Iterator[Any]:
    for name, mark in _apis(run, rules):
        for operation in run.contracts[name].operations:
            if operation.secured or not only_secured:
                needs = () if operation.method in SAFE else ("write",)
                marks = (mark, claim(needs=needs))
                yield pytest.param(operation.key, marks=marks, id=f"{name} {operation.key}")


def _apis(run: RunConfig, rules: tuple[str, ...]) -> Iterator[tuple[str, pytest.MarkDecorator]]:
    for name in run.contracts:
        conventions = apis.profile(name).conventions
        claims = [conventions[rule] for rule in rules if rule in conventions]
        if claims:
            yield name, claim(*claims)


@pytest.fixture
def operation(operation_key: str, contract: Contract) -> Operation:
    """The operation that the test is about."""
    return next(one for one in contract.operations if one.key == operation_key)


@pytest.fixture(scope="session")
def generators() -> dict[str, Cases]:
    """The generator of each API, made once."""
    return {}


@pytest.fixture
def cases(contract: Contract, generators: dict[str, Cases]) -> Cases:
    """The requests that follow from the contract."""
    if contract.api not in generators:
        generators[contract.api] = Cases(contract)
    return generators[contract.api]


@pytest.fixture
def party(api_session: ApiSession) -> Client:
    """Whoever may do most here: the writer, or else the app."""
    return api_session.client("app" if api_session.lacks("user") else api_session.profile.write_as)


@pytest.fixture
def sender(
    api_session: ApiSession,
    party: Client,
    operation: Operation,
    unique_name: Callable[[str], str],
) -> CaseSender:
    """Sends requests of the operation, about things that it may read or change."""
    names = [one.name for one in operation.parameters if one.where == "path"]
    if operation.method in SAFE:
        known = (
            api_session.shared.get("ids", lambda: api_session.profile.existing_ids(party)) if names else {}
        )
        found = {name: known.get(name) or _listed(api_session, party, name) for name in names}
        return CaseSender(party, {name: one for name, one in found.items() if one})
    makers = api_session.profile.factories if party.holder == api_session.profile.write_as else {}
    return CaseSender(
        party, {name: makers[name](party, unique_name("Generated")) for name in names if name in makers}
    )


@pytest.fixture
def nobodys(unauthenticated: Client) -> CaseSender:
    """Sends requests without credentials, about things that are not there."""
    return CaseSender(unauthenticated, {})


def _listed(stage: ApiSession, client: Client, parameter: str) -> Any:
    """The id of a thing that is listed; None if there is none."""
    listing = find_list_operation(stage.contract, parameter)
    if listing is None:
        return None
    size = client.paginator.page_size_query(1)
    answer = client.get(listing.path, params={name: size[name] for name in size if listing.parameter(name)})
    items = answer.items if answer.status == 200 else []
    return items[0].get("id") if items and isinstance(items[0], dict) else None
