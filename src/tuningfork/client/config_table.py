"""Validates a table of the configuration file, and says what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

S = TypeVar("S", bound=BaseModel)


class ConfigurationError(Exception):
    """The configuration is wrong; the message names the file, the location and the fix."""


def validate_table(model: type[S], table: Mapping[str, Any], file: Path, location: str) -> S:
    """Return a table validated by its model.

    Raises:
        ConfigurationError: a field is wrong; the message names the first one and the reason.
    """
    try:
        return model.model_validate(table)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        first = min(
            errors, key=lambda each: each["type"] != "extra_forbidden"
        )  # a misspelled name often causes the other errors
        field = ".".join([location, *(str(part) for part in first["loc"])])
        message = _describe_error(first["type"], first["msg"])
        if first["type"] == "extra_forbidden":
            *parents, key = first["loc"]
            message += did_you_mean(str(key), _field_names(model, parents))
        raise ConfigurationError(f"{file}: {field}: {message}.") from None


def did_you_mean(word: str, known_words: Iterable[str]) -> str:
    """Return a question about an unknown word, to append to a sentence; empty if no known word is similar."""
    lowered = {known.lower(): known for known in known_words}
    near = difflib.get_close_matches(word.lower(), lowered, n=1)
    return f" (did you mean {lowered[near[0]]}?)" if near else ""


def _field_names(model: type[BaseModel], location: Iterable[object]) -> list[str]:
    """Return the field names of the table at a location of a model."""
    for name in location:
        annotation = model.model_fields[str(name)].annotation
        tables = [each for each in (annotation, *get_args(annotation)) if isinstance(each, type)]
        model = next(each for each in tables if issubclass(each, BaseModel))
    return list(model.model_fields)


_WANTED = {
    "bool_": "true or false",
    "int_": "a whole number",
    "float_": "a number",
    "string_": 'a text in quotation marks, such as "a"',
    "path_": 'a path in quotation marks, such as "ca.pem"',
    "list_": 'a list, such as ["a", "b"]',
    "tuple_": 'a list, such as ["a", "b"]',
    "dict_": 'a table, such as { name = "value" }',
    "model_": 'a table, such as { name = "value" }',
}
"""What to write in place of a value, by the start of the type of pydantic's error."""


def _describe_error(kind: str, message: str) -> str:
    """Return the message of a pydantic error: what is wrong with a field and how to fix it."""
    match kind:
        case "missing":
            return "this required field is missing; add it"
        case "extra_forbidden":
            return "the field is unknown; remove it or fix the spelling"
    if wanted := next((_WANTED[each] for each in _WANTED if kind.startswith(each)), None):
        return f"write {wanted}"
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
