"""Generates contracts of any size for the benchmark of growth: openapi.yaml and conventions.yaml.

A resource has five operations (list, create, read, update, delete), a schema that extends a shared one by
`allOf`, a reference to another resource, and properties of each JSON type. Pages, errors and the credentials
are declared as most APIs have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

OPERATIONS_PER_RESOURCE = 5
SUBJECTS = ("book", "track", "order", "invoice", "member", "ticket", "image", "project", "device", "event")
PARTS = ("", "-label", "-note", "-rule", "-draft", "-group", "-offer", "-price", "-share", "-visit")
EVENTS = ("created", "changed", "archived")


def write_contract(folder: Path, operations: int) -> None:
    """Write the contract of an API with a number of operations, a multiple of five, into specs/NAME."""
    names = list(_names(operations // OPERATIONS_PER_RESOURCE))
    folder.mkdir(parents=True, exist_ok=True)
    for file, value in (("openapi.yaml", document(names)), ("conventions.yaml", declaration(names))):
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text = yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=True)
        (folder / file).write_text(text, encoding="utf-8")


def document(names: list[str]) -> dict[str, Any]:
    """Return the OpenAPI document of an API with these resources."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = dict(SHARED_SCHEMAS)
    for number, name in enumerate(names):
        paths |= _paths(name)
        schemas |= _schemas(name, names[number - 1])
    return {
        "openapi": "3.1.0",
        "info": {"title": f"An API of {len(names)} resources", "version": "1"},
        "servers": [{"url": "https://api.growth.example"}],
        "security": [{"Token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}},
            "parameters": PARAMETERS,
            "responses": RESPONSES,
            "schemas": schemas,
        },
    }


def declaration(names: list[str]) -> dict[str, Any]:
    """Return the conventions of an API with these resources."""
    return {
        "conventions": 1,
        "title": "Growth",
        "prefix": "GROW",
        "auth": {"type": "bearer", "missing": 401, "wrong": 401, "probe": f"GET {_path(names[0])}"},
        "errors": {"members": {"/code": "^[a-z_]+$", "/message": "string"}, "code": "/code"},
        "refusals": {"not-found": {"status": 404, "code": "not_found"}, "invalid-body": 400},
        "pagination": {
            "operations": [f"GET {_path(name)}" for name in names],
            "type": "cursor",
            "parameter": "cursor",
            "next": "/next",
            "items": "/items",
            "size": {"parameter": "limit", "default": 10, "maximum": 50},
            "end": ["null"],
        },
        "resources": {name: _resource(name) for name in names},
    }


def _names(count: int) -> Iterator[str]:
    """Yield unique names of resources: "book", "track" …, "book-label" …, "book-2" …."""
    for number in range(count):
        generation, place = divmod(number, len(SUBJECTS) * len(PARTS))
        part, subject = divmod(place, len(SUBJECTS))
        yield f"{SUBJECTS[subject]}{PARTS[part]}" + (f"-{generation + 1}" if generation else "")


def _path(name: str) -> str:
    return f"/{name}s"


def _resource(name: str) -> dict[str, Any]:
    item = f"{_path(name)}/{{id}}"
    return {
        "list": f"GET {_path(name)}",
        "create": {
            "request": f"POST {_path(name)}",
            "body": {"name": "{text}", "kind": "first"},
            "status": 201,
            "id": "/id",
        },
        "read": {"request": f"GET {item}", "status": 200},
        "update": {"request": f"PATCH {item}", "body": {"name": "{text}"}, "status": 200},
        "delete": {"request": f"DELETE {item}", "status": 204, "then": 404},
        "text": {"/name": "/name"},
    }


def _paths(name: str) -> dict[str, Any]:
    """Return the two path items of a resource."""
    title = _title(name)
    body = _json_content(f"New{title}", {"name": f"A {name}", "kind": "first"})
    item = {"description": f"The {name}.", **_json_content(title, _example(name))}
    return {
        _path(name): {
            "get": {
                **_heading(f"list{title}s", name, f"List each {name}"),
                "parameters": [_reference("parameters", key) for key in ("limit", "cursor")],
                "responses": {
                    "200": {"description": "A page.", **_json_content(f"{title}Page")},
                    **_refusals("401"),
                },
            },
            "post": {
                **_heading(f"create{title}", name, f"Create a {name}"),
                "requestBody": {"required": True, **body},
                "responses": {"201": item, **_refusals("400", "401")},
            },
        },
        f"{_path(name)}/{{id}}": {
            "parameters": [_reference("parameters", "id")],
            "get": {
                **_heading(f"read{title}", name, f"Read a {name}"),
                "responses": {"200": item, **_refusals("401", "404")},
            },
            "patch": {
                **_heading(f"update{title}", name, f"Change a {name}"),
                "requestBody": {"required": True, **_json_content(f"New{title}")},
                "responses": {"200": item, **_refusals("400", "401", "404")},
            },
            "delete": {
                **_heading(f"delete{title}", name, f"Delete a {name}"),
                "responses": {"204": {"description": "It is deleted."}, **_refusals("401", "404")},
            },
        },
    }


def _heading(operation_id: str, name: str, summary: str) -> dict[str, Any]:
    description = f"{summary}. Members of the team may do so at any time; the result is visible at once."
    return {"operationId": operation_id, "tags": [name], "summary": summary, "description": description}


def _refusals(*statuses: str) -> dict[str, Any]:
    return {status: _reference("responses", f"Refused{status}") for status in (*statuses, "429")}


def _schemas(name: str, other: str) -> dict[str, Any]:
    """Return the schemas of a resource; its items refer to those of another resource."""
    title = _title(name)
    fields_of_event = {"at": {"$ref": "#/components/schemas/Time"}}
    event = {
        "type": "object",
        "required": ["type", "at"],
    }
    fields = {
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": f"The name of the {name}.",
        },
        "kind": {"type": "string", "enum": ["first", "second", "third"]},
        "price": {"anyOf": [{"$ref": "#/components/schemas/Money"}, {"type": "null"}]},
        "labels": {"type": "array", "maxItems": 20, "items": {"$ref": "#/components/schemas/Label"}},
        "details": {
            "type": "object",
            "properties": {
                "width": {"type": "number", "minimum": 0},
                "colour": {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
                "parts": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        },
    }
    last_event = [{**event, "properties": {"type": {"const": each}, **fields_of_event}} for each in EVENTS]
    return {
        f"New{title}": {"type": "object", "properties": fields},
        title: {
            "allOf": [
                _reference("schemas", "Resource"),
                {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        **fields,
                        "related": {
                            "type": "array",
                            "items": {"$ref": f"#/components/schemas/{_title(other)}Link"},
                        },
                        "last_event": {"oneOf": last_event},
                    },
                },
            ]
        },
        f"{title}Link": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"$ref": "#/components/schemas/Id"}, "item": _reference("schemas", title)},
        },
        f"{title}Page": {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": _reference("schemas", title)},
                "next": {"type": ["string", "null"]},
            },
        },
    }


