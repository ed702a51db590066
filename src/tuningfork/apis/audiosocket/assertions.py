"""Assertions about tracks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed


def assert_track(track: JsonObject) -> None:
    """Raise ExpectationFailed if a track lacks an id or a title, or a property has a wrong type."""
    if not is_valid_id(track["id"]):
        raise ExpectationFailed("an integer or a string as id", repr(track["id"]))
    titles = [track[name] for name in ("title", "name") if track.get(name) is not None]
    if not titles or not all(isinstance(title, str) for title in titles):
        raise ExpectationFailed("a string as title or name", f"{titles} in {track['id']!r}")
    for name, is_valid in OPTIONAL_TYPES.items():
        value = track.get(name)
        if value is not None and not is_valid(value):
            raise ExpectationFailed(f"{name} of the documented type", f"{value!r} in {track['id']!r}")


def common_differences(first: JsonObject, second: JsonObject) -> dict[str, Any]:
    """Return {name: (first value, second value)} of the common properties that differ."""
    shared = first.keys() & second.keys()
    return {name: (first[name], second[name]) for name in sorted(shared) if first[name] != second[name]}


def is_valid_id(value: object) -> bool:
    """Return True for an integer or a non-empty string."""
    return value != "" and isinstance(value, int | str) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and is_valid_id(value.get("id", "")) and isinstance(value.get("name"), str)


OPTIONAL_TYPES: dict[str, Callable[[object], bool]] = {
    "length": _is_number,
    "explicit": lambda value: isinstance(value, bool),
    "genres": lambda value: isinstance(value, list),
    "moods": lambda value: isinstance(value, list),
    "album": _is_named,
    "artist": _is_named,
}
"""The types of the optional properties."""
