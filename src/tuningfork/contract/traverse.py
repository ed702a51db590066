"""Iterates over an OpenAPI document without following references, so that each node occurs once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tuningfork.contract.document import Node, escape

CONTAINERS = (dict, list)
DATA = frozenset({"example", "default", "const", "enum", "value"})
"""Keys whose values are data, not keywords; so are `examples` as a list, and extensions (`x-…`)."""
SCHEMA_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
MAPS = SCHEMA_MAPS | {
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
    "webhooks",
}
"""Keys of objects whose own keys are names of the document's author, not keywords."""
SCHEMA_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE_SCHEMAS = frozenset(
    {
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)

SUBSCHEMAS = SCHEMA_MAPS | SCHEMA_LISTS | SINGLE_SCHEMAS


def iter_children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Yield the keys and child nodes of an object or an array, references unresolved."""
    if isinstance(node.value, CONTAINERS):
        for key, child in _pairs(node.value):
            yield key, Node(node.root, child, f"{node.pointer}/{escape(str(key))}")


def iter_values(node: Node, *names: str) -> Iterator[Node]:
    """Yield each value under one of the keywords `names`, at any depth, in the order of the document.

    Data (examples, enum, extensions) is not searched.
    """
    pending = [(node.value, node.pointer, False)] if isinstance(node.value, CONTAINERS) else []
    while pending:
        value, pointer, is_map = pending.pop()
        if isinstance(value, dict) and not is_map:
            yield from (Node(node.root, value[name], f"{pointer}/{name}") for name in names if name in value)
        inner = [pair for pair in _pairs(value) if isinstance(pair[1], CONTAINERS)]
        for key, child in reversed(inner):
            if is_map or not _is_data(key, child):
                is_child_map = not is_map and key in MAPS and isinstance(child, dict)
                pending.append((child, f"{pointer}/{escape(str(key))}", is_child_map))


def iter_schemas(root: Node) -> Iterator[Node]:
    """Yield every schema of the document, subschemas included."""
    for node in iter_outer_schemas(root):
        yield from with_subschemas(node)


def iter_outer_schemas(root: Node) -> Iterator[Node]:
    """Yield the schemas that are not a subschema: components, and those of requests and responses."""
    components = root.get("components", "schemas")
    for _, node in iter_children(components) if components else ():
        yield node
    yield from iter_values(root, "schema")


def with_subschemas(node: Node) -> Iterator[Node]:
    """Yield a schema and all its subschemas, each before its own subschemas."""
    pending = [node]
    while pending:
        schema = pending.pop()
        yield schema
        keywords = schema.value if isinstance(schema.value, dict) else {}
        for key in reversed([key for key in keywords if key in SUBSCHEMAS]):
            child = schema.raw(key)
            is_single = key in SINGLE_SCHEMAS
            pending += [child] if is_single else [inner for _, inner in reversed(list(iter_children(child)))]


def _is_data(key: str | int, value: Any) -> bool:
    """Return whether the value under a key of the document is data, so that it has no keywords inside."""
    name = str(key)
    return name in DATA or name.startswith("x-") or (name == "examples" and isinstance(value, list))


def _pairs(value: dict[str, Any] | list[Any]) -> Iterable[tuple[Any, Any]]:
    """Return the keys and values of an object or an array."""
    return value.items() if isinstance(value, dict) else enumerate(value)
