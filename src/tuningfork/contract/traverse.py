"""Ways through an OpenAPI document, references not followed: each thing is met once, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.contract.document import Node, escape

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

SUBSCHEMAS = NAMED | LISTED | SINGLE


def children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Everything directly below, as it stands."""
    keys: Any = node.value if isinstance(node.value, dict) else range(len(_list(node.value)))
    for key in keys:
        yield key, node.stored(key)


def values(node: Node, *names: str) -> Iterator[Node]:
    """Every value under these keywords, in the order of the document, at any depth.

    What is data, and what is under `x-`, is not searched.
    """
    left = [(node.value, node.place, False)] if isinstance(node.value, dict | list) else []
    while left:
        value, place, is_map = left.pop()
        pairs: list[tuple[Any, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
        if isinstance(value, dict) and not is_map:
            yield from (Node(node.root, value[name], f"{place}/{name}") for name in names if name in value)
        for key, child in reversed(pairs):
            if isinstance(child, dict | list) and (is_map or not _is_data(key, child)):
                names_below = not is_map and key in MAPS and isinstance(child, dict)
                left.append((child, f"{place}/{escape(str(key))}", names_below))


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
    left = [node]
    while left:
        one = left.pop()
        yield one
        keywords = one.value if isinstance(one.value, dict) else {}
        for key in reversed([key for key in keywords if key in SUBSCHEMAS]):
            child = one.stored(key)
            left += [child] if key in SINGLE else [below for _, below in reversed(list(children(child)))]


def _is_data(key: str | int, value: Any) -> bool:
    name = str(key)
    return name in DATA or name.startswith("x-") or (name == "examples" and isinstance(value, list))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
