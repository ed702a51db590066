"""Every generic claim is judged by a test or a check, and proved by two faults; no id is misspelt."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuningfork.contract.generic_claims import GENERIC_CLAIMS
from tuningfork.conventions.base import Keys
from tuningfork.conventions.catalogue import catalogue

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "src/tuningfork"
FAULTS_FOLDER = ENGINE / "audit/convention_faults"
MIN_FAULTS = 2
ID = re.compile(r"[A-Z0-9]{3,}(-[A-Z0-9]+)+|CASE|LOGOUT")
NAMED_AT_RUN_TIME = {
    *("PAGE-ZERO", "PAGE-NEGATIVE", "PAGE-MALFORMED", "PAGE-INSERT", "PAGE-DELETE"),
    *("RESOURCE-UPDATE", "RESOURCE-REPLACE"),
}
"""Ids that a module builds from the name of a key."""


def calls(path: Path, *functions: str) -> Iterator[str]:
    """Yield the literal texts among the arguments of all calls of these functions in a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and called_name(node.func) in functions:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def called_name(function: ast.expr) -> str:
    """Return the last name of a called function."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def all_calls(folder: Path, *functions: str) -> Iterator[str]:
    """Yield the texts of `calls` in all modules below a folder."""
    for path in sorted(folder.rglob("*.py")):
        yield from calls(path, *functions)


def generic_ids() -> set[str]:
    """Return the ids of all generic claims; a function `_claim` of a module may add its prefix to them."""
    found = NAMED_AT_RUN_TIME | written_ids(ENGINE / "conventions")
    for path in (ENGINE / "conventions").glob("*.py"):
        prefix = re.search(r'GenericClaim\(f"([A-Z]+-)\{name\}', path.read_text())
        names = set(calls(path, "_claim")) if prefix else set()
        found = (found - names) | {f"{prefix[1]}{name}" for name in names if prefix}
    return {text for text in found if ID.fullmatch(text)}


def written_ids(*folders: Path) -> set[str]:
    """Return all literal texts in folders that look like the id of a generic claim."""
    trees = [ast.parse(path.read_text()) for folder in folders for path in folder.rglob("*.py")]
    texts = [each.value for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and ID.fullmatch(text)}


JUDGED = written_ids(ROOT / "suites/conventions", ENGINE / "checks/declared")
FAULTS = Counter(all_calls(FAULTS_FOLDER, "breaks"))


def test_list_of_ids_for_conventions_yaml_is_complete() -> None:
    assert generic_ids() - {"CASE"} == GENERIC_CLAIMS, "a case has an own id, and `claims` gives it none"


@pytest.mark.parametrize("claim", sorted(generic_ids()))
def test_generic_claim_is_judged_and_has_two_faults(claim: str) -> None:
    assert claim in JUDGED, f"no test in suites/conventions and no check in checks/declared judges {claim}"
    assert FAULTS[claim] >= MIN_FAULTS, f"{claim} has {FAULTS[claim]} faults"


def test_tests_and_faults_name_existing_claims() -> None:
    named = {
        *all_calls(ROOT / "suites/conventions", "convention"),
        *all_calls(FAULTS_FOLDER, "keeps"),
        *FAULTS,
    }
    assert named - generic_ids() == set()


@pytest.mark.parametrize("key", catalogue())
def test_every_key_of_a_convention_has_its_meaning(key: str) -> None:
    model: type[Keys] = catalogue()[key].model
    assert [name for name, field in model.model_fields.items() if not field.description] == []
