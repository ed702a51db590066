"""Changes between two readings of a track or playlist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.testing.expect import expect_true

OWNER_PROPERTIES = (
    "kind id title description genre tag_list label_name release release_day release_month release_year"
    " purchase_title purchase_url sharing license embeddable_by streamable downloadable commentable isrc"
    " ean playlist_type created_at"
)
"""Properties that only the owner changes. Counters, last_modified and permalinks may change at any time."""

AUDIO_PROPERTIES = ("duration", "bpm", "key_signature", "artwork_url", "waveform_url")
"""Properties that the server computes from the audio; null may become a value once."""


def expect_unchanged(before: JsonObject, after: JsonObject, *, but: Collection[str] = ()) -> None:
    """Raise ExpectationFailed with the old and the new values if a track or playlist has changed.

    Args:
        before: a track or playlist.
        after: the same track or playlist, read later.
        but: properties that may differ.
    """
    changes = find_changes(before, after, but=but)
    expected = ", ".join(f"{name} {old!r}" for name, (old, _) in changes.items())
    found = ", ".join(f"{name} {new!r}" for name, (_, new) in changes.items())
    for name in changes:
        after.get(name)  # the report points to the property that is read last
    expect_true(not changes, f"unchanged {expected}", found, after)


def find_changes(
    before: JsonObject, after: JsonObject, *, but: Collection[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """Return the properties whose values differ, each with its old and new value.

    Args:
        before: a track or playlist.
        after: the same track or playlist, read later.
        but: properties that may differ.
    """
    pairs = {
        name: (comparable_value(before, name), comparable_value(after, name))
        for name in _steady(before)
        if name not in but
    }
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}


def comparable_value(thing: JsonObject, name: str) -> Any:
    """Return the value of a property in a form in which equal values compare equal."""
    value = thing.get(name)
    if name == "tag_list" and isinstance(value, str):
        return sorted(value.split())
    if name == "downloadable":
        return {"true": True, "false": False}.get(str(value).lower())
    if name in AUDIO_PROPERTIES and isinstance(value, str):
        return value.partition("?")[0]
    if name == "user":
        return value.get("id") if isinstance(value, dict) else None
    if name == "tracks" and isinstance(value, list):
        return [track.get("id") if isinstance(track, dict) else track for track in value]
    return None if value == "" else value


def _steady(before: JsonObject) -> list[str]:
    if before.get("kind") == "playlist":
        return [*OWNER_PROPERTIES.split(), "user", "tracks", "track_count"]
    return [*OWNER_PROPERTIES.split(), "user", *(name for name in AUDIO_PROPERTIES if before.get(name))]
