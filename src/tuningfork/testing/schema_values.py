"""The smallest valid values of documented schemas, for requests that an API must not refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import find, strategies

from tuningfork.contract.document import Node

MAX_DEPTH = 8
GIVEN = ("const", "example", "default")
"""Keywords whose value is a valid one."""
LISTED = ("examples", "enum")
"""Keywords whose first value is a valid one."""
BY_FORMAT: Mapping[str, str] = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "uri": "https://example.com/",
    "email": "name@example.com",
    "uuid": "12345678-1234-4234-8234-123456789abc",
}
BY_TYPE: Mapping[str, Any] = {"boolean": True, "null": None, "object": {}, "array": []}


def smallest_value(schema: Node, depth: int = 0) -> Any:
    """Return the example of a schema, or a value with only what the schema requires."""
    node = schema.resolve()
    value: Any = node.value
    if not isinstance(value, Mapping) or depth > MAX_DEPTH:
        return {}
    for keyword in GIVEN:
        if keyword in value:
            return value[keyword]
    for keyword in LISTED:
        if isinstance(value.get(keyword), list) and value[keyword]:
            return value[keyword][0]
    for keyword in ("oneOf", "anyOf"):
        if value.get(keyword):
            return smallest_value(node[keyword].raw(0), depth + 1)
    if value.get("allOf"):
        return _merged(
            [smallest_value(node["allOf"].raw(index), depth + 1) for index in range(len(value["allOf"]))]
        )
    return _value_of_type(node, value, depth)


def is_read_only(schema: Node) -> bool:
    """Return whether a schema, or one that it combines, is of a property that only responses have."""
    node = schema.resolve()
    if not isinstance(node.value, Mapping):
        return False
    return node.value.get("readOnly") is True or any(map(is_read_only, combined(node)))


def combined(node: Node) -> Iterator[Node]:
    """Yield the schemas that a schema combines."""
    for keyword in ("allOf", "anyOf", "oneOf"):
        for number in range(len(node.value.get(keyword) or ())):
            yield node[keyword].raw(number)


def _value_of_type(node: Node, value: Mapping[str, Any], depth: int) -> Any:
    """Return a value of the type of a schema."""
    types = value.get("type", "object" if "properties" in value else "string")
    kind = types[0] if isinstance(types, list) else types
    if kind == "object":
        properties = {name: node["properties"].raw(name) for name in value.get("properties", ())}
        required = [name for name in value.get("required", ()) if name in properties]
        sent = [name for name in required if not is_read_only(properties[name])]
        return {name: smallest_value(properties[name], depth + 1) for name in sent}
    if kind == "array" and value.get("minItems"):
        return [smallest_value(node.raw("items"), depth + 1)] * value["minItems"] if "items" in value else []
    if kind in ("integer", "number"):
        return value.get("minimum", value.get("exclusiveMinimum", 0) + 1)
    return BY_TYPE[kind] if kind in BY_TYPE else _text(value)


def _text(value: Mapping[str, Any]) -> str:
    """Return a text with the format, the pattern or the length of a schema."""
    if value.get("format") in BY_FORMAT:
        return BY_FORMAT[value["format"]]
    if "pattern" in value:
        return str(find(strategies.from_regex(value["pattern"], fullmatch=False), lambda _: True))
    least = int(value.get("minLength", 1))
    return "text".ljust(least, "x")[: max(least, int(value.get("maxLength", least + 4)))]


def _merged(values: list[Any]) -> Any:
    """Return the objects of a list as one; the first value where one is not an object."""
    if all(isinstance(value, dict) for value in values):
        return {name: each for value in values for name, each in value.items()}
    return values[0]
