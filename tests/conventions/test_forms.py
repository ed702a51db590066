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
OTHER_VALUES: list[tuple[dict[str, Any], set[str]]] = [
    (
        {"errors": {"members": {"/code": "^[A-Z]+$"}}},
        {"ERRORS-FORM", "ERRORS-EVERYWHERE", "OUTAGE-FORM"},
    ),
    ({"errors": {"optional": {"/detail": "integer"}}}, {"ERRORS-FORM"}),
    ({"errors": {"one-of": [{"/hint": "boolean"}, {"/hint": "object"}]}}, {"ERRORS-FORM"}),
    ({"errors": {"when": {"/status": 201}}}, {"ERRORS-FORM"}),
    ({"errors": {"standard": "scim", "members": None, "media-type": None}}, {"ERRORS-FORM"}),
    (
        {
            "errors": {
                "media-type": "application/problem+json",
                "list": "/problems",
                "code": "/kode",
                "status": "/code",
                "phrases": {"404": "Missing"},
            }
        },
        {"ERRORS-MEDIA-TYPE", "ERRORS-LIST", "ERRORS-CODE", "ERRORS-STATUS", "ERRORS-PHRASE"},
    ),
    (
        {
            "errors": {
                "items": {"/reason": "integer"},
                "codes": {"404": ["gone"]},
                "phrases": {"at": "/message"},
            }
        },
        {"ERRORS-LIST", "ERRORS-CODE", "ERRORS-PHRASE"},
    ),
    ({"errors": {"optional": {"/data": "object"}}, "envelope": None}, {"ERRORS-ONLY"}),
    (
        {
            "envelope": {
                "members": {"/version": "string"},
                "status": "/version",
                "phrases": {"200": "Fine"},
                "constant": ["/data"],
                "clock": "/version",
            }
        },
        {
            "ENVELOPE-SHAPE",
            "ENVELOPE-STATUS",
            "ENVELOPE-PHRASE",
            "ENVELOPE-CONSTANT",
            "ENVELOPE-CLOCK",
        },
    ),
    (
        {"envelope": {"media-type": "application/hal+json", "data": "/result"}},
        {"ENVELOPE-SHAPE", "ENVELOPE-DATA"},
    ),
    ({"envelope": {"data": "/hint"}}, {"ENVELOPE-ERROR"}),
    ({"envelope": {"members": {"/version": None}, "constant": None}}, {"ENVELOPE-CLOSED"}),
    (
        {
            "refusals": {
                "not-found": {"status": 410},
                "malformed-id": 422,
                "unknown-path": 410,
                "method": 403,
                "media-type": 400,
                "not-acceptable": 400,
                "invalid-body": 422,
                "malformed-body": 400,
            }
        },
        {
            "REFUSAL-NOT-FOUND",
            "REFUSAL-MALFORMED-ID",
            "REFUSAL-UNKNOWN-PATH",
            "REFUSAL-METHOD",
            "REFUSAL-MEDIA-TYPE",
            "REFUSAL-NOT-ACCEPTABLE",
            "REFUSAL-INVALID-BODY",
            "REFUSAL-MALFORMED-BODY",
        },
    ),
    ({"refusals": {"not-found": {"code": "nothing"}}}, {"REFUSAL-NOT-FOUND"}),
    (
        {
            "http": {"head": 405, "empty": [201, 204]},
            "formats": {"timestamps": "http-date", "ids": "uuid"},
            "deprecation": {"link": "successor-version"},
        },
        {"HTTP-HEAD", "HTTP-EMPTY", "FORMAT-TIMESTAMPS", "FORMAT-IDS", "DEPRECATION-LINK"},
    ),
    ({"formats": {"at": ["/data/name"]}}, {"FORMAT-TIMESTAMPS"}),
]
"""Another declaration than that of a server, and the claims that must complain."""
NOT_SERVED: list[tuple[dict[str, Any], set[str]]] = [
    (
        {
            "http": {"head": 405, "options": None, "compression": None},
            "deprecation": {"sunset": None, "deprecation": None},
            "refusals": {"media-type": None, "not-acceptable": None},
        },
        {
            "HTTP-HEAD",
            "HTTP-OPTIONS",
            "HTTP-COMPRESSION",
            "DEPRECATION-SUNSET",
            "DEPRECATION-DATE",
            "REFUSAL-MEDIA-TYPE",
            "REFUSAL-NOT-ACCEPTABLE",
        },
    ),
    ({"errors": None}, {"ERRORS-EVERYWHERE", "ERRORS-FORM", "ERRORS-CODE"}),
]
"""What a server does not keep, and the claims of ACME that must complain."""


@pytest.fixture
def acme(tmp_path: Path) -> DeclaredApi:
    """An API with two operations of a list and two of an item."""
    return DeclaredApi(tmp_path, DOCUMENT)


def test_reference_server_keeps_every_form(acme: DeclaredApi) -> None:
    verdicts = acme.judge(ACME)

    assert verdicts.complaints() == set(), verdicts.output
    assert verdicts.unjudged() == set(), verdicts.reasons


@pytest.mark.parametrize(("change", "claims"), OTHER_VALUES, ids=[str(each) for each, _ in OTHER_VALUES])
def test_other_value_is_complained_of(acme: DeclaredApi, change: dict[str, Any], claims: set[str]) -> None:
    verdicts = acme.judge(merge_patch(ACME, change), sorted(claims), served=ACME)

    assert claims <= verdicts.complaints(), verdicts.output


@pytest.mark.parametrize(("change", "claims"), NOT_SERVED, ids=[str(each) for each, _ in NOT_SERVED])
def test_server_that_keeps_less_is_complained_of(
    acme: DeclaredApi, change: dict[str, Any], claims: set[str]
) -> None:
    verdicts = acme.judge(ACME, sorted(claims), served=merge_patch(ACME, change))

    assert claims <= verdicts.complaints(), verdicts.output


def test_claim_that_no_response_is_about_is_not_verified(tmp_path: Path) -> None:
    """The items have no time, or nothing else of the claims either."""
    declared = {**ACME, "formats": {"timestamps": "rfc3339", "ids": "integer"}}
    served = {name: value for name, value in ACME.items() if name != "formats"}

    both = DeclaredApi(tmp_path).judge(declared, ["FORMAT-*"], served)
    alone = DeclaredApi(tmp_path).judge(declared, ["FORMAT-TIMESTAMPS"], served)

    assert both.by_claim == {"FORMAT-TIMESTAMPS": "not verified", "FORMAT-IDS": "passed"}, both.output
    assert alone.reasons == {"FORMAT-TIMESTAMPS": "no response had what the claim is about"}, alone.output