def _json_content(schema: str, example: Any = None) -> dict[str, Any]:
    content = {"schema": _reference("schemas", schema)}
    return {"content": {"application/json": content if example is None else {**content, "example": example}}}


def _example(name: str) -> dict[str, Any]:
    """Return an item that conforms to the schema of a resource."""
    return {
        "id": f"{name}-1",
        "created_at": "2026-11-29T10:00:00Z",
        "name": f"A {name}",
        "kind": "second",
        "labels": [{"text": "new"}],
        "last_event": {"type": "created", "at": "2026-11-29T10:00:00Z"},
    }


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


SHARED_SCHEMAS: dict[str, Any] = {
    "Id": {"type": "string", "pattern": "^[A-Za-z0-9-]+$"},
    "Time": {"type": "string", "format": "date-time"},
    "Money": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "integer"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        },
    },
    "Label": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "colour": {"type": "string"}},
    },
    "Resource": {
        "type": "object",
        "required": ["id", "created_at"],
        "properties": {
            "id": {"$ref": "#/components/schemas/Id"},
            "created_at": {"$ref": "#/components/schemas/Time"},
            "owner": {"$ref": "#/components/schemas/Owner"},
        },
    },
    "Owner": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "name": {"type": ["string", "null"]}},
    },
    "Error": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string", "pattern": "^[a-z_]+$"}, "message": {"type": "string"}},
    },
}
PARAMETERS: dict[str, Any] = {
    "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
    "limit": {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
    },
    "cursor": {"name": "cursor", "in": "query", "schema": {"type": "string"}},
}
RESPONSES: dict[str, Any] = {
    f"Refused{status}": {
        "description": "The request is refused.",
        **_json_content("Error", {"code": code, "message": "The request is refused."}),
    }
    for status, code in (
        ("400", "invalid"),
        ("401", "unauthorized"),
        ("404", "not_found"),
        ("429", "too_many_requests"),
    )
}
