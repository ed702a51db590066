"""Locations in a response: a JSON pointer (RFC 6901) into its body, or a header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")


@dataclass(frozen=True, slots=True)
class ResponseLocation:
    """A location in a response.

    Args:
        pointer: a JSON pointer into the body (RFC 6901); `*` is the only array of an object.
        header: the name of a header, in place of a pointer.
    """

    pointer: str | None = None
    header: str | None = None

    def __str__(self) -> str:
        return f"the header {self.header}" if self.header is not None else (self.pointer or "the body")


def parse_pointer(value: Any) -> str:
    """Return a JSON pointer unchanged.

    Raises:
        ValueError: this is not a JSON pointer.
    """
    if not isinstance(value, str) or POINTER.fullmatch(value) is None:
        raise ValueError(f"{value!r} is not a JSON pointer; write '' or a text that begins with /")
    return value


def parse_location(value: Any) -> ResponseLocation:
    """Return the location of a JSON pointer, `{header: NAME}` or `header NAME`.

    Raises:
        ValueError: this is not a location.
    """
    if isinstance(value, ResponseLocation):
        return value
    if isinstance(value, Mapping) and list(value) == ["header"] and isinstance(value["header"], str):
        return ResponseLocation(header=value["header"])
    if isinstance(value, str) and value.startswith("header "):
        return ResponseLocation(header=value.removeprefix("header "))
    return ResponseLocation(pointer=parse_pointer(value))


Pointer = Annotated[
    str, PlainValidator(parse_pointer), WithJsonSchema({"type": "string", "pattern": "^(/.*)?$"})
]
LOCATION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": "^(/.*|header .+)?$"},
        {
            "type": "object",
            "required": ["header"],
            "properties": {"header": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
LocationValue = Annotated[ResponseLocation, PlainValidator(parse_location), WithJsonSchema(LOCATION_SCHEMA)]
