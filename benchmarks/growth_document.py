"""Makes a contract of an OpenAPI document that somebody published, for the benchmark of growth.

The document is JSON, of OpenAPI 3.0 or 3.1; one of 3.0 is converted. GitHub's is in the npm package
@octokit/openapi (`npm pack @octokit/openapi`, package/generated/api.github.com.json).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
DECLARATION = """
conventions: 1
title: A published document
prefix: REAL
auth: {type: bearer, missing: 401, wrong: 401}
"""
REFERENCE = re.compile(r'"#/components/(\w+)/([^"/]+)')
BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def write_contract(folder: Path, file: Path, operations: int) -> None:
    """Write the contract of the first operations of a document, with their components, into specs/NAME."""
    document = _converted(json.loads(file.read_text(encoding="utf-8")))
    document |= {"openapi": "3.1.0", "paths": _first(document["paths"], operations)}
    document["components"] = _used(document)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.yaml").write_text(text, encoding="utf-8")
    (folder / "conventions.yaml").write_text(DECLARATION, encoding="utf-8")


def _first(paths: dict[str, Any], operations: int) -> dict[str, Any]:
    """Return the path items with the first operations."""
    left = iter(range(operations))
    kept = {
        path: {
            key: value for key, value in item.items() if key not in METHODS or next(left, None) is not None
        }
        for path, item in paths.items()
    }
    return {path: item for path, item in kept.items() if not item.keys().isdisjoint(METHODS)}


def _used(document: dict[str, Any]) -> dict[str, Any]:
    """Return the components that the operations refer to, directly or by other components."""
    components = document["components"]
    used: dict[str, dict[str, Any]] = {"securitySchemes": components.get("securitySchemes", {})}
    pending: list[Any] = [document["paths"]]
    while pending:
        for kind, name in REFERENCE.findall(json.dumps(pending.pop())):
            if name in components.get(kind, {}) and name not in used.setdefault(kind, {}):
                used[kind][name] = components[kind][name]
                pending.append(used[kind][name])
    return used


def _converted(value: Any) -> Any:
    """Return a value of a document of OpenAPI 3.0 as 3.1 writes it."""
    if isinstance(value, list):
        return [_converted(each) for each in value]
    if not isinstance(value, dict):
        return value
    members = {key: _converted(each) for key, each in value.items()}
    for exclusive, bound in BOUNDS.items():
        if isinstance(members.get(exclusive), bool) and members.pop(exclusive):
            members[exclusive] = members.pop(bound)
    return _with_null(members) if isinstance(members.get("nullable"), bool) else members


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with "nullable" as one that says so by its types."""
    if not schema.pop("nullable"):
        return schema
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    values = {"enum": [*dict.fromkeys([*schema["enum"], None])]} if "enum" in schema else {}
    return schema | {"type": [schema["type"], "null"]} | values
