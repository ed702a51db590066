"""Which tests, faults and cassettes each claim has."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.contract.openapi import Contract
from tuningfork.model import Claim
from tuningfork.pytest_plugin import cassettes
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.collection_root import collection_root


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """One claim with the ids of its tests and faults and the paths of its cassettes."""

    claim: Claim
    tests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cassettes: list[str] = field(default_factory=list)


class _Collector:
    """A pytest plugin that stores the tests which pytest has collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Store the collected tests in `items`."""
        self.items = session.items


class CollectionError(Exception):
    """The suites can't be collected; the message is one sentence that says why."""


def trace_claims(folder: Path, contracts: list[Contract]) -> list[ClaimTrace]:
    """Return every claim of these contracts with its tests, faults and cassettes.

    Args:
        folder: the working folder.
        contracts: the contracts of the APIs.

    Raises:
        CollectionError: a suite cannot be collected.
    """
    traces = {claim.id: ClaimTrace(claim) for contract in contracts for claim in contract.claims.values()}
    recorded = {each.api: set(apis.home(each.api).cassettes.rglob("*.yaml")) for each in contracts}
    for item in collect_tests(folder, [contract.api for contract in contracts]):
        name = item.nodeid.removeprefix("suites/")
        for claim in claims_of(item):
            if claim not in traces:
                continue
            traces[claim].tests.append(name)
            home = apis.home(traces[claim].claim.api)
            if not recorded[home.name]:
                continue
            cassette = cassettes.cassette_path(item, home.cassettes)
            if cassette in recorded[home.name]:
                traces[claim].cassettes.append(str(cassette.relative_to(home.cassettes.parents[1])))
    for contract in contracts:
        for patch in apis.patches(contract.api):
            for claim in patch.claims if patch.is_fault else ():
                if claim in traces:
                    traces[claim].faults.append(patch.id)
    return list(traces.values())


def collect_tests(folder: Path, names: list[str]) -> list[pytest.Item]:
    """Return the tests that pytest collects for these APIs; raise CollectionError if it can't."""
    collector, output = _Collector(), io.StringIO()
    with collection_root(folder, apis.homes()) as root:
        arguments = [*root.options(), "--collect-only", "-q", "-p", "no:cacheprovider"]
        arguments += ["--assert", "plain"]  # modules that are imported already cannot be rewritten
        arguments += [f"--api={name}" for name in names] + root.arguments(names)
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = pytest.main(arguments, plugins=[collector])
    if code == pytest.ExitCode.USAGE_ERROR:
        lines = output.getvalue().splitlines()
        raise CollectionError(" ".join(line[7:] for line in lines if line.startswith("ERROR: ")))
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CollectionError("a suite can't be imported; `tuningfork run --collect-only` shows why.")
    return collector.items
