"""References by `$id`, `$anchor` and `$dynamicRef`, and keys that look like references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract
from tuningfork.contract.schema import Schema

Spoil = Callable[[str, str], Any]
SCHEMAS = """
  schemas:
    Page:
      $id: page
      type: object
      properties: {items: {type: array, items: {$dynamicRef: '#T'}}}
      $defs: {T: {$dynamicAnchor: T, not: {}}}
    Tracks:
      $id: tracks
      $ref: page
      $defs: {T: {$dynamicAnchor: T, x-claims: [B-ERR-01], $ref: '#/components/schemas/Track'}}
    Track:
      $anchor: track
      type: object
      required: [id]
      properties:
        id: {type: integer, x-claims: [B-READ-01]}
        next: {$ref: '#track'}
        own: {$ref: 'openapi.yaml#/components/schemas/Track'}
        '007': {type: integer, x-claims: [B-READ-02]}
        p%q/r~s: {type: string}
        z: {$ref: '#/components/schemas/Track/properties/p%25q~1r~0s'}
    Relative:
      $id: https://books.example/relative.json
      properties: {a: {$ref: '#/$defs/q'}, b: {$ref: other}}
      $defs: {q: {type: integer, x-claims: [B-READ-02]}, r: {$id: other, type: string}}
    Users: {properties: {r: {$ref: 'https://books.example/relative.json#/$defs/q'}}}
    Tree:
      $id: urn:example:tree
      $dynamicAnchor: node
      type: object
      properties: {children: {type: array, items: {$dynamicRef: '#node'}}}
    StrictTree:
      $id: urn:example:strict
      $dynamicAnchor: node
      $ref: urn:example:tree
      unevaluatedProperties: false
    Open:
      x-data: {$ref: nowhere}
      example: {$ref: nowhere}
      properties: {x-odd: {$ref: '#track'}, default: {type: integer}, $ref: {type: string}}
"""


@pytest.fixture
def schema(spoil: Spoil) -> Callable[[str], Schema]:
    contract = Contract.load(spoil("\n  schemas:\n", SCHEMAS))
    return lambda name: Schema(
        contract.root.resolve_reference(f"#/components/schemas/{name}"), contract.validators
    )


@pytest.mark.parametrize(
    ("name", "value", "violations"),
    [
        ("Tracks", {"items": [{"id": 1}]}, []),
        ("Tracks", {"items": [{"id": "x"}]}, [("/items/0/id", ("B-READ-01",))]),
        ("Tracks", {"items": [3]}, [("/items/0", ("B-ERR-01",))]),
        ("Page", {"items": [3]}, [("/items/0", ())]),
        ("Track", {"id": 1, "next": {"id": 1, "next": {"id": "x"}}}, [("/next/next/id", ("B-READ-01",))]),
        ("Track", {"id": 1, "own": {}}, [("/own", ())]),
        ("Track", {"id": 1, "007": "x", "z": "x"}, [("/007", ("B-READ-02",))]),
        ("Track", {"id": 1, "z": 1}, [("/z", ())]),
        ("Relative", {"a": "x", "b": 1}, [("/a", ("B-READ-02",)), ("/b", ())]),
        ("Users", {"r": "x"}, [("/r", ("B-READ-02",))]),
        ("Tree", {"children": [{"children": [], "x": 1}]}, []),
        ("Tree", {"children": [{"children": [1]}]}, [("/children/0/children/0", ())]),
        ("StrictTree", {"children": [{"children": []}]}, []),
        ("StrictTree", {"children": [{"children": [], "x": 1}]}, [("/children/0", ())]),
        ("Open", {"x-odd": {"id": 1}, "default": 1, "$ref": "a"}, []),
        ("Open", {"x-odd": {}, "default": "x", "$ref": 1}, [("/$ref", ()), ("/default", ()), ("/x-odd", ())]),
    ],
)
def test_references_are_resolved(
    schema: Callable[[str], Schema], name: str, value: Any, violations: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = schema(name).violations(value)

    assert sorted((violation.pointer, violation.claims) for violation in found) == violations
    assert schema(name).is_valid(value) == (not violations)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("$ref: '#nowhere'", "#nowhere does not exist"),
        ("$ref: '#/nowhere'", "#/nowhere does not exist"),
        ("$dynamicRef: '#nowhere'", "#nowhere does not exist"),
        ("$ref: other.json", "other.json is in another file"),
        ("$ref: 'https://books.example/a.json'", "is in another file"),
    ],
)
@pytest.mark.parametrize("name", ["issue", "default", "x-issue"])
def test_unresolvable_reference_is_refused(spoil: Spoil, reference: str, message: str, name: str) -> None:
    folder = spoil("issue: {type: integer}", f"{name}: {{{reference}}}")

    with pytest.raises(ContractError, match=rf"#/components/schemas/Magazine/properties/{name}: .*{message}"):
        Contract.load(folder)
