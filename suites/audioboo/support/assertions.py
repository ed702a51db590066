"""Expectations of the properties of a clip."""

from __future__ import annotations

import re
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.contract.formats import unix_seconds
from tuningfork.model import ExpectationFailed

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def is_number(value: Any) -> bool:
    """Whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_timestamp(value: Any) -> bool:
    """Return whether a value is an existing time in the format YYYY-MM-DDTHH:MM:SSZ (AB-CLIP-02)."""
    return isinstance(value, str) and TIME.fullmatch(value) is not None and unix_seconds(value) is not None


def assert_timestamps(clip: JsonObject, where: str) -> None:
    """Raise ExpectationFailed unless both times of a clip have the documented format (AB-CLIP-02)."""
    for name in ("recorded_at", "uploaded_at"):
        if not is_timestamp(clip[name]):
            raise ExpectationFailed(f"{name} like 2009-04-29T16:28:14Z", f"{clip[name]!r} in {where}")


def assert_clip(clip: JsonObject, where: str) -> None:
    """Raise ExpectationFailed unless id, title, duration and audio URL have their types (AB-CLIP-01)."""
    urls = clip["urls"]
    well = (
        isinstance(clip["id"], int) and not isinstance(clip["id"], bool),
        isinstance(clip["title"], str),
        is_number(clip["duration"]) and clip["duration"] >= 0,
        isinstance(urls, JsonObject) and isinstance(urls["high_mp3"], str) and urls["high_mp3"],
    )
    if not all(well):
        raise ExpectationFailed(
            "integer id, string title, number duration, urls.high_mp3", f"{clip} in {where}"
        )


def assert_location(location: Any, where: str) -> None:
    """Raise ExpectationFailed unless a location has a description and numbers in bounds (AB-CLIP-03)."""
    if not isinstance(location, JsonObject) or not isinstance(location["description"], str | None):
        raise ExpectationFailed("a location with a description", f"{location!r} in {where}")
    bounds = {"latitude": (-90, 90), "longitude": (-180, 180), "accuracy": (0, float("inf"))}
    for name, (low, high) in bounds.items():
        value = location[name]
        if not is_number(value) or not low <= value <= high:
            raise ExpectationFailed(f"{name} as a number from {low} to {high}", f"{value!r} in {where}")


def assert_tag(tag: JsonObject, where: str) -> None:
    """Raise ExpectationFailed unless a tag has its texts, normalised in lower case (AB-CLIP-04)."""
    if not all(isinstance(tag[name], str) for name in ("display_tag", "normalised_tag", "url")):
        raise ExpectationFailed("display_tag, normalised_tag and url as texts", f"{tag} in {where}")
    normalised = tag["normalised_tag"]
    if normalised != normalised.lower():
        raise ExpectationFailed("normalised_tag in lower case", f"{normalised!r} in {where}")
