"""Request bodies that break the documented schema, and texts that are not JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.schema import Schema
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest

NO_OBJECTS: tuple[Any, ...] = ([], 7, "x", True, [{}])
WRONG_VALUES: tuple[Any, ...] = ("x", 7, 7.5, True, [], ["x"], {}, {"x": "y"})
"""Values of every type but null, which many servers take for a missing value."""
NOT_JSON = (
    b"{",
    b"}",
    b"[",
    b"nonsense",
    b"{'a': 'b'}",
    b'{"a": 1,}',
    b'{"a" 1}',
    b'{"a": 1} {',
    b"\xff\xfe\xfd",
)
"""Texts that no parser of JSON takes, however lenient."""


def takes_json(request: DeclaredRequest) -> bool:
    """Return whether a request has a JSON body."""
    return request.body is not None and "content" in request.arguments


def invalid_bodies(operation: DeclaredOperation, valid: Any) -> Iterator[Any]:
    """Yield bodies that an operation must refuse: no objects, and objects that break the schema.

    Without a documented schema only the members that are declared as texts are known to be wrong.
    """
    schema = next(iter(operation.operation.request_schemas.values()), None)
    if not isinstance(valid, Mapping):
        return
    no_texts: tuple[Any, ...] = ([], {})
    names = _text_members(operation, valid)
    candidates: list[Any] = [*NO_OBJECTS, *({**valid, name: value} for name in names for value in no_texts)]
    if schema is not None:
        candidates += [*_without_members(valid), *_with_wrong_members(schema, valid)]
    yield from (each for each in candidates if schema is None or schema.violations(each))


def broken_json(operation: DeclaredOperation, valid: bytes) -> Iterator[bytes]:
    """Yield texts that are not JSON: short ones, and a valid body that is cut, or followed by another.

    No text at all is among them where an operation must have a body.
    """
    yield from NOT_JSON
    yield from (valid[:-1], valid + b" {", valid.replace(b":", b"", 1))
    documented = operation.operation.node.get("requestBody")
    if operation.creates if documented is None else documented.value.get("required") is True:
        yield from (b"", b" ")


def _without_members(valid: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a valid body without one of its members, and an empty one; the schema says what is required."""
    yield {}
    for name in valid:
        yield {other: value for other, value in valid.items() if other != name}


def _with_wrong_members(schema: Schema, valid: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a valid body with values of each type for each documented member."""
    for name in dict.fromkeys(_property_names(schema.node)):
        yield from ({**valid, name: value} for value in WRONG_VALUES)


def _text_members(operation: DeclaredOperation, valid: Mapping[str, Any]) -> list[str]:
    """Return the members of a body that are declared as texts."""
    found = operation.find_action()
    places = [] if found is None else list(found[0].model.texts)
    return [place[1:] for place in places if place[1:] in valid]


def _property_names(schema: Node) -> Iterator[str]:
    """Yield the names of the properties of a schema, and of those that it combines."""
    node = schema.resolve()
    if isinstance(node.value, Mapping):
        yield from node.value.get("properties") or {}
        for keyword in ("allOf", "anyOf", "oneOf"):
            for number in range(len(node.value.get(keyword) or ())):
                yield from _property_names(node[keyword].raw(number))
