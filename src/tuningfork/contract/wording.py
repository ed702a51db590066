"""What a failure of a schema says to a reader: what was expected, what was found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

LONGEST = 80
"""Characters of a value that are shown."""
UNEXPECTED = re.compile(r"\((.*) (?:was|were) unexpected\)")
PHRASES = {
    "format": "a text of the format {}",
    "pattern": "a text like {}",
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
}


def expected(error: ValidationError) -> str:
    """What the schema asks for at this place."""
    keyword, value = str(error.validator), error.validator_value
    match keyword:
        case "type":
            return " or ".join([value] if isinstance(value, str) else _listed(value))
        case "required":
            missing = (name for name in _listed(value) if error.message.startswith(repr(name)))
            return f"a member {next(missing, 'more')}"
        case "enum":
            return "one of " + ", ".join(map(shown, _listed(value)))
        case "const":
            return shown(value)
        case _ if keyword in PHRASES:
            return PHRASES[keyword].format(value)
        case _:
            return f"what the schema's {keyword} says"


def found(error: ValidationError) -> str:
    """What stands there instead."""
    if extra := UNEXPECTED.search(error.message):
        return f"also {extra[1]}"
    if error.validator == "required" and isinstance(error.instance, Mapping):
        names = list(map(str, error.instance))
        return f"only {', '.join(names[:12])}{', …' if names[12:] else ''}" if names else "an empty object"
    return shown(error.instance)


def shown(value: Any) -> str:
    """A JSON value, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else []
