"""Ten times the operations take ten times the work: calls of functions are counted, not seconds."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tuningfork.checks.declared import resources
from tuningfork.contract import document_index
from tuningfork.contract.lint import lint_contract, lint_loaded, lint_notes
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Request, Response
from tuningfork.registry.declared_profile import declared_creations
from tuningfork.registry.declared_writes import DeclaredWrites
from tuningfork.testing.declared_operation import changes_resource

REPOSITORY = Path(__file__).parents[3]
write_contract = runpy.run_path(str(REPOSITORY / "benchmarks/growth_contract.py"))["write_contract"]
OPERATIONS = 30
MOST = 10.5


def calls(work: Callable[[Path], object], folder: Path) -> int:
    """Return how many Python functions run while `work` does."""
    count = 0

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        work(folder)
    finally:
        sys.setprofile(None)
    return count


def lint_all(folder: Path) -> None:
    errors, contract = lint_contract(folder)
    assert not errors
    assert contract is not None
    lint_notes(contract)


def find_subjects(folder: Path) -> None:
    contract = Contract.load(folder)
    assert contract.subjects_of(*contract.declaration.brought())
    changing = [each for each in contract.operations if changes_resource(contract.declaration, each)]
    assert len(changing) == len(contract.operations) * 3 // 5


def judge_exchanges(folder: Path) -> None:
    """Judge a response of each operation, and find what each request changes and deletes."""
    contract = Contract.load(folder)
    (check,) = resources.checks(contract.declaration)
    writes = DeclaredWrites(contract, tuple(declared_creations(contract.declaration)))
    for operation in contract.operations:
        path = operation.path.replace("{id}", "x1")
        request = Request(operation.method, f"https://api.growth.example{path}")
        assert not list(check(Exchange(request, Response(200)), operation))
        assert (writes.changed_items(request, path) is None) == (operation.method == "GET")
        assert (writes.deleted_item(request, path) is None) == (operation.method != "DELETE")


@pytest.mark.parametrize("work", [Contract.load, lint_all, find_subjects, judge_exchanges])
def test_calls_grow_with_the_operations(work: Callable[[Path], object], tmp_path: Path) -> None:
    first, small, large = (tmp_path / name for name in ("first", "small", "large"))
    for folder, operations in ((first, OPERATIONS), (small, OPERATIONS), (large, 10 * OPERATIONS)):
        write_contract(folder, operations)
    work(first)  # reads what all documents share, such as the meta-schema

    few, many = calls(work, small), calls(work, large)

    assert many <= MOST * few


def test_document_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_contract(tmp_path, OPERATIONS)
    Contract.load(tmp_path)
    (tmp_path / "openapi.yaml").write_text((tmp_path / "openapi.yaml").read_text() + "\n")
    searched = []
    search = document_index.iter_values
    monkeypatch.setattr(
        document_index, "iter_values", lambda *arguments: searched.append(1) or search(*arguments)
    )

    contract = Contract.load(tmp_path)
    lint_loaded(contract)
    lint_notes(contract)

    assert len(searched) == 1
