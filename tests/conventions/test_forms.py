"""Declared forms, refusals and rules of HTTP: the reference server keeps them, and each value counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.conventions.harness import DeclaredApi

from tuningfork.contract.declaration_file import merge_patch

THING = {
    "list": "GET /things",
    "create": {"request": "POST /things", "body": {"name": "{text}"}, "status": 201, "id": "/data/id"},
    "read": {"request": "GET /things/{id}", "status": 200},
    "text": {"/name": "/data/name"},
    "delete": {"request": "DELETE /things/{id}", "status": 204, "then": 404},
}
MEMBERS = {"/status": "integer", "/code": "^[a-z_]+$", "/message": "string", "/error": "."}
ACME: dict[str, Any] = {
    "auth": {"type": "bearer", "missing": 401, "wrong": 401, "probe": "GET /things"},
    "envelope": {
        "media-type": "application/json",
        "members": {"/status": "integer", "/message": "string", "/version": "integer", "/time": "integer"},
        "data": "/data",
        "status": "/status",
        "phrases": {"at": "/message", "200": "OK", "201": "Created", "404": "Not Found"},
        "constant": ["/version"],
        "clock": "/time",
        "closed": True,
    },
    "errors": {
        "media-type": "application/json",
        "members": MEMBERS,
        "optional": {"/detail": "string"},
        "one-of": [{"/hint": "string"}, {"/hint": "object"}],
        "list": "/errors",
        "items": {"/reason": "string"},
        "code": "/code",
        "codes": {"401": ["unauthorized"], "404": ["not_found"]},
        "status": "/status",
        "phrases": {"at": "/error", "401": "No credentials", "404": "No such thing"},
        "only-on-errors": True,
        "everywhere": True,
        "no-internals": True,
        "no-5xx": True,
    },
    "refusals": {
        "not-found": {"status": 404, "code": "not_found"},
        "malformed-id": 400,
        "unknown-path": 404,
        "method": 405,
        "method-allow": True,
        "media-type": 415,
        "not-acceptable": 406,
        "invalid-body": 400,
        "malformed-body": 422,
    },
    "outages": {"status": [500, 503], "form": "as-errors", "after": "works"},
    "http": {"head": True, "options": "allow", "safe": True, "empty": [204], "compression": True},
    "formats": {"timestamps": "rfc3339", "ids": "integer", "at": ["/data/created_at", "/data/*/created_at"]},
    "deprecation": {"sunset": True, "deprecation": True, "link": "deprecation"},
    "document": {"status": True, "body": True, "headers": True, "closed": True},
    "pagination": {"type": "none", "items": "/data", "key": "/id"},
    "resources": {"thing": THING},
}
OBJECT = {"type": "object"}
ITEM = {
    "type": "object",
    "required": ["id", "name", "created_at"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
    },
}
REQUEST = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "size": {"type": "number"}},
}
KIND = {"X-Kind": {"required": True, "schema": {"type": "string", "enum": ["thing"]}}}


def response(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a documented response with a body and a header."""
    content = {"application/json": {"schema": {"type": "object", "properties": {"data": schema}}}}
    return {"description": "a response", "headers": KIND, "content": content}


