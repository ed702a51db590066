"""Texts, numbers and lists as YAML has them."""

from __future__ import annotations

from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import BeforeValidator, WithJsonSchema


@runtime_checkable
class NumberLike(Protocol):
    """A number with a point, which is a text until it is known whether it is a version."""

    def number(self) -> float:
        """Return the number."""


def as_text(value: Any) -> Any:
    """Return a number as the text that it is in the file."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_numbers(value: Any) -> Any:
    """Return a value in which each unquoted number with a point is a number again."""
    if isinstance(value, dict):
        return {name: as_numbers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [as_numbers(each) for each in value]
    if type(value) is str:  # isinstance of a protocol is slow
        return value
    return value.number() if isinstance(value, NumberLike) else value


def as_list(value: Any) -> Any:
    """Return a single value as a list of one; None and lists unchanged."""
    return value if value is None or isinstance(value, list) else [value]


JsonValue = Annotated[Any, BeforeValidator(as_numbers)]
TEXT_SCHEMA = {"type": ["string", "number"]}
Text = Annotated[str, BeforeValidator(as_text), WithJsonSchema(TEXT_SCHEMA)]
