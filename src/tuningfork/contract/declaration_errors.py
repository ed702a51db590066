"""Sentences about errors in values of conventions.yaml, with what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from reprlib import Repr
from typing import Any

from pydantic import ValidationError

from tuningfork.contract.declaration_yaml import Location
from tuningfork.conventions.base import Keys

MAX_SUGGESTIONS = 12
SYNONYMS = {"on": "operations", "operation": "operations", "params": "parameters", "statuses": "status"}
"""Keys that other formats have for a key of this grammar."""
WANTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "a text, in quotes",
    "list_type": "a list, such as [A, B]",
    "dict_type": "a mapping, such as {{KEY: VALUE}}",
    "model_type": "a mapping, such as {{KEY: VALUE}}",
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}
"""What to write in place of a value, by the type of pydantic's error."""
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def describe_value(value: Any) -> str:
    """Return a short form of a value as it is in the file."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _SHORT.repr(value)


def suggest(word: str, known: Iterable[str]) -> str:
    """Return what to write in place of an unknown word."""
    names = list(known)
    similar = difflib.get_close_matches(word, names, n=1)
    if SYNONYMS.get(word) in names:
        similar = [SYNONYMS[word]]
    if similar:
        return f"did you mean {similar[0]}?"
    more = ", …" if len(names) > MAX_SUGGESTIONS else ""
    return f"use one of {', '.join(names[:MAX_SUGGESTIONS])}{more}" if names else "remove it"


def first_error(model: type[Keys], value: Any, error: ValidationError) -> tuple[Location, str]:
    """Return the location and the sentence of the first error; of a union that of the best branch.

    Args:
        model: the model that the value does not fit.
        value: the value.
        error: all errors.
    """
    located = [(_location(value, each["loc"]), each) for each in error.errors()]
    start = located[0][0][:1]
    location, worst = max((each for each in located if each[0][:1] == start), key=lambda each: len(each[0]))
    return location, _sentence(model, location, worst)


def _location(value: Any, loc: Sequence[str | int]) -> Location:
    """Return the part of a location that leads through the value; the rest names branches of unions."""
    location: Location = ()
    for part in loc:
        is_key = isinstance(value, dict) and part in value
        if is_key or (isinstance(value, list) and isinstance(part, int) and part < len(value)):
            location, value = (*location, part), value[part]
    return location


def _sentence(model: type[Keys], location: Location, error: Mapping[str, Any]) -> str:
    """Return what is wrong, and what to write instead, for an error of pydantic."""
    key = ".".join(str(part) for part in location if isinstance(part, str)) or "this"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys(model, location[:-1])
        return f"there is no key {location[-1]!r}; {suggest(str(location[-1]), known)}"
    if kind == "missing":
        return f"{error['loc'][-1]} is missing in {key}; write {error['loc'][-1]}: VALUE"
    if kind == "value_error":
        return f"{key}: {str(error['msg']).removeprefix('Value error, ')}"
    found = f"{key} is {describe_value(error['input'])}"
    if kind == "literal_error":
        words = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return f"{found}; {suggest(str(error['input']), words)}"
    if kind == "string_pattern_mismatch":
        return f"{found}; write {_description(model, location)}"
    return f"{found}; write {WANTED.get(kind, 'another value: ' + str(error['msg'])).format(**context)}"


def _keys(model: type[Keys], location: Location) -> list[str]:
    """Return the keys that a model has at a location."""
    return [str(field.alias or name) for name, field in _model_at(model, location).model_fields.items()]


def _description(model: type[Keys], location: Location) -> str:
    """Return the description of the key at a location."""
    fields = _model_at(model, location[:-1]).model_fields
    found = (field for name, field in fields.items() if (field.alias or name) == location[-1])
    return next((field.description or "" for field in found), "another value")


def _model_at(model: type[Keys], location: Location) -> type[Keys]:
    """Return the model at a location."""
    for part in location:
        model = next((each for name, each in _children(model) if name == part), model)
    return model


def _children(model: type[Keys]) -> Iterator[tuple[str, type[Keys]]]:
    """Yield the models below a model by their keys."""
    for name, field in model.model_fields.items():
        for candidate in _models(field.annotation):
            yield str(field.alias or name), candidate


def _models(annotation: Any) -> Iterator[type[Keys]]:
    """Yield the models in an annotation, such as `Size | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)
