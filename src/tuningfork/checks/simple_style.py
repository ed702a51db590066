"""Values of header fields as OpenAPI writes them: style simple (OpenAPI 3.1, 4.8.12 and 4.8.21)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.openapi import Parameter
from tuningfork.contract.schema import Schema
from tuningfork.json_text import read_json


def parse_header_value(text: str, field: Parameter) -> Any:
    """The value that a field's text stands for; the text itself where it stands for none."""
    if "json" in field.media_type:
        with contextlib.suppress(ValueError):
            return read_json(text)
        return text
    return _read(text, field.schema, explode=field.node.value.get("explode") is True)


def _read(text: str, schema: Schema | None, *, explode: bool = False) -> Any:
    """The first reading that fits; else the one that is of a documented type."""
    if schema is None:
        return text
    readings = list(_readings(text, schema, explode))
    return next((value for value in readings if schema.is_valid(value)), readings[-1])


def _readings(text: str, schema: Schema, explode: bool) -> Iterator[Any]:
    parts = list(_parts(schema.node))
    types = {name for part in parts for name in _types(part)}
    yield text
    if types - {"string"}:
        with contextlib.suppress(ValueError):
            scalar = read_json(text)
            yield from [] if isinstance(scalar, dict | list) else [scalar]
    if "array" in types:
        yield [_read(item, _below(schema, parts, index)) for index, item in enumerate(_split(text))]
    if "object" in types:
        yield {name: _read(value, _below(schema, parts, name)) for name, value in _pairs(text, explode)}
    if "string" in types:
        yield text


def _parts(node: Node) -> Iterator[Node]:
    """A schema, and those that it is made of."""
    node = node.resolve()
    yield node
    for keyword in ("allOf", "anyOf", "oneOf"):
        inner = node.get(keyword)
        for part in inner.elements() if inner is not None else ():
            yield from _parts(part)


def _types(part: Node) -> list[str]:
    stated = part.value.get("type", []) if isinstance(part.value, dict) else []
    return [stated] if isinstance(stated, str) else list(stated)


def _below(schema: Schema, parts: list[Node], key: str | int) -> Schema | None:
    """The schema of an item or of a property."""
    named = ("properties", key), ("additionalProperties",)
    ways = (("prefixItems", key), ("items",)) if isinstance(key, int) else named
    found = (part.get(*way) for way in ways for part in parts)
    return next((replace(schema, node=node) for node in found if node is not None), None)


def _split(text: str) -> list[str]:
    return [item.strip(" \t") for item in text.split(",")] if text.strip() else []


def _pairs(text: str, explode: bool) -> Iterator[tuple[str, str]]:
    """`a,1,b,2`, or `a=1,b=2` where it is exploded."""
    items = _split(text)
    if explode:
        yield from ((name, value) for name, _, value in (item.partition("=") for item in items))
    else:
        yield from zip(items[::2], items[1::2], strict=False)
