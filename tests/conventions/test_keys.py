"""A key of conventions.yaml brings its own claims, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tuningfork.contract.declaration_file import read_declaration
from tuningfork.conventions.catalogue import catalogue

LIBRARY: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "declarations/library.yaml").read_text())
del LIBRARY["pagination"]["fill"]  # it names a resource, so that the key could not be alone


def brought(folder: Path, declared: dict[str, Any]) -> set[str]:
    """Return the generic ids of the claims that a declaration brings."""
    path = folder / "conventions.yaml"
    path.write_text(yaml.safe_dump(declared, sort_keys=False))
    return set(read_declaration(path, "library").brought())


def test_empty_file_brings_no_claim(tmp_path: Path) -> None:
    assert brought(tmp_path, {"conventions": 1}) == set()


@pytest.mark.parametrize("key", [key for key in LIBRARY if key in catalogue()])
def test_key_that_is_removed_takes_exactly_its_claims_with_it(key: str, tmp_path: Path) -> None:
    alone = brought(tmp_path, {"conventions": 1, key: LIBRARY[key]})
    others = {name: value for name, value in LIBRARY.items() if name != key}
    assert brought(tmp_path, others) == brought(tmp_path, LIBRARY) - alone
