"""The declarations of the tests of resources, relations, idempotency and conditional requests."""

from __future__ import annotations

import copy
from typing import Any

THING: dict[str, Any] = {
    "list": "GET /things",
    "create": {
        "request": "POST /things",
        "body": {"name": "{text}", "size": 3, "tags": ["a", "b"]},
        "status": 201,
        "id": "/id",
        "location": "required",
        "answer": "item",
    },
    "read": {"request": "GET /things/{id}", "status": 200},
    "text": {"/name": "/name", "blank": "refused", "trim": "kept", "maximum": 300},
    "keeps": {"/size": "/size", "/tags": "/tags"},
    "update": {"request": "PATCH /things/{id}", "body": {"name": "{text}"}, "status": 200},
    "replace": {"request": "PUT /things/{id}", "status": 200},
    "delete": {
        "request": "DELETE /things/{id}",
        "status": 204,
        "answer": "none",
        "then": 404,
        "again": 404,
        "ids": "never-again",
        "frees": True,
    },
    "duplicate": 409,
    "owner": 403,
    "private": True,
    "same-in-list": True,
}
NOTE: dict[str, Any] = {
    "parent": "thing",
    "list": "GET /things/{parent}/notes",
    "create": {
        "request": "POST /things/{parent}/notes",
        "body": [{"data": {"text": "{text}", "key": "{name}"}}],
        "status": 201,
        "id": {"header": "Location"},
    },
    "read": {"request": "GET /things/{parent}/notes/{id}"},
    "text": {"/data/text": "/data/text"},
    "unique": ["/data/key"],
    "duplicate": {"status": 409, "code": "taken"},
    "delete": {
        "request": "DELETE /things/{parent}/notes/{id}",
        "status": 200,
        "then": {"status": 200, "members": {"/data/gone": {"const": True}}},
        "again": 204,
    },
}
API: dict[str, Any] = {
    "auth": {"type": "bearer", "missing": 401, "wrong": 401, "probe": "GET /things"},
    "errors": {"members": {"/code": "^[a-z_]+$"}, "code": "/code"},
}
RESOURCES = {**API, "resources": {"thing": THING, "note": NOTE}}
RELATIONS = {
    **API,
    "requests": {"parameters": {"user": {"example": "given:user"}}},
    "resources": {"thing": THING},
    "relations": {
        "like": {
            "of": "thing",
            "put": "PUT /likes/{id}",
            "delete": "DELETE /likes/{id}",
            "list": "GET /likes",
            "repeated": [200, 201],
            "absent": 404,
            "unknown": 404,
        },
        "following": {
            "put": "PUT /following/{user}",
            "delete": "DELETE /following/{user}",
            "list": "GET /following",
            "repeated": 204,
            "absent": 200,
            "unknown": {"status": 422, "code": "no_user"},
        },
    },
}
IDEMPOTENCY = {
    **API,
    "resources": {"thing": THING},
    "idempotency": {
        "operations": ["POST /things"],
        "replay": "same",
        "marked": {"header": "Idempotent-Replayed"},
        "kept": "all",
        "mismatch": 422,
        "concurrent": [409, "replayed"],
        "missing": 400,
        "scope": "account",
        "window": 86400,
    },
}
CONDITIONAL = {
    **API,
    "resources": {"thing": THING},
    "conditional": {
        "operations": ["GET /things", "* /things/{id}"],
        "validator": "etag",
        "strength": "strong",
        "not-modified": 304,
        "mismatch": 412,
        "required": 428,
    },
}


def changed(declared: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a declaration with another value at a path of keys, such as "resources thing owner"."""
    result = copy.deepcopy(declared)
    *parents, last = path.split()
    target = result
    for name in parents:
        target = target[name]
    target[last] = value
    return result
