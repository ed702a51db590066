"""Assertions about tracks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.numbers import is_number
from tuningfork.testing.expect import expect_true


def assert_track(track: JsonObject) -> None:
    """Raise ExpectationFailed if a track lacks an id or a title, or a property has a wrong type."""
    expect_true(is_valid_id(track["id"]), "an integer or a string as id", to_json(track["id"]), track)
    titles = [track[name] for name in ("title", "name") if track.get(name) is not None]
    are_strings = bool(titles) and all(isinstance(title, str) for title in titles)
    expect_true(are_strings, "a string as title or name", to_json(titles), track)
    for name, is_valid in OPTIONAL_TYPES.items():
        value = track.get(name)
        has_type = value is None or is_valid(value)
        expect_true(has_type, f"{name} of the documented type", to_json(value), track)


def common_differences(first: JsonObject, second: JsonObject) -> dict[str, Any]:
    """Return {name: (first value, second value)} of the common properties that differ."""
    shared = first.keys() & second.keys()
    return {name: (first[name], second[name]) for name in sorted(shared) if first[name] != second[name]}


def is_valid_id(value: object) -> bool:
    """Return True for an integer or a non-empty string."""
    return value != "" and isinstance(value, int | str) and not isinstance(value, bool)


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and is_valid_id(value.get("id", "")) and isinstance(value.get("name"), str)


OPTIONAL_TYPES: dict[str, Callable[[object], bool]] = {
    "length": is_number,
    "explicit": lambda value: isinstance(value, bool),
    "genres": lambda value: isinstance(value, list),
    "moods": lambda value: isinstance(value, list),
    "album": _is_named,
    "artist": _is_named,
}
"""The types of the optional properties."""
