"""Comparison of two representations of a clip."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed

STABLE_PROPERTIES = ("id", "title", "description", "recorded_at", "uploaded_at", "location", "duration")
"""Properties of a clip that no request but its owner's update may change, unlike counters and URLs."""


def assert_unchanged(before: JsonObject, after: JsonObject, but: Collection[str] = ()) -> None:
    """Raise ExpectationFailed if a clip has changed.

    Args:
        before: the clip before a request.
        after: the same clip after the request.
        but: the names of properties that may differ.
    """
    changed = [
        name
        for name in (*STABLE_PROPERTIES, "tags", "user")
        if name not in but and _changed(name, before, after)
    ]
    if changed:
        expected = ", ".join(f"{name} {to_json(before.get(name))}" for name in changed)
        found = ", ".join(f"{name} {to_json(after.get(name))}" for name in changed)
        raise ExpectationFailed(f"unchanged {expected}", found, exchange=after.exchange)


def get_tags(clip: JsonObject) -> list[JsonObject]:
    """Return the tags of a clip, an empty list without any; ExpectationFailed if they are not objects."""
    tags = clip.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, JsonObject) for tag in tags):
        raise ExpectationFailed("tags: a list of objects", to_json(tags))
    return tags


def coordinates(location: JsonObject) -> list[Any]:
    """Return the properties of a location that the owner sets; the server chooses the description."""
    return [location[name] for name in ("latitude", "longitude", "accuracy")]


def _changed(name: str, before: JsonObject, after: JsonObject) -> bool:
    """Return True if a property differs, except a duration that the server had not measured before."""
    if name == "duration" and not before.get(name):
        return False
    return bool(_comparable(name, before) != _comparable(name, after))


def _comparable(name: str, clip: JsonObject) -> Any:
    """Return the part of a property that stays the same until the owner changes it."""
    value = clip.get(name)
    if name == "tags":
        return sorted(str(tag.get("display_tag")) for tag in get_tags(clip))
    if name == "location":
        return coordinates(value) if isinstance(value, JsonObject) else None
    if name == "user":
        return value.get("id") if isinstance(value, JsonObject) else None
    return value or None
