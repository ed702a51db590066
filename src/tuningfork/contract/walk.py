"""Ways through an OpenAPI document, references not followed: each thing is met once, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.contract.document import Node

DATA = frozenset({"example", "default", "const", "enum", "value"})
"""Keys whose values are data, not description; `examples` is data where it is a list, and so is `x-…`."""
NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
MAPS = NAMED | {
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
"""Keys of objects whose own keys are names that somebody gave, not keywords."""
LISTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE = frozenset(
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


def children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Everything directly below, as it stands."""
    keys: Any = node.value if isinstance(node.value, dict) else range(len(_list(node.value)))
    for key in keys:
        yield key, node.stored(key)


def values(node: Node, name: str) -> Iterator[Node]:
    """Every value under this keyword, wherever it is but in data."""
    for key, child in described(node):
        if key == name:
            yield child


def described(node: Node, *, is_map: bool = False) -> Iterator[tuple[str | int, Node]]:
    """Every keyword below with its value, at any depth; what is data, and what is under `x-`, is not entered.

    Of an object whose keys are names (`is_map`) only what is below the names.
    """
    for key, child in children(node):
        if not is_map:
            yield key, child
        if is_map or not _is_data(key, child):
            names = not is_map and key in MAPS and isinstance(child.value, dict)
            yield from described(child, is_map=names)


def schemas(root: Node) -> Iterator[Node]:
    """Every schema of the document, inner ones too."""
    for node in outer_schemas(root):
        yield from _inner(node)


def outer_schemas(root: Node) -> Iterator[Node]:
    """The schemas that are part of no other schema: components, and those of what is sent and answered."""
    components = root.get("components", "schemas")
    for _, node in children(components) if components else ():
        yield node
    yield from values(root, "schema")


def _inner(node: Node) -> Iterator[Node]:
    yield node
    for key, child in children(node):
        if key in SINGLE:
            yield from _inner(child)
        elif key in NAMED or key in LISTED:
            for _, grandchild in children(child):
                yield from _inner(grandchild)


def _is_data(key: str | int, node: Node) -> bool:
    name = str(key)
    return name in DATA or name.startswith("x-") or (name == "examples" and isinstance(node.value, list))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
