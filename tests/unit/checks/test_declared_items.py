"""The checks of declared resources and versions on one exchange."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.checks.base import findings
from tuningfork.checks.declared import declared_checks
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

DECLARED = """
conventions: 1
prefix: AC
resources:
  thing:
    create: {request: POST /things, status: 201, location: required}
    read: {request: 'GET /things/{id}'}
    delete: {request: 'DELETE /things/{id}', status: [200, 204], answer: none}
conditional: {operations: ['GET /things/{id}'], not-modified: [200, 304]}
"""
TAG = ("ETag", '"1"')


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    specs = tmp_path / "specs" / "acme"
    specs.mkdir(parents=True)
    (specs / "conventions.yaml").write_text(DECLARED)
    return Contract.load(specs)


def broken(contract: Contract, method: str, path: str, response: Response) -> set[str]:
    """Return the claims that an exchange breaks."""
    exchange = Exchange(Request(method, f"https://acme.example{path}"), response)
    found = findings(list(declared_checks(contract.declaration)), exchange, contract.find(method, path))
    return {finding.claim for finding in found if not finding.holds}


@pytest.mark.parametrize(
    ("method", "path", "status", "headers", "body", "claims"),
    [
        ("POST", "/things", 201, [("Location", "/things/1")], b"{}", set()),
        ("POST", "/things", 201, [], b"{}", {"AC-RESOURCE-LOCATION"}),
        ("POST", "/things", 202, [], b"{}", set()),
        ("POST", "/things", 400, [], b"{}", set()),
        ("DELETE", "/things/1", 204, [], b"", set()),
        ("DELETE", "/things/1", 200, [], b"{}", {"AC-RESOURCE-ANSWER"}),
        ("GET", "/things/1", 200, [TAG], b"{}", set()),
        ("GET", "/things/1", 200, [("ETag", 'W/"1-gzip"')], b"{}", set()),
        ("GET", "/things/1", 200, [], b"{}", {"AC-COND-ETAG"}),
        ("GET", "/things/1", 200, [("ETag", "1")], b"{}", {"AC-COND-ETAG"}),
        ("GET", "/things/1", 304, [TAG], b"", set()),
        ("GET", "/things/1", 304, [TAG], b"{}", {"AC-COND-NOT-MODIFIED"}),
    ],
)
def test_exchange_breaks_exactly_these_claims(
    contract: Contract,
    method: str,
    path: str,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    claims: set[str],
) -> None:
    assert broken(contract, method, path, Response(status, "", Headers(headers), body)) == claims
