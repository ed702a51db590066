"""Changes between two readings of a track or playlist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_true

from .assertions import is_absolute_url

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
    names = [name for name in _compared_properties(before) if name not in but]
    is_secret = before.get("secret_token") and after.get("secret_token") and "sharing" not in but
    names += ["secret_token"] if is_secret else []
    old, new = ({name: comparable_value(item, name) for name in names} for item in (before, after))
    changed = [name for name in names if old[name] != new[name]]
    for name in changed:
        after.get(name)  # the report points to the property that is read last
    texts = [", ".join(f"{name}: {to_json(values[name])}" for name in changed) for values in (old, new)]
    expect_true(not changed, f"unchanged {texts[0]}", texts[1], after)


def comparable_value(item: JsonObject, name: str) -> Any:
    """Return the value of a property in a form in which equal values compare equal.

    A picture may be on another host, and with another signature, in each response.
    """
    value = item.get(name)
    if name == "tag_list" and isinstance(value, str):
        return sorted(value.split())
    if name == "downloadable":
        return {"true": True, "false": False}.get(str(value).lower())
    if name in AUDIO_PROPERTIES and isinstance(value, str):
        return urlsplit(value).path if is_absolute_url(value) else value
    if name == "user":
        return value.get("id") if isinstance(value, dict) else None
    if name == "tracks" and isinstance(value, list):
        return [track.get("id") if isinstance(track, dict) else track for track in value]
    return None if value == "" else value


def _compared_properties(before: JsonObject) -> list[str]:
    if before.get("kind") == "playlist":
        return [*OWNER_PROPERTIES.split(), "user", "tracks", "track_count"]
    return [*OWNER_PROPERTIES.split(), "user", *(name for name in AUDIO_PROPERTIES if before.get(name))]
