"""The checks of `document`: what the OpenAPI document promises of responses without a body."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.checks.base import findings
from tuningfork.checks.declared import declared_checks
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Finding, Headers, Request, Response

DOCUMENT = """
openapi: 3.1.0
info: {title: Acme, version: '1'}
paths:
  /books:
    delete:
      responses:
        '204':
          description: Deleted.
          headers: {X-Id: {required: true, schema: {type: integer}}}
    post:
      responses:
        '406': {$ref: '#/components/responses/Refused'}
        '409': {$ref: '#/components/responses/Refused'}
    head:
      responses:
        '200':
          description: As a GET.
          headers: {X-Id: {required: true, schema: {type: integer}}}
components:
  responses:
    Refused:
      description: A refusal.
      content: {application/json: {schema: {type: object}}}
"""
DECLARED = """
conventions: 1
prefix: AC
document: {body: true, headers: true}
errors: {members: {/error: string}, bare: [406]}
"""


@pytest.mark.parametrize(
    ("method", "status", "headers", "broken"),
    [
        ("DELETE", 204, [("X-Id", "7")], False),
        ("DELETE", 204, [], True),
        ("DELETE", 204, [("X-Id", "abc")], True),
        ("DELETE", 204, [("X-Id", "")], True),
        ("HEAD", 200, [], False),
    ],
)
def test_documented_headers_are_judged_without_a_body(
    tmp_path: Path, method: str, status: int, headers: list[tuple[str, str]], broken: bool
) -> None:
    failed = violations(method, Response(status, headers=Headers(headers)), tmp_path)

    assert {finding.claim for finding in failed} == ({"AC-DOC-HEADERS"} if broken else set())
    assert all(finding.found for finding in failed)


@pytest.mark.parametrize(
    ("status", "media_type", "body", "broken"),
    [
        (406, "", b"", False),
        (406, "text/html", b"<h1>Not Acceptable</h1>", False),
        (406, "application/json", b"[]", True),
        (409, "", b"", True),
        (409, "text/html", b"<h1>Conflict</h1>", True),
    ],
)
def test_bare_status_needs_no_documented_body(
    tmp_path: Path, status: int, media_type: str, body: bytes, broken: bool
) -> None:
    """`errors.bare` has the statuses that HTTP gives in another form."""
    failed = violations(
        "POST", Response(status, headers=Headers([("Content-Type", media_type)]), body=body), tmp_path
    )

    assert ("AC-DOC-BODY" in {finding.claim for finding in failed}) is broken


def violations(method: str, response: Response, folder: Path) -> list[Finding]:
    """Return the violations of a response to a request of DOCUMENT."""
    (folder / "acme").mkdir()
    (folder / "acme/openapi.yaml").write_text(DOCUMENT)
    (folder / "acme/conventions.yaml").write_text(DECLARED)
    contract = Contract.load(folder / "acme")
    exchange = Exchange(Request(method, "https://acme.example/books"), response)

    judged = findings(list(declared_checks(contract.declaration)), exchange, contract.find(method, "/books"))

    return [finding for finding in judged if not finding.holds]
