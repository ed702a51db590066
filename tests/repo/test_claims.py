"""The ids, levels and promises of the claims change only on purpose, and no id is reused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.contract.claims import load_claims
from tuningfork.contract.lint import lint

ROOT = Path(__file__).parents[2]
SPECS = sorted(path.parent for path in ROOT.glob("specs/*/claims.toml"))


@pytest.mark.parametrize("folder", SPECS, ids=lambda folder: folder.name)
def test_claims_equal_the_stored_list(folder: Path) -> None:
    stored = (ROOT / "tests" / "repo" / "claims" / f"{folder.name}.txt").read_text(encoding="utf-8")

    claims = load_claims(folder / "claims.toml")

    assert [f"{claim.id} {claim.level} {claim.promise}" for claim in claims] == stored.splitlines()


@pytest.mark.parametrize("folder", SPECS, ids=lambda folder: folder.name)
def test_contract_has_no_lint_error(folder: Path) -> None:
    assert lint(folder) == []
