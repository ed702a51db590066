"""The pages about conventions are those of the models, of the tests and of the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tuningfork.contract.openapi import Contract
from tuningfork.conventions.catalogue import catalogue

ROOT = Path(__file__).parents[2]


def test_pages_are_up_to_date() -> None:
    command = [sys.executable, "tools/docs_conventions.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stderr.strip() == "", "write them again: python tools/docs_conventions.py"


def test_every_convention_has_a_page_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text()

    assert [key for key in catalogue() if f"conventions/{key}.md" not in navigation] == []


def test_first_example_is_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs/conventions.md").read_text().split("```yaml\n")[1].split("```")[0]
    (tmp_path / "conventions.yaml").write_text(text)

    claims = Contract.load(tmp_path).claims

    assert any("AUTH-MISSING" in claim for claim in claims)
