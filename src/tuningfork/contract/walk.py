"""Ways through an OpenAPI document, references not followed: each thing is met once, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.contract.document import Node

DATA = frozenset({"example", "examples", "default", "const", "enum"})
"""Keys whose values are data, not description."""
NAMED = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
LISTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE = frozenset(
    {"items", "not", "if", "then", "else", "contains", "additionalProperties", "propertyNames"}
)


def children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Everything directly below, as it stands."""
    keys: Any = node.value if isinstance(node.value, dict) else range(len(_list(node.value)))
    for key in keys:
        yield key, node.stored(key)


def values(node: Node, name: str) -> Iterator[Node]:
    """Every value under this key, wherever it is but in data."""
    for key, child in children(node):
        if key == name:
            yield child
        elif key not in DATA:
            yield from values(child, name)


def schemas(root: Node) -> Iterator[Node]:
    """Every schema of the document, inner ones too."""
    components = root.get("components", "schemas")
    for _, node in children(components) if components else ():
        yield from _inner(node)
    for node in values(root, "schema"):
        yield from _inner(node)


def _inner(node: Node) -> Iterator[Node]:
    yield node
    for key, child in children(node):
        if key in SINGLE:
            yield from _inner(child)
        elif key in NAMED or key in LISTED:
            for _, grandchild in children(child):
                yield from _inner(grandchild)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