ERRORS = {
    status: {"description": "an error", "content": {"application/json": {"schema": OBJECT}}}
    for status in ("400", "401", "404", "422")
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {
        "/things": {
            "get": {"responses": {"200": response({"type": "array", "items": ITEM}), **ERRORS}},
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": REQUEST}}},
                "responses": {"201": response(ITEM), **ERRORS},
            },
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": response(ITEM), **ERRORS}},
            "delete": {"responses": {"204": {"description": "deleted"}, **ERRORS}},
        },
    },
}
OTHER_VALUES: list[tuple[str, dict[str, Any]]] = [
    ("ERRORS-FORM", {"errors": {"members": {"/code": "^[A-Z]+$"}}}),
    ("ERRORS-FORM", {"errors": {"optional": {"/detail": "integer"}}}),
    ("ERRORS-FORM", {"errors": {"one-of": [{"/hint": "boolean"}, {"/hint": "object"}]}}),
    ("ERRORS-FORM", {"errors": {"when": {"/status": 201}}}),
    ("ERRORS-FORM", {"errors": {"standard": "scim", "members": None, "media-type": None}}),
    ("ERRORS-EVERYWHERE", {"errors": {"members": {"/code": "^[A-Z]+$"}}}),
    ("ERRORS-MEDIA-TYPE", {"errors": {"media-type": "application/problem+json"}}),
    ("ERRORS-LIST", {"errors": {"list": "/problems"}}),
    ("ERRORS-LIST", {"errors": {"items": {"/reason": "integer"}}}),
    ("ERRORS-CODE", {"errors": {"code": "/kode"}}),
    ("ERRORS-CODE", {"errors": {"codes": {"404": ["gone"]}}}),
    ("ERRORS-STATUS", {"errors": {"status": "/code"}}),
    ("ERRORS-PHRASE", {"errors": {"phrases": {"404": "Missing"}}}),
    ("ERRORS-PHRASE", {"errors": {"phrases": {"at": "/message"}}}),
    ("ERRORS-ONLY", {"errors": {"optional": {"/data": "object"}}, "envelope": None}),
    ("ENVELOPE-SHAPE", {"envelope": {"members": {"/version": "string"}}}),
    ("ENVELOPE-SHAPE", {"envelope": {"media-type": "application/hal+json"}}),
    ("ENVELOPE-DATA", {"envelope": {"data": "/result"}}),
    ("ENVELOPE-ERROR", {"envelope": {"data": "/hint"}}),
    ("ENVELOPE-STATUS", {"envelope": {"status": "/version"}}),
    ("ENVELOPE-PHRASE", {"envelope": {"phrases": {"200": "Fine"}}}),
    ("ENVELOPE-CONSTANT", {"envelope": {"constant": ["/data"]}}),
    ("ENVELOPE-CLOCK", {"envelope": {"clock": "/version"}}),
    ("ENVELOPE-CLOSED", {"envelope": {"members": {"/version": None}, "constant": None}}),
    ("REFUSAL-NOT-FOUND", {"refusals": {"not-found": {"status": 410}}}),
    ("REFUSAL-NOT-FOUND", {"refusals": {"not-found": {"code": "nothing"}}}),
    ("REFUSAL-MALFORMED-ID", {"refusals": {"malformed-id": 422}}),
    ("REFUSAL-UNKNOWN-PATH", {"refusals": {"unknown-path": 410}}),
    ("REFUSAL-METHOD", {"refusals": {"method": 403}}),
    ("REFUSAL-MEDIA-TYPE", {"refusals": {"media-type": 400}}),
    ("REFUSAL-NOT-ACCEPTABLE", {"refusals": {"not-acceptable": 400}}),
    ("REFUSAL-INVALID-BODY", {"refusals": {"invalid-body": 422}}),
    ("REFUSAL-MALFORMED-BODY", {"refusals": {"malformed-body": 400}}),
    ("OUTAGE-FORM", {"errors": {"members": {"/code": "^[A-Z]+$"}}}),
    ("HTTP-HEAD", {"http": {"head": 405}}),
    ("HTTP-EMPTY", {"http": {"empty": [201, 204]}}),
    ("FORMAT-TIMESTAMPS", {"formats": {"timestamps": "http-date"}}),
    ("FORMAT-TIMESTAMPS", {"formats": {"at": ["/data/name"]}}),
    ("FORMAT-IDS", {"formats": {"ids": "uuid"}}),
    ("DEPRECATION-LINK", {"deprecation": {"link": "successor-version"}}),
]
"""The claim that must complain if a server keeps ACME, and the tests judge it by another value."""
NOT_SERVED: list[tuple[str, dict[str, Any]]] = [
    ("HTTP-HEAD", {"http": {"head": 405}}),
    ("HTTP-OPTIONS", {"http": {"options": None}}),
    ("HTTP-COMPRESSION", {"http": {"compression": None}}),
    ("DEPRECATION-SUNSET", {"deprecation": {"sunset": None}}),
    ("DEPRECATION-DATE", {"deprecation": {"deprecation": None}}),
    ("REFUSAL-MEDIA-TYPE", {"refusals": {"media-type": None}}),
    ("REFUSAL-NOT-ACCEPTABLE", {"refusals": {"not-acceptable": None}}),
    ("ERRORS-EVERYWHERE", {"errors": None}),
]
"""The claim that must complain if the tests judge by ACME a server that keeps less."""


@pytest.fixture
def acme(tmp_path: Path) -> DeclaredApi:
    """An API with two operations of a list and two of an item."""
    return DeclaredApi(tmp_path, DOCUMENT)


def test_reference_server_keeps_every_form(acme: DeclaredApi) -> None:
    verdicts = acme.judge(ACME)

    assert verdicts.complaints() == set(), verdicts.output
    assert verdicts.unjudged() == set(), verdicts.reasons


@pytest.mark.parametrize(("claim", "change"), OTHER_VALUES, ids=map(str, OTHER_VALUES))
def test_other_value_is_complained_of(acme: DeclaredApi, claim: str, change: dict[str, Any]) -> None:
    verdicts = acme.judge(merge_patch(ACME, change), [claim], served=ACME)

    assert claim in verdicts.complaints(), verdicts.output


@pytest.mark.parametrize(("claim", "change"), NOT_SERVED, ids=map(str, NOT_SERVED))
def test_server_that_keeps_less_is_complained_of(
    acme: DeclaredApi, claim: str, change: dict[str, Any]
) -> None:
    verdicts = acme.judge(ACME, [claim], served=merge_patch(ACME, change))

    assert claim in verdicts.complaints(), verdicts.output
