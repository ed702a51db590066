"""Expectations of the properties of a clip."""

from __future__ import annotations

import re
from typing import Any

from tuningfork.client.response import JsonObject
from tuningfork.contract.formats import unix_seconds
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_true

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
BOUNDS = {"latitude": (-90, 90), "longitude": (-180, 180), "accuracy": (0, float("inf"))}


def is_number(value: Any) -> bool:
    """Return whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_timestamp(value: Any) -> bool:
    """Return whether a value is an existing time in the format YYYY-MM-DDTHH:MM:SSZ (AB-CLIP-02)."""
    return isinstance(value, str) and TIME.fullmatch(value) is not None and unix_seconds(value) is not None


def assert_timestamps(clip: JsonObject) -> None:
    """Raise ExpectationFailed unless both times of a clip have the documented format (AB-CLIP-02)."""
    for name in ("recorded_at", "uploaded_at"):
        value = clip[name]
        expect_true(is_timestamp(value), f"{name} like 2009-04-29T16:28:14Z", to_json(value), clip)


def assert_clip(clip: JsonObject) -> None:
    """Raise ExpectationFailed unless id, title, duration and audio URL have their types (AB-CLIP-01)."""
    urls = clip["urls"]
    is_documented = (
        isinstance(clip["id"], int)
        and not isinstance(clip["id"], bool)
        and isinstance(clip["title"], str)
        and is_number(clip["duration"])
        and clip["duration"] >= 0
        and isinstance(urls, JsonObject)
        and isinstance(urls["high_mp3"], str)
        and urls["high_mp3"] != ""
    )
    expected = "integer id, string title, number duration, urls.high_mp3"
    expect_true(is_documented, expected, to_json(clip), clip)


def assert_location(location: Any) -> None:
    """Raise ExpectationFailed unless a location has a description and numbers in BOUNDS (AB-CLIP-03)."""
    is_object = isinstance(location, JsonObject) and isinstance(location["description"], str | None)
    expect_true(is_object, "a location with a description", to_json(location), location)
    for name, (minimum, maximum) in BOUNDS.items():
        value = location[name]
        is_in_bounds = is_number(value) and minimum <= value <= maximum
        expect_true(is_in_bounds, f"{name} as a number from {minimum} to {maximum}", to_json(value), location)


def assert_tag(tag: JsonObject) -> None:
    """Raise ExpectationFailed unless a tag has its texts, normalised in lower case (AB-CLIP-04)."""
    for name in ("display_tag", "normalised_tag", "url"):
        expect_true(isinstance(tag[name], str), f"{name} as a string", to_json(tag[name]), tag)
    expect(tag["normalised_tag"], tag["normalised_tag"].lower(), "normalised_tag", tag)
