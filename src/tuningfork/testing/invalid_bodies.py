"""Request bodies that break the documented schema, and texts that are not JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.schema import Schema
from tuningfork.json_text import read_json
from tuningfork.testing.declared_operation import DeclaredOperation, DeclaredRequest
from tuningfork.testing.schema_values import combined, is_read_only, smallest_value

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

    Without a documented schema only the properties that are declared as texts are known to be wrong.
    """
    schema = next(iter(operation.operation.request_schemas.values()), None)
    if not isinstance(valid, Mapping):
        return
    shown = _read_only_values(schema)
    no_texts: tuple[Any, ...] = ([], {})
    places = _text_locations(operation)
    wrong = (_replaced(valid, place, value) for place in places for value in no_texts)
    candidates: list[Any] = [*NO_OBJECTS, *(each for each in wrong if each != valid)]
    if schema is not None:
        candidates += [*_without_properties(valid), *_with_wrong_properties(schema, valid)]
    yield from (each for each in candidates if schema is None or schema.violations(_with(shown, each)))


def broken_json(operation: DeclaredOperation, valid: bytes) -> Iterator[bytes]:
    """Yield texts that are not JSON: short ones, and a valid body that is cut, or followed by another.

    No text at all is among them where an operation must have a body.
    """
    yield from NOT_JSON
    changed = (valid[:-1], valid + b" {", valid.replace(b":", b"", 1))
    yield from (text for text in changed if not is_json(text))
    documented = operation.operation.node.get("requestBody")
    if operation.creates if documented is None else documented.value.get("required") is True:
        yield from (b"", b" ")


def is_json(text: bytes) -> bool:
    """Return whether a text is JSON."""
    try:
        read_json(text)
    except ValueError:
        return False
    return True


def _without_properties(valid: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a valid body without one of its properties, and an empty one."""
    yield {}
    for name in valid:
        yield {other: value for other, value in valid.items() if other != name}


def _with_wrong_properties(schema: Schema, valid: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a valid body with values of each type for each documented property that a request may have."""
    properties = list(_properties(schema.node))
    read_only = {name for name, node in properties if is_read_only(node)}
    for name in dict.fromkeys(name for name, _ in properties if name not in read_only):
        yield from ({**valid, name: value} for value in WRONG_VALUES)


def _text_locations(operation: DeclaredOperation) -> list[list[str]]:
    """Return the locations of a body that are declared as texts, each as the names on the way to it."""
    found = operation.find_action()
    return [] if found is None else [place.split("/")[1:] for place in found[0].model.texts]


def _replaced(body: Any, names: list[str], value: Any) -> Any:
    """Return a body with another value at a location; unchanged if it has nothing there."""
    if not names:
        return value
    if not isinstance(body, Mapping) or names[0] not in body:
        return body
    return {**body, names[0]: _replaced(body[names[0]], names[1:], value)}


def _read_only_values(schema: Schema | None) -> dict[str, Any]:
    """Return a value of each read-only property: a schema requires these only of responses."""
    properties = _properties(schema.node) if schema is not None else ()
    return {name: smallest_value(node) for name, node in properties if is_read_only(node)}


def _with(shown: Mapping[str, Any], body: Any) -> Any:
    """Return a body with the read-only properties that a response would show, too."""
    return {**shown, **body} if isinstance(body, Mapping) else body


def _properties(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield the properties of a schema, and of those that it combines, by name."""
    node = schema.resolve()
    if isinstance(node.value, Mapping):
        for name in node.value.get("properties") or {}:
            yield name, node["properties"].raw(name)
        for part in combined(node):
            yield from _properties(part)
