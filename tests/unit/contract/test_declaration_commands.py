"""`tuningfork lint` and `tuningfork run` on files that are not valid: one sentence each, exit code 4."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .broken_declarations import BROKEN

DOCUMENT = """
openapi: 3.1.0
info: {title: Acme, version: '1'}
paths:
  /things:
    get: {operationId: listThings, tags: [things], responses: {'200': {description: All.}}}
    post: {responses: {'201': {description: A new one.}}}
"""
REFUSED = 4


def tuningfork(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Tuning Fork in a folder."""
    command = [sys.executable, "-m", "tuningfork", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def declare(folder: Path, api: str, text: str) -> Path:
    """Write the contract of an API; return its conventions.yaml."""
    specs = folder / "specs" / api
    specs.mkdir(parents=True)
    (specs / "openapi.yaml").write_text(DOCUMENT)
    file = specs / "conventions.yaml"
    file.write_text(text if text.startswith("\n") else f"conventions: 1\n{text}")
    return file


def test_lint_names_every_broken_file_with_its_line(tmp_path: Path) -> None:
    files = [declare(tmp_path, f"broken{number}", each.text) for number, each in enumerate(BROKEN.values())]

    done = tuningfork(tmp_path, "lint")

    assert done.returncode == REFUSED
    assert "Traceback" not in done.stdout + done.stderr
    for file, broken in zip(files, BROKEN.values(), strict=True):
        assert done.stderr.count(f"ERROR: {file}, line {broken.line}: ") == 1


@pytest.mark.parametrize("name", ["empty file", "misspelt key", "tab", "token in a header", "many aliases"])
def test_run_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    broken = BROKEN[name]
    file = declare(tmp_path, "acme", broken.text)

    done = tuningfork(tmp_path, "run")

    assert done.returncode == REFUSED
    assert "Traceback" not in done.stdout + done.stderr
    assert f"{file}, line {broken.line}: " in done.stderr


def test_lint_names_the_schema(tmp_path: Path) -> None:
    done = tuningfork(tmp_path, "lint", "--schema")

    assert json.loads(Path(done.stdout.strip()).read_text())["title"] == "conventions.yaml of Tuning Fork"


def test_claims_separates_a_long_id_from_its_level(tmp_path: Path) -> None:
    declare(tmp_path, "acme", "auth: {type: bearer, missing: 401}\nerrors: {no-internals: true}\n")

    done = tuningfork(tmp_path, "claims")

    assert "ACME-ERRORS-NO-INTERNALS  MUST " in done.stdout, done.stderr
