"""Fixtures: a contract with one operation, and a function that creates exchanges."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import Exchange, Headers, Request, Response

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: '1'}
security: [{key: []}]
paths:
  /books:
    get:
      x-claims: [B-1]
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses:
        '200':
          description: Books.
          x-claims: [B-1]
          headers:
            X-Total: {required: true, schema: {type: integer, minimum: 0}, x-claims: [B-2]}
            X-Word: {schema: {type: string, pattern: '^[a-z]+$'}}
          content:
            application/json:
              schema:
                type: array
                items: {type: object, required: [id], properties: {price: {type: integer, x-claims: [B-2]}}}
            application/javascript: {schema: {type: string}}
        '302': {description: Redirect.}
        '404':
          description: Not found.
          content: {text/plain: {schema: {type: string, maxLength: 5}}}
        4XX: {description: Other errors., x-usual: [400, 422]}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
"""
CLAIM = '[[claims]]\nid = "B-{0}"\nlevel = "MUST"\nsection = "s"\nsource = "G"\npromise = "p"\n'

Make = Callable[..., Exchange]


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder: Path = tmp_path_factory.mktemp("specs") / "books"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "claims.toml").write_text("\n".join(CLAIM.format(number) for number in (1, 2)))
    return Contract.load(folder)


@pytest.fixture
def books(contract: Contract) -> Operation:
    """GET /books."""
    return contract.operations[0]


@pytest.fixture
def make() -> Make:
    """A function that creates an exchange; a body that is neither str nor bytes is encoded as JSON."""

    def make(
        status: int = 200,
        body: Any = b"",
        *,
        media_type: str | None = "application/json",
        method: str = "GET",
        url: str = "https://api.example.com/books",
        sent: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        sent_body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        raw = (
            body.encode()
            if isinstance(body, str)
            else body
            if isinstance(body, bytes)
            else json.dumps(body).encode()
        )
        response_headers = dict(headers or {})
        if media_type is not None:
            response_headers["Content-Type"] = media_type
        pairs = sent.items() if isinstance(sent, Mapping) else sent
        request = Request(method, url, Headers(pairs), sent_body)
        return Exchange(request, Response(status, "", Headers(response_headers.items()), raw))

    return make
