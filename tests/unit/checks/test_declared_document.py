"""The checks of `document`: what the OpenAPI document promises of responses without a body."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.checks.base import findings
from tuningfork.checks.declared import declared_checks
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

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
    head:
      responses:
        '200':
          description: As a GET.
          headers: {X-Id: {required: true, schema: {type: integer}}}
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
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/openapi.yaml").write_text(DOCUMENT)
    (tmp_path / "acme/conventions.yaml").write_text(
        "{conventions: 1, prefix: AC, document: {body: true, headers: true}}"
    )
    contract = Contract.load(tmp_path / "acme")
    exchange = Exchange(
        Request(method, "https://acme.example/books"), Response(status, headers=Headers(headers))
    )

    judged = findings(list(declared_checks(contract.declaration)), exchange, contract.find(method, "/books"))

    failed = [finding for finding in judged if not finding.holds]
    assert {finding.claim for finding in failed} == ({"AC-DOC-HEADERS"} if broken else set())
    assert all(finding.found for finding in failed)
