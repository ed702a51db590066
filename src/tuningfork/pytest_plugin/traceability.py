"""Which tests, faults and cassettes each claim has."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tuningfork.audit import fault
from tuningfork.contract.openapi import Contract
from tuningfork.model import Claim
from tuningfork.pytest_plugin import cassettes
from tuningfork.pytest_plugin.collection import claims_of


@dataclass(frozen=True, slots=True)
class Coverage:
    """One claim, and what proves it."""

    claim: Claim
    tests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cassettes: list[str] = field(default_factory=list)


class _Collector:
    """Sees what pytest has collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = session.items


class CollectionError(Exception):
    """The suites can't be collected: why, in a sentence."""


def coverage(root: Path, contracts: list[Contract]) -> list[Coverage]:
    """Every claim of these contracts with its tests, collected from suites/.

    Raises:
        CollectionError: a suite can't be collected.
    """
    found = {claim.id: Coverage(claim) for contract in contracts for claim in contract.claims.values()}
    for item in _items(root, [contract.api for contract in contracts]):
        name = item.nodeid.removeprefix("suites/")
        for claim in claims_of(item):
            if claim not in found:
                continue
            found[claim].tests.append(name)
            cassette = cassettes.path_of(item, root / "cassettes" / found[claim].claim.api)
            if cassette.is_file():
                found[claim].cassettes.append(str(cassette.relative_to(root)))
    for contract in contracts:
        for difference in fault.of_api(contract.api):
            for claim in difference.claims if difference.is_fault else ():
                if claim in found:
                    found[claim].faults.append(difference.id)
    return list(found.values())


def _items(root: Path, apis: list[str]) -> list[pytest.Item]:
    collector, said = _Collector(), io.StringIO()
    arguments = ["-c", str(root / "pyproject.toml"), "--collect-only", "-q", "-p", "no:cacheprovider"]
    arguments += ["--assert", "plain"]  # who asks is imported already, and can't be rewritten any more
    arguments += [f"--api={api}" for api in apis] + [str(root / "suites")]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(arguments, plugins=[collector])
    if code == pytest.ExitCode.USAGE_ERROR:
        lines = said.getvalue().splitlines()
        raise CollectionError(" ".join(line[7:] for line in lines if line.startswith("ERROR: ")))
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CollectionError("a suite can't be imported; `pytest --collect-only` says why.")
    return collector.items
