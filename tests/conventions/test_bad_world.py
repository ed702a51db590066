"""The reference server behind a tiresome proxy: nothing is complained of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from tests.conventions.tiresome_proxy import LateLists, TiresomeProxy

from tuningfork.audit.convention_patch import patches_for
from tuningfork.audit.fault import apply_patches
from tuningfork.contract.openapi import Contract
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.server import Server

DECLARATION = Path(__file__).parent / "declarations/library.yaml"
FOREIGN_BOOK = b'{"title": "foreign", "author": "foreign"}'
NOT_TRUE_HERE = {"LIB-PAGE-INSERT"}
"""An id that is given again puts a new item before others, so that an insert moves the pages."""
BROKEN = ("failed", "warned", "error")
OPTIONS = {"writes": True, "rate": "1000/s", "timeout": 30, "settle": 2}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """The contract of the library in a folder of its own."""
    specs = tmp_path / "specs/library"
    specs.mkdir(parents=True)
    (specs / "conventions.yaml").write_text(DECLARATION.read_text())
    return Contract.load(specs)


def judged(contract: Contract, faults: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the verdicts of a run against the server behind the proxy, with these faults on top."""
    folder = contract.folder.parents[1]
    server = ReferenceServer(contract.document, contract.declaration)
    patches = list(patches_for(contract.declaration, contract.declaration.brought()))
    apply_patches(server, [f"library.{name}" for name in faults], patches)
    token = server.settings("")["users"]["second"]["access_token"]
    foreign = ("POST", "/books", FOREIGN_BOOK, {"Authorization": f"Bearer {token}"})
    LateLists(server)
    server.wsgi = TiresomeProxy(server, foreign, "/books/{id}")  # every request passes it
    with Server(server) as serving:
        table = server.settings(serving.base_url)
        (folder / "tuningfork.toml").write_text(
            tomli_w.dumps({"targets": {"behind-a-proxy": {**OPTIONS, "library": table}}})
        )
        command = [sys.executable, "-m", "tuningfork", "run", "-n", "0", "--target", "behind-a-proxy"]
        subprocess.run(command, cwd=folder, check=False, capture_output=True)
    results: dict[str, Any] = json.loads((folder / "reports/results.json").read_text())
    return {claim["id"]: claim["verdict"] for claim in results["claims"]}


def test_nothing_is_complained_of(contract: Contract) -> None:
    verdicts = judged(contract)

    complaints = {claim for claim, verdict in verdicts.items() if verdict in BROKEN}
    assert complaints - NOT_TRUE_HERE == set()
    assert "passed" in verdicts.values()
