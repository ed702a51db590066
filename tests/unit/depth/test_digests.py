"""Digests show which test modules have changed, by themselves or by a helper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.depth.digests import digest, digest_of_subject

FILES = {
    "test_a.py": "from .support.helper import help\n",
    "support/helper.py": "from . import texts\n",
    "support/texts.py": "TEXT = 1\n",
    "conftest.py": "from .support.fixtures import x\n",
    "support/fixtures.py": "x = 1\n",
    "support/unused.py": "y = 1\n",
}


@pytest.mark.parametrize(
    ("changed", "counts"),
    [(name, name != "support/unused.py") for name in FILES],
)
def test_digest_changes_with_the_module_and_what_it_imports(
    tmp_path: Path, changed: str, counts: bool
) -> None:
    (tmp_path / "support").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = digest(tmp_path / "test_a.py")

    (tmp_path / changed).write_text(FILES[changed] + "# changed\n", encoding="utf-8")

    assert (digest(tmp_path / "test_a.py") != before) is counts


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("apis/shop/mock/app.py", True),
        ("apis/shop/faults/items.py", True),
        ("specs/shop/claims.toml", True),
        ("specs/shop/openapi.yaml", True),
        ("specs/shop/matrix.json", False),
        ("specs/shop/unspecified.toml", False),
    ],
)
def test_digest_of_the_subject_changes_with_its_contract_and_its_code(
    tmp_path: Path, changed: str, counts: bool
) -> None:
    before = digest_of_subject(tmp_path / "apis/shop", tmp_path / "specs/shop")
    file = tmp_path / changed
    file.parent.mkdir(parents=True)

    file.write_text("x", encoding="utf-8")

    assert (digest_of_subject(tmp_path / "apis/shop", tmp_path / "specs/shop") != before) is counts
