"""The reference server behind a tiresome proxy: nothing is complained of, and faults are still found."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conventions.bad_world import NOT_TRUE_HERE, complaints, faults_of, library

FAULTS = ("creation_returns_202",)


def test_nothing_is_complained_of(tmp_path: Path) -> None:
    broken, passed = complaints(library(tmp_path))

    assert broken - NOT_TRUE_HERE == set()
    assert passed


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(name: str, tmp_path: Path) -> None:
    contract = library(tmp_path)
    fault = next(fault for fault in faults_of(contract) if fault.id == f"library.{name}")

    broken, _ = complaints(contract, [fault])

    assert broken & set(fault.claims)
