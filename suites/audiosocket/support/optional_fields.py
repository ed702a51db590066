"""The optional properties of a track, as listed tracks have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tuningfork.client.response import JsonObject

FIELDS = ("length", "explicit", "genres", "moods")
WRONG_VALUES: tuple[Any, ...] = ({"x": "y"}, "x")
"""Values of none of the properties' types."""
EXAMPLE_VALUES: Mapping[str, Any] = {"length": 61.5, "explicit": True, "genres": ["rock"], "moods": ["calm"]}
"""Values that a target may accept."""
WORDS = ["“Ñandú” 🎵", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
SPECIAL_VALUES: Mapping[str, tuple[Any, ...]] = {
    "length": (0, 36_000.25),
    "explicit": (False, True),
    "genres": (WORDS,),
    "moods": (WORDS,),
}
"""Values that servers often treat like a missing value, cut or convert."""
SIMILAR_VALUES: Mapping[str, tuple[Any, ...]] = {
    "length": (True, "61.5"),
    "explicit": (7.5, 1, 0, "true"),
    "genres": (7.5, "rock, folk"),
    "moods": (7.5, "calm, bright"),
}
"""Values of a wrong type that servers often convert."""


def observed_values(tracks: Iterable[JsonObject]) -> dict[str, Any]:
    """Return a value for each optional property that a listed track has; longer lists are preferred."""
    values: dict[str, Any] = {}
    for track in tracks:
        for name in FIELDS:
            value = track.get(name)
            if _can_be_sent(name, value) and (name not in values or _is_longer(value, values[name])):
                values[name] = value
    return values


def no_values(tracks: Iterable[JsonObject]) -> dict[str, Any]:
    """Return no value, for a track with a title only."""
    return {}


def values_to_send(tracks: Iterable[JsonObject]) -> Iterator[tuple[str, Any]]:
    """Yield values for each optional property that a listed track has: observed, example and special ones."""
    found = list(tracks)
    values = {**EXAMPLE_VALUES, **observed_values(found)}
    for name in FIELDS:
        if any(track.get(name) is not None for track in found):
            yield from ((name, value) for value in (values[name], *SPECIAL_VALUES[name]))


def with_other_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties with other values of the same types."""
    return {name: _other(value) for name, value in fields.items()}


def wrong_values(name: str) -> tuple[Any, ...]:
    """Return values that are not of a property's type."""
    return (*WRONG_VALUES, *SIMILAR_VALUES[name])


def _is_longer(value: Any, other: Any) -> bool:
    return isinstance(value, list) and len(value) > len(other)


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
