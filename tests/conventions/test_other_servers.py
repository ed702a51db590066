"""Servers that conform in another way than the reference server are not accused, and faults are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conventions.harness import DeclaredApi
from tests.conventions.items import NOTE, THING

NESTED: dict[str, Any] = {
    "auth": {"type": "none"},
    "refusals": {"not-found": 404, "invalid-body": 400, "malformed-body": 400},
    "resources": {
        "thing": THING,
        "note": {
            **NOTE,
            "update": {"request": "PATCH /things/{parent}/notes/{id}", "body": {"data": {"text": "{text}"}}},
        },
    },
}


def test_request_about_a_nested_item_names_its_own_parent(tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path).judge(NESTED, ["REFUSAL-*"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output


def test_parent_that_is_declared_is_that_of_new_items(tmp_path: Path) -> None:
    declared = {**NESTED, "requests": {"parameters": {"parent": {"example": 1}}}}

    verdicts = DeclaredApi(tmp_path).judge(declared, ["REFUSAL-*"])

    assert set(verdicts.by_claim.values()) == {"passed"}, verdicts.output
