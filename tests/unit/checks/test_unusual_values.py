"""Values that JSON allows and Python cannot express, and patterns of ECMA-262 that Python rejects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tuningfork.checks import schema
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.model import Exchange, Finding, Headers

Make = Callable[..., Exchange]
DOCUMENT = r"""
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /item:
    get:
      x-claims: [SH-1]
      responses:
        '200':
          description: An item.
          x-claims: [SH-1]
          headers:
            X-Tags: {x-claims: [SH-2], schema: {type: array, items: {type: string, pattern: '^[a-z]$'}}}
          content:
            application/json:
              schema:
                type: object
                properties:
                  word: {type: string, pattern: '^\p{L}+$'}
                  year: {type: string, pattern: '^(?<y>[0-9]{4})$'}
                  face: {type: string, pattern: '^\u{1F600}$'}
                  back: {type: string, pattern: '(?<=a+)b'}
                  digits: {type: string, pattern: '^\d{2}$', x-claims: [SH-2]}
                  price: {type: number, multipleOf: 0.01, x-claims: [SH-2]}
                  id: {type: [integer, string], x-claims: [SH-2]}
                  tree: {$ref: '#/components/schemas/Tree'}
components:
  schemas: {Tree: {type: array, items: {anyOf: [{$ref: '#/components/schemas/Tree'}, {type: 'null'}]}}}
"""
CLAIMS = "\n".join(
    f'[[claims]]\nid = "SH-{number}"\nlevel = "MUST"\nsection = "s"\nsource = "G"\npromise = "p"\n'
    for number in (1, 2)
)


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    folder: Path = tmp_path_factory.mktemp("specs") / "shop"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "claims.toml").write_text('[sources]\nG = "g"\n' + CLAIMS)
    return Contract.load(folder).operations[0]


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        ('{"word": "Käse", "year": "2020", "face": "\U0001f600", "back": "aab", "digits": "12"}', []),
        ('{"word": "M1"}', [("SH-1", "/word")]),
        ('{"year": "20"}', [("SH-1", "/year")]),
        ('{"face": ":)"}', [("SH-1", "/face")]),
        ('{"back": "b"}', [("SH-1", "/back")]),
        ('{"digits": "\u0663\u0664"}', [("SH-2", "/digits")]),
        ('{"digits": "12\\n"}', [("SH-2", "/digits")]),
        ('{"price": 0.07}', []),
        ('{"price": 0.075}', [("SH-2", "/price")]),
        ('{"price": 1e400}', []),
        ('{"price": 1e999999999999}', []),
        ('{"price": NaN}', [("SH-1", "")]),
        ('{"price": -Infinity}', [("SH-1", "")]),
        (f'{{"id": {"9" * 6000}, "price": {"8" * 6000}}}', []),
        ('{"id": "\\ud800", "price": 1}', []),
        ('{"id": "\\ud800", "price": "\\udfff"}', [("SH-2", "/price")]),
        ('{"id": 1.5}', [("SH-2", "/id")]),
        ("{}".encode("utf-16"), [("SH-1", "")]),
        (b"\xef\xbb\xbf{}", []),
        (b'{"id": "\xff"}', [("SH-1", "")]),
        ('{"tree": ' + "[" * 250 + "]" * 250 + "}", []),
        ('{"tree": ' + "[" * 250 + "1" + "]" * 250 + "}", [("SH-1", "/tree" + "/0" * 250)]),
        ("[" * 100_000, [("SH-1", "")]),
    ],
)
def test_value_is_validated(
    make: Make, operation: Operation, body: str | bytes, broken: list[tuple[str, str]]
) -> None:
    findings = list(check_body(make(200, body), operation))

    assert [(finding.claim, finding.pointer) for finding in findings if not finding.holds] == broken
    assert all("\ud800" not in finding.found for finding in findings)


@pytest.mark.parametrize(
    ("values", "holds"), [(["a,b"], True), (["a", "b"], True), (["a, b", "c"], True), (["a,B"], False)]
)
def test_repeated_header_is_parsed_as_array(
    make: Make, operation: Operation, values: list[str], holds: bool
) -> None:
    exchange = make(200, "{}")
    headers = Headers([*exchange.response.headers.pairs, *(("X-Tags", value) for value in values)])
    object.__setattr__(exchange.response, "headers", headers)

    (finding,) = schema.headers()(exchange, operation)

    assert (finding.claim, finding.holds, finding.pointer) == ("SH-2", holds, "X-Tags")


def check_body(exchange: Exchange, operation: Operation) -> Iterator[Finding]:
    yield from schema.body()(exchange, operation)
    yield from schema.conforms()(exchange, operation)
