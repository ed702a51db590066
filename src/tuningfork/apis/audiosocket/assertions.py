"""What a track says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed


def assert_track(track: JsonObject) -> None:
    """ExpectationFailed if a track has no id, no title or name, or a field that is not of its type."""
    if not is_valid_id(track["id"]):
        raise ExpectationFailed("an integer or a text as id", repr(track["id"]))
    titles = [track[name] for name in ("title", "name") if track.get(name) is not None]
    if not titles or not all(isinstance(title, str) for title in titles):
        raise ExpectationFailed("a text as title or name", f"{titles} in {track['id']!r}")
    for name, is_right in TYPES.items():
        value = track.get(name)
        if value is not None and not is_right(value):
            raise ExpectationFailed(f"{name} of its type", f"{value!r} in {track['id']!r}")


def common_differences(one: JsonObject, other: JsonObject) -> dict[str, Any]:
    """The fields that both have and that differ, with both values."""
    shared = one.keys() & other.keys()
    return {name: (one[name], other[name]) for name in sorted(shared) if one[name] != other[name]}


def is_valid_id(value: object) -> bool:
    """An integer, or a text that is not empty."""
    return value != "" and isinstance(value, int | str) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and is_valid_id(value.get("id", "")) and isinstance(value.get("name"), str)


TYPES: dict[str, Callable[[object], bool]] = {
    "length": _is_number,
    "explicit": lambda value: isinstance(value, bool),
    "genres": lambda value: isinstance(value, list),
    "moods": lambda value: isinstance(value, list),
    "album": _is_named,
    "artist": _is_named,
}
"""Of the fields that need not be there."""
