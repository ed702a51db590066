"""The fields of a track that need not be: what listed tracks show of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuningfork.target.client import JsonObject

FIELDS = ("length", "explicit", "genres", "moods")
STRANGE: tuple[Any, ...] = ({"x": "y"}, "x")
"""Of none of their types."""


def shown(tracks: Iterable[JsonObject]) -> dict[str, Any]:
    """A value of each optional field that a track shows, which may be sent for another one."""
    values: dict[str, Any] = {}
    for track in tracks:
        for name in FIELDS:
            value = track.get(name)
            if name not in values and _can_be_sent(name, value):
                values[name] = value
    return values


def turned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with other values: what is explicit is not, what is in some order is in another."""
    return {name: _other(value) for name, value in fields.items()}


def strange(name: str) -> tuple[Any, ...]:
    """Values that are not of a field's type."""
    numbers = () if name == "length" else (7.5,)
    return (*STRANGE, *numbers)


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value[::-1] if isinstance(value, list) else value + 1.25


def _can_be_sent(name: str, value: Any) -> bool:
    match name:
        case "length":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "explicit":
            return isinstance(value, bool)
    return isinstance(value, list) and bool(value) and all(isinstance(one, int | str) for one in value)
