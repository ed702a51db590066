"""The public API changes only on purpose.

`python tools/public_api.py > tests/repo/public_api.txt` accepts a change.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORT = re.compile(r"^from (tuningfork(?!\.apis\.)\S*) import ", re.MULTILINE)
DOCUMENTED = re.compile(r"^::: (\S+)$", re.MULTILINE)


def test_public_api_equals_the_stored_list() -> None:
    command = [sys.executable, str(ROOT / "tools" / "public_api.py")]

    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert printed.splitlines() == (ROOT / "tests/repo/public_api.txt").read_text("utf-8").splitlines()


def test_reference_documents_every_module_that_a_guide_imports() -> None:
    documented = DOCUMENTED.findall((ROOT / "docs/reference.md").read_text("utf-8"))
    packages = {module.rpartition(".")[0] for module in documented}
    guides = [guide.read_text("utf-8") for guide in ROOT.glob("docs/*.md")]
    imported = {module for guide in guides for module in IMPORT.findall(guide)}

    assert imported
    assert sorted(imported - {*documented, *packages}) == []
