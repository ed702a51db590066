"""The guides of docs/, followed to the letter in an empty folder, with the installed wheel."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.outside.conftest import Installation, make_wheel
from tests.outside.guides import commands, follow

TREES = ("apis", "specs", "suites")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder into which the files of the guides were copied."""
    folder = tmp_path_factory.mktemp("bookshop")
    follow("adding-an-api.md", folder)
    return folder


def results(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "reports/results.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def library(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an installed API: the bookshop under another name, with the same names of modules."""
    folder = tmp_path_factory.mktemp("library")
    follow("adding-an-api.md", folder)
    files = {"__init__.py": ""}
    for file in (path for tree in TREES for path in sorted((folder / tree).rglob("*")) if path.is_file()):
        name = str(file.relative_to(folder)).replace("bookshop", "library")
        text = file.read_text(encoding="utf-8").replace("bookshop", "library").replace("BS-", "LB-")
        files[name] = text.replace("\ndef ", "\ndef library_") if "/faults/" in name else text
    wheel = make_wheel(folder, "library_api", files, "library = library_api")
    installation.install(wheel)
    return "library"


def verdicts(folder: Path) -> list[str]:
    return [claim["verdict"] for claim in results(folder)["claims"]]


def expand(command: str, folder: Path) -> list[str]:
    """Return the words of a command, patterns of files expanded as a shell does."""
    words = shlex.split(command)
    files = {word: sorted(map(str, folder.glob(word))) for word in words if "/" in word}
    return [name for word in words for name in files.get(word, [word])]


def test_every_command_of_the_tutorial_succeeds(folder: Path, installation: Installation) -> None:
    """In the order of the guide."""
    verdicts_of = {}
    for command in commands("adding-an-api.md"):
        installation.output(folder, *expand(command, folder))
        verdicts_of[command] = verdicts(folder) if command.startswith("run") else []

    assert verdicts_of["run"] == ["passed"] * 5
    assert sorted(verdicts_of["run --target cassette"]) == ["not verified", *["passed"] * 4]


def test_audit_finds_every_fault_and_no_variant(folder: Path, installation: Installation) -> None:
    installation.output(folder, "audit", "--all")

    audit = json.loads((folder / "reports/audit.json").read_text(encoding="utf-8"))
    assert [fault["verdict"] for fault in audit["faults"]] == ["killed"] * 5
    assert [variant["verdict"] for variant in audit["variants"]] == ["fair"]


def test_ids_of_tests_begin_at_the_root_of_the_api_and_can_be_pasted(
    folder: Path, installation: Installation
) -> None:
    installation.output(folder, "run", "-n", "0", "--claim", "BS-BOOK-02")
    ids = [test["id"] for test in results(folder)["tests"]]

    assert ids == ["suites/bookshop/test_books.py::test_deleted_book_returns_404_and_is_not_listed"]
    installation.output(folder, "run", *ids)
    assert [test["id"] for test in results(folder)["tests"]] == ids


def test_claim_that_a_guide_adds_is_verified(tmp_path: Path, installation: Installation) -> None:
    follow("adding-an-api.md", tmp_path)
    follow("adding-a-claim.md", tmp_path)

    installation.output(tmp_path, "run")
    assert verdicts(tmp_path) == ["passed"] * 6
    installation.output(tmp_path, "audit", "--fault", "*titles*")


def test_two_apis_with_modules_of_one_name_run_together(
    folder: Path, installation: Installation, library: str
) -> None:
    """One of the working folder, one of a package, in two processes."""
    installation.output(folder, "run", "--api", "bookshop", "--api", library, "-n", "2")

    assert set(verdicts(folder)) == {"passed"}
    ids = {test["id"] for test in results(folder)["tests"]}
    assert {name for name in ids if "added_book" in name} == {
        f"suites/{name}/test_books.py::test_added_book_is_readable_and_listed_once"
        for name in ("bookshop", library)
    }


def test_installed_api_runs_in_any_folder(tmp_path: Path, installation: Installation, library: str) -> None:
    installation.output(tmp_path, "run", "--api", library, "-n", "0")
    assert verdicts(tmp_path) == ["passed"] * 5
    installation.output(tmp_path, "audit", "--api", library)
    installation.output(tmp_path, "lint", "--api", library)


def test_built_in_api_runs_from_the_wheel(tmp_path: Path, installation: Installation) -> None:
    installation.output(tmp_path, "run", "--api", "audiosocket", "--claim", "AS-ENV-05")

    assert all(
        test["id"].startswith(("suites/audiosocket/", "suites/conventions/"))
        for test in results(tmp_path)["tests"]
    )


def test_plain_pytest_runs_a_suite_of_the_working_folder(folder: Path, installation: Installation) -> None:
    pytest_command = [installation.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "suites/bookshop"]
    done = subprocess.run(pytest_command, cwd=folder, env={}, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
