"""Fixtures: a small valid contract of a bookshop, and a function that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.contract.openapi import Contract

CLAIMS = """
api = "books"
title = "Books"
documentation = "https://books.example/docs"

[sources]
G = "The guide."
A = "Assumed."

[[claims]]
id = "B-READ-01"
level = "MUST"
section = "Reading"
source = "G Reading"
promise = "A book is found by its id"

[[claims]]
id = "B-READ-02"
level = "SHOULD"
section = "Reading"
source = "A"
promise = "A book has a price"
needs = ["user", "given:rare_book", "control:clock"]
note = "In cents."

[[claims]]
id = "B-ERR-01"
level = "MAY"
section = "Errors"
source = "G Errors"
promise = "Errors are JSON"
"""

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: '1'}
security: [{key: []}]
x-claims: [B-ERR-01]
paths:
  /books:
    get:
      operationId: listBooks
      x-claims: [B-READ-01]
      security: []
      parameters:
        - {name: limit, in: query, schema: {type: integer}, example: 3}
      responses:
        '200':
          description: Books.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Books'}}
    post:
      operationId: addBook
      x-claims: [B-READ-01]
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Book'}, example: {id: 1, kind: book}}
      responses:
        '201': {$ref: '#/components/responses/Book'}
  /books/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}, example: 1}
    get:
      operationId: getBook
      x-claims: [B-READ-01]
      responses:
        '200': {$ref: '#/components/responses/Book'}
        4XX: {$ref: '#/components/responses/Failure'}
        default: {description: Any other response.}
    delete:
      operationId: burnBook
      x-claims: [B-READ-01]
      responses:
        '204': {description: Gone.}
  /books/new:
    get:
      operationId: newBooks
      x-claims: [B-READ-01]
      responses:
        '200': {description: Books., content: {'text/*': {schema: {type: string}}}}
  /books/{id}.txt:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
    get:
      operationId: readBook
      x-claims: [B-READ-01]
      responses:
        '200': {description: Text., content: {text/plain: {}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  responses:
    Book:
      description: A book.
      x-claims: [B-READ-01]
      headers:
        X-Shelf: {required: true, x-claims: [B-READ-02], schema: {type: integer, minimum: 1}, example: 4}
      content:
        application/json; charset=utf-8:
          schema: {$ref: '#/components/schemas/Book'}
          examples: {one: {value: {id: 1, kind: book, price: 300}}}
      links:
        again: {operationId: getBook, parameters: {id: $response.body#/id}}
    Failure:
      description: A failure.
      x-claims: [B-ERR-01]
      x-usual: [400, 404]
      content:
        application/json:
          schema: {type: object, required: [error]}
  schemas:
    Book:
      type: object
      required: [id]
      properties:
        id: {type: integer}
        kind: {const: book}
        added: {type: [string, 'null'], format: slashed-date-time}
        price: {type: integer, minimum: 0, x-claims: [B-READ-02], examples: [300]}
        'cover[url]': {type: string, format: uri}
        sequel: {anyOf: [{$ref: '#/components/schemas/Book'}, {type: 'null'}]}
    Magazine:
      type: object
      required: [issue]
      properties: {kind: {const: magazine}, issue: {type: integer}}
    Books:
      type: array
      items:
        oneOf: [{$ref: '#/components/schemas/Book'}, {$ref: '#/components/schemas/Magazine'}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the valid contract."""
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / "claims.toml").write_text(CLAIMS)
    (folder / "openapi.yaml").write_text(DOCUMENT)
    return folder


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str], Path]:
    """A function that replaces a text in both files; the text must occur."""

    def spoil(old: str, new: str) -> Path:
        files = [file for file in sorted(folder.iterdir()) if old in file.read_text()]
        assert files, f"no file contains {old}"
        for file in files:
            file.write_text(file.read_text().replace(old, new))
        return folder

    return spoil


@pytest.fixture
def contract(folder: Path) -> Contract:
    return Contract.load(folder)
