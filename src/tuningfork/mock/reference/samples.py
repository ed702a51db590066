"""Values that have a declared form or a documented schema."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from hypothesis import find, strategies

from tuningfork.conventions.grammar.forms import Form

BY_TYPE: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "object": {},
    "array": [],
    "null": None,
}
TEXTS = ("text", "invalid_request", "INVALID", "1", "800", "a", "A", "https://example.com/")
MAX_DEPTH = 6


def sample_of_form(form: Form) -> Any:
    """Return a value of a declared form."""
    if form.const:
        return form.const[0]
    if form.pattern is not None:
        return sample_of_pattern(form.pattern)
    return BY_TYPE[form.types[0]]


@functools.cache
def sample_of_pattern(pattern: str) -> str:
    """Return a text in which a regular expression is found."""
    for text in TEXTS:
        if re.search(pattern, text):
            return text
    return str(find(strategies.from_regex(pattern), lambda _: True))


def sample_of_schema(schema: Any, document: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value of a schema of an OpenAPI document: its example, or the smallest one of its type."""
    schema = resolve(schema, document)
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        return {} if depth <= MAX_DEPTH else None
    for key in ("example", "default", "const"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            return sample_of_schema(schema[key][0], document, depth)
    if schema.get("allOf"):
        return _merged([sample_of_schema(each, document, depth) for each in schema["allOf"]])
    return _sample_of_type(schema, document, depth)


def _sample_of_type(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int) -> Any:
    """Return a value of the type of a schema."""
    types = schema.get("type", "object" if "properties" in schema else None)
    kind = types[0] if isinstance(types, list) else types
    if kind == "object":
        properties = schema.get("properties") or {}
        return {name: sample_of_schema(each, document, depth + 1) for name, each in properties.items()}
    if kind == "array":
        count = schema.get("minItems", 1)
        return [sample_of_schema(schema.get("items", {}), document, depth + 1) for _ in range(count)]
    if kind == "string":
        return _sample_of_string(schema)
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return BY_TYPE.get(str(kind), {})


def _sample_of_string(schema: Mapping[str, Any]) -> str:
    """Return a text with the format, the pattern or the length of a schema."""
    formats = {
        "date-time": "2026-01-02T03:04:05Z",
        "date": "2026-01-02",
        "uri": "https://example.com/",
        "email": "name@example.com",
        "uuid": "12345678-1234-4234-8234-123456789abc",
    }
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if "pattern" in schema:
        return sample_of_pattern(schema["pattern"])
    return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 4)] or "text"


def _merged(values: list[Any]) -> Any:
    """Return the objects of a list as one; the first value where one is not an object."""
    if all(isinstance(value, dict) for value in values):
        return {name: each for value in values for name, each in value.items()}
    return values[0]


def resolve(value: Any, document: Mapping[str, Any]) -> Any:
    """Return what a reference within a document refers to; any other value unchanged."""
    for _ in range(MAX_DEPTH):
        if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
            return value
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            target = target.get(name) if isinstance(target, Mapping) else None
        value = target
    return value
