"""Runs of the generic tests against the reference server behind a tiresome proxy."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w
from tests.conventions.tiresome_proxy import LateLists, TiresomeProxy

from tuningfork.audit.convention_patch import patches_for
from tuningfork.audit.fault import MockPatch, apply_patches
from tuningfork.contract.openapi import Contract
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.server import Server

DECLARATION = Path(__file__).parent / "declarations/library.yaml"
FOREIGN_BOOK = b'{"title": "foreign", "author": "foreign"}'
NOT_TRUE_HERE = {"LIB-PAGE-INSERT"}
"""An id that is given again puts a new item before others, so that an insert moves the pages."""
BROKEN = ("failed", "warned", "error")
OPTIONS = {"writes": True, "rate": "1000/s", "timeout": 30, "settle": 2}


def library(folder: Path) -> Contract:
    """Return the contract of the library, written into an empty folder."""
    specs = folder / "specs/library"
    specs.mkdir(parents=True)
    (specs / "conventions.yaml").write_text(DECLARATION.read_text())
    return Contract.load(specs)


def faults_of(contract: Contract) -> list[MockPatch]:
    """Return the faults of the reference server of a contract."""
    patches = patches_for(contract.declaration, contract.declaration.brought())
    return [patch for patch in patches if patch.is_fault]


def complaints(contract: Contract, faults: Sequence[MockPatch] = ()) -> tuple[set[str], set[str]]:
    """Return the claims that a run complains of, and those that it passes.

    Args:
        contract: the contract, in a folder of its own.
        faults: changes of the server; with them only their claims are judged.
    """
    folder = contract.folder.parents[1]
    server = ReferenceServer(contract.document, contract.declaration)
    apply_patches(server, [fault.id for fault in faults], faults)
    token = server.settings("")["users"]["second"]["access_token"]
    foreign = ("POST", "/books", FOREIGN_BOOK, {"Authorization": f"Bearer {token}"})
    LateLists(server)
    server.wsgi = TiresomeProxy(server, foreign, "/books/{id}")  # type: ignore[method-assign]  # every request passes it
    with Server(server) as serving:
        table = server.settings(serving.base_url)
        (folder / "tuningfork.toml").write_text(
            tomli_w.dumps({"targets": {"behind-a-proxy": {**OPTIONS, "library": table}}})
        )
        command = [sys.executable, "-m", "tuningfork", "run", "-n", "0", "--target", "behind-a-proxy"]
        command += [part for fault in faults for claim in fault.claims for part in ("--claim", claim)]
        subprocess.run(command, cwd=folder, check=False, capture_output=True)
    results: dict[str, Any] = json.loads((folder / "reports/results.json").read_text())
    verdicts = {claim["id"]: claim["verdict"] for claim in results["claims"]}
    broken = {claim for claim, verdict in verdicts.items() if verdict in BROKEN}
    return broken, {claim for claim, verdict in verdicts.items() if verdict == "passed"}
