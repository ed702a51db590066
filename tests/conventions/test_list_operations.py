"""Which operations of a document the claims of pages and filters are about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.conventions.test_pagination import THING

from tuningfork.contract.openapi import Contract
from tuningfork.mock.reference import ReferenceServer
from tuningfork.mock.reference.pagination import PaginationPart

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
RESPONSES = {"200": {"description": "OK"}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {
        "/things": {"get": {"responses": RESPONSES}, "post": {"responses": RESPONSES}},
        "/things/{id}": {
            "parameters": [ID],
            "get": {"responses": RESPONSES},
            "delete": {"responses": RESPONSES},
        },
        "/people": {"get": {"parameters": [LIMIT], "responses": RESPONSES}},
        "/state": {"get": {"operationId": "readState", "responses": RESPONSES}},
    },
}
PAGES = {"type": "offset", "parameter": "offset", "size": {"parameter": "limit"}}


def contract(folder: Path, **declared: Any) -> Contract:
    """Return the contract of a document and a declaration."""
    specs = folder / "acme"
    specs.mkdir()
    (specs / "openapi.yaml").write_text(yaml.safe_dump(DOCUMENT))
    (specs / "conventions.yaml").write_text(yaml.safe_dump({"conventions": 1, **declared}))
    return Contract.load(specs)


@pytest.mark.parametrize(
    ("declared", "lists"),
    [
        ({"pagination": PAGES}, {"/people"}),
        ({"pagination": PAGES, "resources": {"thing": THING}}, {"/people", "/things"}),
        ({"pagination": [PAGES, {"operations": ["readState"]}]}, {"/people", "/state"}),
        ({"pagination": [PAGES, {"operations": ["GET /*"]}]}, {"/people"}),
        ({"pagination": {**PAGES, "operations": ["GET /state"]}}, {"/state"}),
        ({"pagination": {"type": "none"}}, set()),
    ],
)
def test_lists_are_named_or_document_a_parameter(
    declared: dict[str, Any], lists: set[str], tmp_path: Path
) -> None:
    """The reference server finds the same lists by its own code."""
    loaded = contract(tmp_path, **declared)
    subjects = loaded.declaration.subjects("pagination", loaded.operations)
    server = ReferenceServer(loaded.document, loaded.declaration)
    part = server.get(PaginationPart)

    assert {each.operation.path for each in subjects if each.operation is not None} == lists
    assert {
        each.path
        for each in server.operations
        if loaded.declaration.of("pagination", each) is not None and part.lists.is_list(each)
    } == lists
