"""The guides of docs/, followed to the letter by a new user."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from tuningfork.cli import main; main()")
BLOCK = re.compile(r"^`([^`\n]+/[^`\n]+)`([^\n]*)\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IN_PLACE = re.compile(r", in place of `(.+)`")


def follow(guide: str, checkout: Path) -> None:
    """Write every file that a guide shows, as it says."""
    blocks = BLOCK.findall((REPOSITORY / "docs" / guide).read_text(encoding="utf-8"))
    assert blocks
    for name, how, text in blocks:
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if how == ", at the end":
            file.write_text(file.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
        elif found := IN_PLACE.fullmatch(how):
            whole = file.read_text(encoding="utf-8")
            assert f"{found[1]}\n" in whole
            file.write_text(whole.replace(f"{found[1]}\n", text, 1), encoding="utf-8")
        else:
            assert how == ""
            file.write_text(text, encoding="utf-8")


def tuningfork(checkout: Path, *arguments: str) -> str:
    """The command in the checkout, by its own sources."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources without any API but the one that the guides add."""
    folder = tmp_path_factory.mktemp("checkout")
    apis = [path.name for path in (REPOSITORY / "specs").iterdir()]
    shutil.copytree(REPOSITORY / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", *apis))
    shutil.copytree(
        REPOSITORY / "suites", folder / "suites", ignore=shutil.ignore_patterns("__pycache__", *apis)
    )
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(REPOSITORY / name, folder)
    follow("adding-an-api.md", folder)
    follow("adding-a-claim.md", folder)
    return folder


def test_an_api_that_was_added_is_verified(checkout: Path) -> None:
    said = tuningfork(checkout, "run", "--api", "bookshop", "-n", "0")

    assert "Bookshop: 6 claims, 6 verified, 0 failed" in said


def test_its_faults_are_found_and_what_is_fair_is_not_complained_of(checkout: Path) -> None:
    faults = tuningfork(checkout, "audit", "--api", "bookshop", "--fault", "*")
    variants = tuningfork(checkout, "audit", "--api", "bookshop", "--variants")

    assert "5 faults, 5 killed" in faults
    assert "1 variant, 0 false alarms" in variants


def test_it_is_recorded_and_replayed(checkout: Path) -> None:
    tuningfork(checkout, "run", "--api", "bookshop", "--record")

    said = tuningfork(checkout, "run", "--api", "bookshop", "--target", "cassette")

    results = json.loads((checkout / "reports/results.json").read_text(encoding="utf-8"))
    passed = [claim["id"] for claim in results["claims"] if claim["verdict"] == "passed"]
    assert {"BS-KEY-01", "BS-BOOK-01", "BS-BOOK-02", "BS-ERR-01"} <= set(passed), said
