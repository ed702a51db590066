"""Every API has the same folders, and every file is in the folder where it is used."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.redaction import SecretLocations
from tuningfork.report.traffic import read

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "tuningfork"
CASSETTES = sorted(ROOT.glob("cassettes/*/*/*.yaml"))


@pytest.mark.parametrize("tree", ["specs", "suites", "cassettes", "src/tuningfork/apis"])
def test_each_tree_has_a_folder_for_each_api(tree: str) -> None:
    folders = {path.name for path in (ROOT / tree).iterdir() if path.is_dir()} - {
        "conventions",
        "__pycache__",
    }

    assert sorted(folders) == apis.names()


def test_engine_names_no_api() -> None:
    names = re.compile("|".join(apis.names()), re.IGNORECASE)
    engine = [file for file in SRC.rglob("*.py") if not file.is_relative_to(SRC / "apis")]

    assert [str(file) for file in engine if names.search(file.read_text(encoding="utf-8"))] == []


def test_mocks_do_not_mention_faults() -> None:
    mocks = list(SRC.glob("apis/*/mock/**/*.py"))

    assert mocks
    assert [str(file) for file in mocks if re.search(r"\bfaults?\b", file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("file", sorted(ROOT.glob("suites/**/*.py")), ids=lambda file: file.name)
def test_suites_do_not_sleep(file: Path) -> None:
    names = {
        node.id
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    attributes = {
        node.attr
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }

    assert "sleep" not in names | attributes


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda file: file.stem)
def test_each_cassette_has_its_test(cassette: Path) -> None:
    suite = ROOT / "suites" / cassette.parent.parent.name / f"{cassette.parent.name}.py"

    assert suite.is_file()
    assert f"def {cassette.stem.partition('-')[0]}(" in suite.read_text(encoding="utf-8").replace(
        "\n    ", ""
    )


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda file: file.stem)
def test_cassettes_have_no_secret(cassette: Path) -> None:
    for recorded in read(cassette):
        headers = recorded.exchange.request.headers
        secrets = [headers[name] for name in SecretLocations().headers if name in headers]

        assert [secret for secret in secrets if secret and "REDACTED" not in secret] == []


def test_wheel_contains_what_a_run_needs() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]

    included = build["targets"]["wheel"]["force-include"]

    assert {"specs", "suites", "cassettes"} <= included.keys()
