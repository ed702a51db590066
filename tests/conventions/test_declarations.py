"""Twelve declarations of other ways to page, to end and to authenticate: each is served and verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi

from tuningfork.contract.loaders import read_yaml

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "examples").glob("*.yaml"), *(HERE / "declarations").glob("*.yaml")])
MIN_JUDGED = 0.65
"""Part of the claims that the tests judge; the others need test data that a declaration does not name."""


def read(path: Path) -> dict[str, Any]:
    """Return a declaration without the API's own ids."""
    value: dict[str, Any] = read_yaml(path)
    return {name: each for name, each in value.items() if name != "claims"}


def test_there_are_twelve_declarations() -> None:
    assert len(FILES) >= 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_declaration_is_served_and_verified(path: Path, tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge(read(path))

    assert verdicts.complaints() == set(), verdicts.output
    assert len(verdicts.unjudged()) <= (1 - MIN_JUDGED) * len(verdicts.by_claim), verdicts.reasons
