"""Reads the locations that conventions.yaml names, and compares values with declared forms."""

from __future__ import annotations

import re
from typing import Any, Final

from tuningfork.conventions.grammar.forms import Form
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.model import Response
from tuningfork.numbers import is_integer, is_number, read_digits


class _Missing:
    """The type of MISSING; messages print it."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()
"""The result of a read where there is no value."""
TYPES: Final = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def find_value(body: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901); MISSING where there is no value.

    A segment `*` is the only array of an object.
    """
    for segment in pointer.split("/")[1:]:
        name = segment.replace("~1", "/").replace("~0", "~")
        if name == "*":
            body = _only_array(body)
        elif isinstance(body, dict) and name in body:
            body = body[name]
        elif isinstance(body, list) and (number := read_digits(name)) is not None and number < len(body):
            body = body[int(number)]
        else:
            return MISSING
    return body


def find_in_response(response: Response, place: ResponseLocation) -> Any:
    """Return what a response has at a location; MISSING where there is nothing, or no JSON."""
    if place.header is not None:
        return response.headers.get(place.header, MISSING)
    try:
        return find_value(response.json(), place.pointer or "")
    except ValueError:
        return MISSING


def has_form(value: Any, form: Form) -> bool:
    """Return whether a value has a declared form; a number in a header or a body is compared as its text."""
    if form.const:
        return bool(value == form.const[0] and isinstance(value, bool) == isinstance(form.const[0], bool))
    if form.pattern is not None:
        is_text = isinstance(value, str) or is_number(value)
        return is_text and re.search(form.pattern, str(value)) is not None
    return any(_has_type(value, name) for name in form.types)


def _has_type(value: Any, name: str) -> bool:
    """Return whether a JSON value has a type; 1.0 is an integer, as in JSON Schema."""
    if name == "integer":
        return is_integer(value)
    return is_number(value) if name == "number" else isinstance(value, TYPES[name])


def _only_array(body: Any) -> Any:
    """Return the only array of an object, or the body itself if it is an array; else MISSING."""
    if isinstance(body, list):
        return body
    arrays = [value for value in body.values() if isinstance(value, list)] if isinstance(body, dict) else []
    return arrays[0] if len(arrays) == 1 else MISSING
