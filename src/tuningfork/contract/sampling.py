"""Leaves out items of long lists that satisfy no other claims than those before them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.contract.document import Node

SAMPLE_ITEMS = 3
"""The first items of a list, which its sample has; of each further shape it has one."""
DECISIVE_KEYWORDS = frozenset({"if", "not", "anyOf", "oneOf"})


def counts_items(schema: Node) -> bool:
    """Return whether a schema may accept a list and not its sample, or the reverse."""
    keywords = schema.value if isinstance(schema.value, dict) else {}
    least = keywords.get("minItems", 0)
    is_decisive = not DECISIVE_KEYWORDS.isdisjoint(schema.pointer.split("/"))
    return (
        not keywords.keys().isdisjoint({"contains", "prefixItems"})
        or (isinstance(least, int | float) and least > SAMPLE_ITEMS)
        or (is_decisive and not keywords.keys().isdisjoint({"minItems", "maxItems", "uniqueItems"}))
    )


def sample(value: Any) -> Any:
    """Return a JSON value whose lists have only a few items of each shape."""
    if isinstance(value, dict):
        return {name: sample(inner) for name, inner in value.items()}
    return [sample(item) for item in _sampled_items(value)] if isinstance(value, list) else value


def _sampled_items(items: list[Any]) -> Iterator[Any]:
    """Yield the first items of a list, and of each further shape."""
    seen = set[object]()
    for number, item in enumerate(items):
        shape: object = frozenset(item) if isinstance(item, dict) else type(item)
        if number < SAMPLE_ITEMS or shape not in seen:
            yield item
        seen.add(shape)
