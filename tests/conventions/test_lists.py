"""Declared filters, searches and orders: each declared value counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi
from tests.conventions.test_pagination import declaration, merged

from tuningfork.audit.patching import wrap_method
from tuningfork.client.marks import Marks
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.lists import ListPart
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.pytest_plugin.api_session import ApiSession

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


def unique_names(**changes: Any) -> dict[str, Any]:
    """Return a declaration of items of which no two have the same name."""
    base = declaration("url")
    thing = {**base["resources"]["thing"], "unique": ["/name"], "duplicate": 409}
    return {**base, "resources": {"thing": thing}, **changes}


def test_texts_that_no_two_items_share_are_filtered_and_searched(tmp_path: Path) -> None:
    """The next pages of a search are judged, because several items have its word."""
    verdicts = DeclaredApi(tmp_path).judge(unique_names(), ["LIST-*", "PAGE-FILTERS"])

    assert verdicts.complaints() | verdicts.unjudged() == set(), verdicts.reasons


def mark_texts(_: ReferenceServer) -> None:
    """Let texts have marks, as those that a run sends to a staging server."""
    ApiSession.new_text = lambda _, word, rest, seed: Marks(b"key").text(word, rest, seed, 1.7e9)  # type: ignore[method-assign]


@pytest.mark.parametrize("match", ["word", "prefix", "contains"])
def test_marked_texts_are_searched(match: str, tmp_path: Path) -> None:
    base = declaration("url")
    declared = {**base, "lists": merged(base["lists"], {"search": {"match": match}})}

    verdicts = DeclaredApi(tmp_path).judge(declared, ["LIST-SEARCH"], vary=mark_texts)

    assert verdicts.by_claim == {"LIST-SEARCH": "passed"}, verdicts.reasons


COLORS = {"type": "string", "enum": ["red", "blue"]}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "parameters": [
                    {"name": name, "in": "query", "schema": schema}
                    for name, schema in (("color", COLORS), ("name", {"type": "string"}), ("limit", {}))
                ],
                "responses": {"200": {"description": "Things."}},
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": {"description": "A thing."}},
            },
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": {"200": {"description": "A thing."}}},
            "delete": {"responses": {"204": {"description": "Nothing."}}},
        },
    },
}
BY_COLOR = {"filters": {"color": {"member": "/color"}, "name": {"member": "/name"}}, "empty": 200}


def colored() -> dict[str, Any]:
    """Return a declaration of items with a color, which the creation does not vary."""
    declared = unique_names(lists=BY_COLOR)
    declared["resources"]["thing"]["create"] = {
        **declared["resources"]["thing"]["create"],
        "body": {"name": "{text}", "color": "red"},
    }
    return declared


def refuse_other_colors(server: ReferenceServer) -> None:
    """Refuse a color that the document does not have."""

    def select(original: Any, call: Any, items: Any, query: Any) -> Any:
        """Return the items of a color, or refuse it."""
        if query.get("color", "red") not in COLORS["enum"]:
            raise HttpError(400)
        return original(call, items, query)

    wrap_method(server.get(ListPart), "select", select)


def test_documented_enum_gets_no_other_value(tmp_path: Path) -> None:
    verdicts = DeclaredApi(tmp_path, DOCUMENT).judge(colored(), ["LIST-EMPTY"], vary=refuse_other_colors)

    assert verdicts.by_claim == {"LIST-EMPTY": "passed"}, verdicts.output


def ignore_colors(server: ReferenceServer) -> None:
    """Ignore the color of a query."""
    matches = server.get(ListPart).matches
    server.get(ListPart).matches = lambda declared, name, item, value: (  # type: ignore[method-assign]
        name == "color" or matches(declared, name, item, value)
    )


def add_blue_one(server: ReferenceServer) -> None:
    """Add an item of another client, with a color that no new item has."""
    server.get(ResourcePart).store("thing", {"name": "foreign", "color": "blue"}, "first", ())


@pytest.mark.parametrize("is_ignored", [True, False])
def test_filter_in_which_new_items_are_alike_is_judged_by_all_items(is_ignored: bool, tmp_path: Path) -> None:
    def vary(server: ReferenceServer) -> None:
        """Add an item of another color."""
        add_blue_one(server)
        if is_ignored:
            ignore_colors(server)

    verdicts = DeclaredApi(tmp_path, DOCUMENT).judge(colored(), ["LIST-FILTER"], vary=vary)

    assert verdicts.by_claim == {"LIST-FILTER": "failed" if is_ignored else "passed"}, verdicts.output
