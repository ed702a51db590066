"""Parses header values in the style "simple" (OpenAPI 3.1, 4.8.12 and 4.8.21)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tuningfork.contract.document import Node
from tuningfork.contract.openapi import Parameter
from tuningfork.contract.schema import Schema
from tuningfork.json_text import read_json


def parse_header_value(text: str, header: Parameter) -> Any:
    """Return the JSON value that the text of a documented header expresses, or else the text itself.

    Args:
        text: the value of the header.
        header: the documented header.
    """
    if "json" in header.media_type:
        with contextlib.suppress(ValueError):
            return read_json(text)
        return text
    return _parse(text, header.schema, explode=header.node.value.get("explode") is True)


def _parse(text: str, schema: Schema | None, *, explode: bool = False) -> Any:
    """Return the first value that `text` can express and that conforms to the schema; else the last value."""
    if schema is None:
        return text
    values = list(_possible_values(text, schema, explode))
    return next((value for value in values if schema.is_valid(value)), values[-1])


def _possible_values(text: str, schema: Schema, explode: bool) -> Iterator[Any]:
    """Yield the values that a text can express: a string, another scalar, an array or an object."""
    subschemas = list(_with_alternatives(schema.node))
    types = {name for subschema in subschemas for name in _types(subschema)}
    yield text
    if types - {"string"}:
        with contextlib.suppress(ValueError):
            scalar = read_json(text)
            yield from [] if isinstance(scalar, dict | list) else [scalar]
    if "array" in types:
        items = enumerate(_split_list(text))
        yield [_parse(item, _child_schema(schema, subschemas, index)) for index, item in items]
    if "object" in types:
        pairs = _pairs(text, explode)
        yield {name: _parse(value, _child_schema(schema, subschemas, name)) for name, value in pairs}
    if "string" in types:
        yield text


def _with_alternatives(node: Node) -> Iterator[Node]:
    """Yield a schema and its subschemas under allOf, anyOf and oneOf."""
    node = node.resolve()
    yield node
    for keyword in ("allOf", "anyOf", "oneOf"):
        inner = node.get(keyword)
        for subschema in inner.elements() if inner is not None else ():
            yield from _with_alternatives(subschema)


def _types(node: Node) -> list[str]:
    """Return the values of `type` in a schema; empty if the keyword is missing."""
    types = node.value.get("type", []) if isinstance(node.value, dict) else []
    return [types] if isinstance(types, str) else list(types)


def _child_schema(schema: Schema, subschemas: list[Node], key: str | int) -> Schema | None:
    """Return the schema of an item (`key` is its index) or a property (`key` is its name); None if any."""
    property_paths = ("properties", key), ("additionalProperties",)
    paths = (("prefixItems", key), ("items",)) if isinstance(key, int) else property_paths
    nodes = (subschema.get(*path) for path in paths for subschema in subschemas)
    return next((replace(schema, node=node) for node in nodes if node is not None), None)


def _split_list(text: str) -> list[str]:
    """Return the comma-separated items of a text; empty if the text is blank."""
    return [item.strip(" \t") for item in text.split(",")] if text.strip() else []


def _pairs(text: str, explode: bool) -> Iterator[tuple[str, str]]:
    """Yield the names and values in `a,1,b,2`, or in `a=1,b=2` if `explode` is true."""
    items = _split_list(text)
    if explode:
        yield from ((name, value) for name, _, value in (item.partition("=") for item in items))
    else:
        yield from zip(items[::2], items[1::2], strict=False)
