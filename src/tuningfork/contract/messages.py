"""Texts of a schema violation: what the schema expects, and what the value has instead."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from tuningfork.contract.surrogates import restore_surrogates

_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
MAX_VALUE_CHARS = 80
"""Characters of a value that a message shows."""
MAX_NAMES = 12
"""Property names that a message lists."""
PHRASES = {
    "format": "a string of the format {}",
    "pattern": "a string that matches {}",
    "multipleOf": "a multiple of {}",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "{} or more characters",
    "maxLength": "{} or fewer characters",
    "minItems": "{} or more items",
    "maxItems": "{} or fewer items",
    "minProperties": "{} or more properties",
    "maxProperties": "{} or fewer properties",
    "additionalProperties": "no undocumented property",
    "unevaluatedProperties": "no undocumented property",
    "oneOf": "only one of the documented alternatives",
    "uniqueItems": "no equal items",
    "falseSchema": "no value",
}
CLOSING_KEYWORDS = ("additionalProperties", "unevaluatedProperties")


def expected_text(error: ValidationError, schema: Any) -> str:
    """Return what the keyword that `error` names requires; `schema` is the schema with this keyword."""
    keyword = _failed_keyword(error)
    value = schema.get(keyword) if isinstance(schema, Mapping) else None
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            return f"a property {repr_short(name)}"
        case ValidationErrorKind.Type(types=types):
            return " or ".join([value] if isinstance(value, str) else _as_list(value) or types)
        case ValidationErrorKind.Enum():
            return "one of " + ", ".join(map(repr_short, _as_list(value)))
        case ValidationErrorKind.Constant():
            return repr_short(value)
        case _:
            phrase = PHRASES.get(keyword)
            return phrase.format(value) if phrase else f"a value that satisfies {keyword} of the schema"


def found_text(error: ValidationError, value: Any) -> str:
    """Return what the invalid `value` has instead of what the schema requires."""
    match error.kind:
        case (
            ValidationErrorKind.AdditionalProperties(unexpected=names)
            | ValidationErrorKind.UnevaluatedProperties(unexpected=names)
        ):
            return f"also {_list_names(names)}"
        case ValidationErrorKind.FalseSchema() if _failed_keyword(error) in CLOSING_KEYWORDS and isinstance(
            value, Mapping
        ):
            return f"also {_list_names(value)}"
        case ValidationErrorKind.Required() if isinstance(value, Mapping):
            return f"only {_list_names(value)}" if value else "an empty object"
        case _:
            return repr_short(value)


def repr_short(value: Any) -> str:
    """Return a JSON value as text, shortened to MAX_VALUE_CHARS characters."""
    if isinstance(value, str):  # only its start: a character needs at least one in JSON
        text = _ENCODER.encode(value[: MAX_VALUE_CHARS + 1])
    else:
        text = str(value) if isinstance(value, Decimal) else _start_of_json(value)
    if not text.isascii():
        text = restore_surrogates(text).encode("utf-8", "backslashreplace").decode()
    return shortened(text)


def shortened(text: str) -> str:
    """Return a text of at most MAX_VALUE_CHARS characters."""
    return text if len(text) <= MAX_VALUE_CHARS else text[: MAX_VALUE_CHARS - 1] + "…"


def _start_of_json(value: Any) -> str:
    """Return the JSON of a value, of a long one only a start of more than MAX_VALUE_CHARS characters."""
    if value is None or isinstance(value, bool | int):
        return _ENCODER.encode(value)
    pieces, size = [], 0
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_VALUE_CHARS:
            break
    return "".join(pieces)


def _list_names(names: Iterable[str]) -> str:
    """Return the first names of properties in quotation marks."""
    first = [restore_surrogates(name) for name in itertools.islice(names, MAX_NAMES + 1)]
    shown = [repr_short(name) for name in first[:MAX_NAMES]]
    return ", ".join([*shown, "…"] if first[MAX_NAMES:] else shown)


def _failed_keyword(error: ValidationError) -> str:
    """Return the name of the schema keyword that failed; a `false` counts as the closing keyword above it."""
    last = error.evaluation_path[-1] if error.evaluation_path else ""
    return str(last) if last in CLOSING_KEYWORDS else error.kind.name


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
