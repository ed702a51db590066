"""The checks of Audiosocket report every violation and nothing that a claim allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tuningfork.apis.audiosocket.checks import CHECKS
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

SPECS = Path(__file__).parents[4] / "specs" / "audiosocket"
BASE = "https://api.audiosocket.com"
TRACK = {"id": 7, "title": "Rain"}
LIST = {"status": 200, "message": "OK", "data": [TRACK]}
ONE = {"status": 200, "message": "OK", "data": TRACK}
NEW = {"status": 201, "message": "Created", "data": TRACK}
CHALLENGE = {"WWW-Authenticate": "Bearer"}


def error(status: int, message: str, text: str = "Something was wrong", **more: Any) -> dict[str, Any]:
    """Return the documented body of an error."""
    return {"status": status, "message": message, "error": text, **more}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load(SPECS)


def violated_claims(
    contract: Contract,
    method: str,
    path: str,
    status: int,
    body: Any = b"",
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> set[str]:
    """Return the claims that an exchange violates."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = [*(headers or {}).items(), ("Content-Type", media_type)]
    exchange = Exchange(
        Request(method, BASE + path, Headers((sent or {}).items())),
        Response(status, "", Headers(fields), raw),
    )
    operation = contract.find(method, path)
    findings = [finding for check in CHECKS for finding in check(exchange, operation)]
    return {finding.claim for finding in findings if finding.claim and not finding.holds}


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "more"),
    [
        ("GET", "/tracks", 200, LIST, {"media_type": "application/json; charset=utf-8"}),
        ("GET", "/tracks", 200, {**LIST, "data": [], "error": None}, {}),
        ("GET", "/tracks", 304, b"", {"media_type": ""}),
        ("HEAD", "/tracks", 200, b"", {}),
        ("HEAD", "/tracks", 405, b"", {}),
        ("POST", "/tracks", 201, {**NEW, "data": {"id": "a", "name": "Rain", "length": None}}, {}),
        ("DELETE", "/tracks/7", 204, b"", {"media_type": ""}),
        ("GET", "/tracks/0", 404, error(404, "Not Found", data=None, more=1), {}),
        ("GET", "/tracks", 401, error(401, "Unauthorized"), {"headers": CHALLENGE}),
        ("POST", "/tracks", 415, error(415, "any"), {}),
        ("PUT", "/tracks", 405, error(405, "any"), {}),
        ("PUT", "/tracks", 405, b"", {}),
        ("PURGE", "/tracks", 501, error(501, "any"), {}),
        ("POST", "/tracks", 501, error(501, "any"), {"sent": {"Transfer-Encoding": "cow"}}),
        ("GET", "/tracks/%zz", 400, b"<h1>Bad Request</h1>", {"media_type": "text/html"}),
        ("GET", "/tracks/7", 431, b"too long", {"media_type": "text/plain"}),
        ("OPTIONS", "/tracks", 200, b"", {"media_type": ""}),
        ("GET", "/nothing", 301, b"", {"media_type": ""}),
    ],
)
def test_conforming_exchange_violates_no_claim(
    contract: Contract, method: str, path: str, status: int, body: Any, more: dict[str, Any]
) -> None:
    assert violated_claims(contract, method, path, status, body, **more) == set()


@pytest.mark.parametrize(
    ("claims", "method", "path", "status", "body", "more"),
    [
        ("AS-ENV-01", "GET", "/tracks", 200, LIST, {"media_type": "text/plain"}),
        ("AS-ENV-01 AS-ENV-05", "GET", "/nothing", 404, b"<h1>No</h1>", {"media_type": "text/html"}),
        ("AS-ENV-01 AS-ENV-02", "GET", "/tracks", 200, {**LIST, "status": "200"}, {}),
        ("AS-ENV-02", "GET", "/tracks/0", 404, error(200, "Not Found"), {}),
        ("AS-ENV-03", "GET", "/tracks/0", 404, error(404, "Not found"), {}),
        ("AS-ENV-04", "GET", "/tracks/7", 200, {"status": 200, "message": "OK", "track": TRACK}, {}),
        ("AS-ENV-04", "POST", "/tracks", 201, {**NEW, "error": ""}, {}),
        ("AS-ENV-05", "POST", "/tracks", 409, error(409, "Conflict", ""), {}),
        ("AS-ENV-05", "POST", "/tracks", 415, error(415, "any", data={}), {}),
        ("AS-ENV-06", "GET", "/tracks", 200, {**LIST, "data": {"tracks": []}}, {}),
        ("AS-ENV-07", "POST", "/tracks", 201, {**NEW, "data": [TRACK]}, {}),
        ("AS-ENV-09", "GET", "/tracks/0", 404, error(404, "Not Found", "Resource conflict"), {}),
        ("AS-CODE-02", "GET", "/tracks/7", 200, {**ONE, "data": [TRACK]}, {}),
        ("AS-CODE-09 AS-CODE-14", "GET", "/tracks", 500, b"Traceback (most recent call last):", {}),
        (
            "AS-CODE-09",
            "GET",
            "/tracks",
            500,
            error(500, "Internal Server Error", "SELECT id FROM tracks"),
            {},
        ),
        ("AS-CODE-10 AS-ENV-03", "GET", "/tracks", 503, error(503, "Down"), {}),
        ("AS-CODE-11", "POST", "/tracks", 422, error(422, "any"), {}),
        ("AS-CODE-11", "GET", "/tracks/7", 410, error(410, "any"), {}),
        ("AS-CODE-14", "GET", "/tracks", 501, error(501, "any"), {}),
        ("AS-AUTH-06", "GET", "/tracks", 401, error(401, "Unauthorized"), {}),
        (
            "AS-AUTH-06",
            "GET",
            "/tracks",
            401,
            error(401, "Unauthorized"),
            {"headers": {"WWW-Authenticate": 'Basic realm="Bearer"'}},
        ),
        ("AS-TRACK-01", "GET", "/tracks", 200, {**LIST, "data": [TRACK, {"id": 8}]}, {}),
        ("AS-TRACK-01", "GET", "/tracks/7", 200, {**ONE, "data": {**TRACK, "length": "3:07"}}, {}),
        ("AS-TRACK-01", "GET", "/tracks/7", 200, {**ONE, "data": {**TRACK, "artist": "A"}}, {}),
        ("AS-TRACK-01", "POST", "/tracks", 201, {**NEW, "data": {**TRACK, "album": {"id": 1}}}, {}),
    ],
)
def test_violation_is_reported(
    contract: Contract, claims: str, method: str, path: str, status: int, body: Any, more: dict[str, Any]
) -> None:
    assert set(claims.split()) <= violated_claims(contract, method, path, status, body, **more)
