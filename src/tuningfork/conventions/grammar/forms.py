"""Forms of values: a JSON type, a regular expression or a constant."""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from tuningfork.conventions.grammar.locations import ResponseLocation, parse_location
from tuningfork.json_text import to_json

JSON_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must look like: one of these three.

    Args:
        types: names of JSON types.
        pattern: a regular expression that is found in a text.
        const: the only allowed value, as a tuple of one.
    """

    types: tuple[str, ...] = ()
    pattern: str | None = None
    const: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.const:
            return f"the value {to_json(self.const[0])}"
        if self.pattern in (".", ".+"):
            return "a text that is not empty"
        return f"a text like {self.pattern}" if self.pattern is not None else " or ".join(self.types)


def parse_form(value: Any) -> Form:
    """Return the form of a regular expression, a JSON type, a list of types or `{const: VALUE}`.

    Raises:
        ValueError: this is not a form.
    """
    if isinstance(value, Form):
        return value
    if isinstance(value, Mapping) and list(value) == ["const"]:
        return Form(const=(value["const"],))
    if isinstance(value, list) and value and all(each in JSON_TYPES for each in map(_type_name, value)):
        return Form(types=tuple(map(_type_name, value)))
    if _type_name(value) in JSON_TYPES:
        return Form(types=(_type_name(value),))
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a form; write a type, a regular expression or {{const: VALUE}}")
    _require_no_misspelt_type(value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # of a set like [[a] that has two readings
            re.compile(value)
    except (re.error, FutureWarning) as error:
        raise ValueError(f"{value!r} is not a regular expression ({error}); correct it") from None
    return Form(pattern=value)


def _require_no_misspelt_type(value: str) -> None:
    """Raise ValueError for a word that is almost the name of a JSON type, and hardly a regular expression."""
    similar = difflib.get_close_matches(value, JSON_TYPES, n=1, cutoff=0.75)
    if similar:
        raise ValueError(f"{value!r} is not a type; write {similar[0]}, or '^{value}$' for this text")


def _type_name(value: Any) -> str:
    """Return the name of a JSON type; YAML reads an unquoted null as a value."""
    return "null" if value is None else str(value)


def iterate_locations(members: Mapping[str, Form]) -> Iterator[tuple[ResponseLocation, Form]]:
    """Yield the locations of declared properties with their forms."""
    for name, form in members.items():
        yield parse_location(name), form


FormValue = Annotated[
    Form, PlainValidator(parse_form), WithJsonSchema({"type": ["string", "array", "object", "null"]})
]
