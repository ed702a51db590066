"""What a folder lacks or has wrong is said in one sentence, with exit code 4."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.outside.guides import follow

from tuningfork.cli import main

COMMAND = (sys.executable, "-m", "tuningfork")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bookshop's folder."""
    follow("adding-an-api.md", tmp_path)
    return tmp_path


def refusal(folder: Path, *arguments: str) -> str:
    """Run a command that is refused, and return the sentence."""
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert (done.returncode, len(lines)) == (4, 1), done.stdout + done.stderr
    return lines[0]


@pytest.mark.parametrize(
    ("file", "command"),
    [("openapi.yaml", "lint"), ("openapi.yaml", "run -n0"), ("claims.toml", "run -n0")],
)
def test_contract_without_one_of_its_files_is_refused(folder: Path, file: str, command: str) -> None:
    (folder / "specs/bookshop" / file).unlink()

    assert f"specs/bookshop/{file}" in refusal(folder, *command.split())


@pytest.mark.parametrize("command", ["lint", "run -n0"])
def test_document_that_is_not_yaml_is_refused_with_its_line(folder: Path, command: str) -> None:
    (folder / "specs/bookshop/openapi.yaml").write_text("openapi: 3.1.0\ninfo: {", encoding="utf-8")

    assert "specs/bookshop/openapi.yaml, line" in refusal(folder, *command.split())


@pytest.mark.parametrize("command", ["serve", "run -n0", "audit"])
def test_missing_mock_is_named(folder: Path, command: str) -> None:
    (folder / "apis/bookshop/mock/__init__.py").unlink()

    assert refusal(folder, *command.split()) == (
        "ERROR: bookshop has no mock (apis/bookshop/mock/__init__.py); "
        "name a target with --target, or write the mock."
    )


def test_claims_of_an_api_without_mock_are_listed(folder: Path) -> None:
    (folder / "apis/bookshop/mock/__init__.py").unlink()

    done = subprocess.run([*COMMAND, "claims"], cwd=folder, capture_output=True, text=True, check=True)

    assert len(done.stdout.splitlines()) == 5


@pytest.mark.parametrize("command", ["serve", "run -n0 --api"])
def test_unknown_api_is_refused_with_a_suggestion(folder: Path, command: str) -> None:
    assert "(did you mean bookshop?)" in refusal(folder, *command.split(), "bokshop")


@pytest.mark.parametrize("command", ["serve", "run -n0"])
def test_unknown_fault_is_refused_with_a_suggestion(folder: Path, command: str) -> None:
    sentence = refusal(folder, *command.split(), "--fault", "deleted_book_stay")

    assert sentence == (
        "ERROR: --fault: there is no fault or variant 'deleted_book_stay'; did you mean deleted_book_stays?"
    )


@pytest.mark.parametrize("file", ["profile.py", "mock/__init__.py"])
def test_error_in_the_code_of_an_api_is_refused_with_its_line(folder: Path, file: str) -> None:
    path = folder / "apis/bookshop" / file
    path.write_text("import no_such_module\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert f"apis/bookshop/{file}, line " in refusal(folder, "run", "-n0")


def test_rule_with_an_unknown_claim_is_refused(folder: Path) -> None:
    path = folder / "apis/bookshop/profile.py"
    path.write_text(path.read_text(encoding="utf-8").replace('ENVELOPE: "BS-ERR-01"', 'ENVELOPE: "BS-ERR-1"'))

    assert "bookshop: the rule error_envelope names the claim 'BS-ERR-1'" in refusal(folder, "run", "-n0")


def test_replay_without_cassettes_is_refused(folder: Path) -> None:
    sentence = refusal(folder, "run", "--target=cassette", "-n0")

    assert f"{folder}/cassettes/bookshop: there is no complete cassette" in sentence


def test_help_of_run_lists_its_options() -> None:
    output = CliRunner().invoke(main, ["run", "--help"]).output

    for option in ("--target NAME", "--api NAME", "--record", "--fault ID", "--in-process", "-n N"):
        assert f"\n  {option} " in output
    assert "Every option of pytest and its plugins works too" in output
