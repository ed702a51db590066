"""Declared filters, searches and orders: each declared value counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi
from tests.conventions.test_pagination import declaration, merged

CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"filters": {"title": {"member": "/name"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"member": "/id"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"match": "prefix"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"match": "contains"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"match": "any-of"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"match": "word"}}}, "LIST-FILTER"),
    ({"filters": {"id": {"match": "from"}}}, "LIST-FILTER"),
    ({"filters": {"id": {"match": "to"}}}, "LIST-FILTER"),
    ({"filters": {"name": {"case": "insensitive"}}}, "LIST-FILTER"),
    ({"search": {"parameter": "query"}}, "LIST-SEARCH"),
    ({"search": {"match": "prefix"}}, "LIST-SEARCH"),
    ({"search": {"match": "contains"}}, "LIST-SEARCH"),
    ({"sort": {"parameter": "order"}}, "LIST-SORT"),
    (
        {"sort": {"values": {"name": [{"by": "/id"}], "-id": [{"by": "/id", "direction": "descending"}]}}},
        "LIST-SORT",
    ),
    ({"sort": {"values": {"-name": [{"by": "/name"}]}}}, "LIST-SORT"),
    ({"empty": 204}, "LIST-EMPTY"),
]


@pytest.mark.parametrize(("change", "claim"), CHANGES)
def test_changed_value_is_complained_of(change: dict[str, Any], claim: str, tmp_path: Path) -> None:
    """The server keeps the unchanged declaration."""
    kept = declaration("url")
    changed = {**kept, "lists": merged(kept["lists"], change)}

    verdicts = DeclaredApi(tmp_path).judge(changed, [claim], served=kept)

    assert verdicts.complaints() == {claim}, verdicts.reasons


def test_any_of_several_values_matches(tmp_path: Path) -> None:
    base = declaration("url")
    declared = {**base, "lists": merged(base["lists"], {"filters": {"name": {"match": "any-of"}}})}

    verdicts = DeclaredApi(tmp_path).judge(declared, ["LIST-*"])

    assert verdicts.complaints() | verdicts.unjudged() == set(), verdicts.reasons
