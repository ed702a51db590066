"""Bodies that an operation must refuse: none of them is one that it may accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tuningfork.contract.openapi import Contract
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.invalid_bodies import broken_json, invalid_bodies

ID = {"readOnly": True, "type": "integer"}
SCHEMAS: dict[str, Any] = {
    "a read-only property": {"properties": {"id": ID, "name": {"type": "string"}}},
    "a required read-only property": {
        "required": ["id", "name"],
        "properties": {"id": ID, "name": {"type": "string"}},
    },
    "a read-only property of a part": {
        "allOf": [
            {"properties": {"id": {"allOf": [{"type": "integer"}, {"readOnly": True}]}}, "required": ["id"]},
            {"properties": {"name": {"type": "string"}}},
        ]
    },
}
VALID = {"name": "a"}


def operation_with(schema: dict[str, Any], folder: Path) -> DeclaredOperation:
    """Return an operation whose body has a schema."""
    body = {"content": {"application/json": {"schema": {"type": "object", **schema}}}}
    operation = {"requestBody": body, "responses": {"201": {"description": "created"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "1"},
        "paths": {"/things": {"post": operation}},
    }
    (folder / "openapi.yaml").write_text(yaml.safe_dump(document))
    (folder / "conventions.yaml").write_text("conventions: 1\nprefix: AC")
    contract = Contract.load(folder)
    resources: Any = None
    return DeclaredOperation(contract.operation("POST /things"), contract.declaration, resources)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_body_is_not_wrong_for_its_read_only_properties(schema: dict[str, Any], tmp_path: Path) -> None:
    bodies = list(invalid_bodies(operation_with(schema, tmp_path), VALID))

    objects = [body for body in bodies if isinstance(body, dict)]
    assert {"name": 7} in objects
    assert not any("id" in body or isinstance(body.get("name"), str) for body in objects)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_valid_body_has_no_read_only_properties(schema: dict[str, Any], tmp_path: Path) -> None:
    assert "id" not in operation_with(schema, tmp_path).body()


@pytest.mark.parametrize("valid", [{}, {"dc:title": "a", "name": "b"}, 12, "a:b"], ids=repr)
def test_no_broken_text_is_json(valid: Any, tmp_path: Path) -> None:
    for text in broken_json(operation_with({}, tmp_path), json.dumps(valid).encode()):
        with pytest.raises(ValueError, match=r"Expecting|Extra data|Unterminated|codec|trailing comma"):
            json.loads(text)
