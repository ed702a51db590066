"""What may differ between two views of a clip, and what may not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed

STABLE_PROPERTIES = ("id", "title", "description", "recorded_at", "uploaded_at", "location", "duration")
"""What the owner says of a clip, and what is fixed from the start. Counters and addresses are free."""


def differences(listed: Any, read: Any, place: str = "") -> Iterator[str]:
    """The fields that both have with values of their own, by their places, however deep they are."""
    if isinstance(listed, dict) and isinstance(read, dict):
        for name in listed.keys() & read.keys():
            yield from differences(listed[name], read[name], f"{place}.{name}")
    elif isinstance(listed, list) and isinstance(read, list) and len(listed) == len(read):
        for number, (one, other) in enumerate(zip(listed, read, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif listed != read:
        yield f"{place[1:]}: {listed!r} and {read!r}"


def assert_unchanged(before: JsonObject, after: JsonObject, but: Collection[str] = ()) -> None:
    """ExpectationFailed where a clip is not what it was.

    Args:
        before: the clip.
        after: the same one, later.
        but: the fields that may differ: those of the API, and `tags`.
    """
    changed = [
        name
        for name in (*STABLE_PROPERTIES, "tags", "user")
        if name not in but and _changed(name, before, after)
    ]
    if changed:
        pairs = {name: (before.get(name), after.get(name)) for name in changed}
        raise ExpectationFailed("nothing else of the clip changed", str(pairs))


def get_tags(clip: JsonObject) -> list[JsonObject]:
    """The tags of a clip, none where it has none; ExpectationFailed if they are no list of objects."""
    tags = clip.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, JsonObject) for tag in tags):
        raise ExpectationFailed("tags as a list of objects", repr(tags))
    return tags


def coordinates(location: JsonObject) -> list[Any]:
    """What the owner says of a place; its description is found out by the server, whenever that may be."""
    return [location[name] for name in ("latitude", "longitude", "accuracy")]


def _changed(name: str, before: JsonObject, after: JsonObject) -> bool:
    """Whether a field differs; a duration that the server finds out meanwhile does not."""
    if name == "duration" and not before.get(name):
        return False
    return bool(_told(name, before) != _told(name, after))


def _told(name: str, clip: JsonObject) -> Any:
    value = clip.get(name)
    if name == "tags":
        return sorted(str(tag.get("display_tag")) for tag in get_tags(clip))
    if name == "location":
        return coordinates(value) if isinstance(value, JsonObject) else None
    if name == "user":
        return value.get("id") if isinstance(value, JsonObject) else None
    return value or None
