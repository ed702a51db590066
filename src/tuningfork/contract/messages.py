"""What a failure of a schema says to a reader: what was expected, what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from tuningfork.contract.surrogates import restored

LONGEST = 80
"""Characters of a value that are shown."""
PHRASES = {
    "format": "a text of the format {}",
    "pattern": "a text like {}",
    "multipleOf": "a multiple of {}",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "{} or more characters",
    "maxLength": "{} or fewer characters",
    "minItems": "{} or more items",
    "maxItems": "{} or fewer items",
    "minProperties": "{} or more members",
    "maxProperties": "{} or fewer members",
    "additionalProperties": "no member beyond the documented ones",
    "unevaluatedProperties": "no member beyond the documented ones",
    "oneOf": "only one of the documented alternatives",
    "uniqueItems": "items that all differ",
    "falseSchema": "no value",
}
CLOSING = ("additionalProperties", "unevaluatedProperties")


def expected(error: ValidationError, schema: Any) -> str:
    """What the schema with the failing keyword asks for."""
    keyword = _keyword(error)
    value = schema.get(keyword) if isinstance(schema, Mapping) else None
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            return f"a member {restored(name)}"
        case ValidationErrorKind.Type(types=types):
            return " or ".join([value] if isinstance(value, str) else _listed(value) or types)
        case ValidationErrorKind.Enum():
            return "one of " + ", ".join(map(shown, _listed(value)))
        case ValidationErrorKind.Constant():
            return shown(value)
        case _:
            phrase = PHRASES.get(keyword)
            return phrase.format(value) if phrase else f"what the schema's {keyword} says"


def found(error: ValidationError, value: Any) -> str:
    """What stands there instead."""
    match error.kind:
        case (
            ValidationErrorKind.AdditionalProperties(unexpected=names)
            | ValidationErrorKind.UnevaluatedProperties(unexpected=names)
        ):
            return f"also {', '.join(repr(restored(name)) for name in names)}"
        case ValidationErrorKind.FalseSchema() if _keyword(error) in CLOSING and isinstance(value, Mapping):
            return f"also {', '.join(map(repr, value))}"
        case ValidationErrorKind.Required() if isinstance(value, Mapping):
            members = list(map(restored, value))
            more = ", …" if members[12:] else ""
            return f"only {', '.join(members[:12])}{more}" if members else "an empty object"
        case _:
            return shown(value)


def shown(value: Any) -> str:
    """A JSON value, cut where it is long."""
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
    printable = text if text.isascii() else restored(text).encode("utf-8", "backslashreplace").decode()
    return printable if len(printable) <= LONGEST else printable[: LONGEST - 1] + "…"


def _keyword(error: ValidationError) -> str:
    """The keyword that fails; of `additionalProperties: false` alone it is told as that of its schema."""
    last = error.evaluation_path[-1] if error.evaluation_path else ""
    return str(last) if last in CLOSING else error.kind.name


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
