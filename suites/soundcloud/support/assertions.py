"""Expectations of the properties of a track."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_no, expect_properties, expect_true

REQUIRED_PROPERTIES = ("id", "kind", "title", "uri", "permalink_url", "duration", "sharing", "user")
STRINGS = (
    "kind title artwork_url created_at last_modified description embeddable_by genre isrc key_signature"
    " label_name license permalink permalink_url purchase_title purchase_url release sharing stream_url"
    " tag_list uri waveform_url download_url secret_uri access"
)
INTEGERS = (
    "id duration comment_count download_count favoritings_count playback_count reposts_count"
    " release_day release_month release_year user_playback_count"
)
TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(STRINGS.split(), (str,)),
    **dict.fromkeys(INTEGERS.split(), (int,)),
    **dict.fromkeys(("commentable", "streamable", "user_favorite"), (bool,)),
    "downloadable": (bool, str),  # the reference has it as a string, its example as a boolean
    "available_country_codes": (str, list),  # typed as one, described as the other
    "bpm": (int, float),
    "user": (dict,),
}
TIME_FORMAT = "%Y/%m/%d %H:%M:%S %z"
TIMESTAMP = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} \+0000")


def assert_track(track: JsonObject) -> None:
    """Raise ExpectationFailed for a missing property or one of a wrong type (SC-TRACK-01)."""
    missing = [name for name in REQUIRED_PROPERTIES if track.get(name) is None]
    expect_no(missing, f"missing properties of track {track.get('id')}", track)
    existing = {name: track[name] for name in TYPES if track.get(name) is not None}
    wrong = {name: value for name, value in existing.items() if not has_type(value, TYPES[name])}
    expect_no(wrong, f"properties of track {track['id']} with another type", track)


def has_type(value: Any, types: tuple[type, ...]) -> bool:
    """Return whether a value has one of these types; a boolean is not an integer, but 500.0 is one."""
    if isinstance(value, float) and value.is_integer() and int in types:
        return True
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def assert_timestamps(track: JsonObject) -> None:
    """Raise ExpectationFailed unless the times of a track have the documented format (SC-TRACK-03)."""
    for name in ("created_at", *(["last_modified"] if track.get("last_modified") is not None else [])):
        expected = f"{name} as YYYY/MM/DD HH:MM:SS +0000"
        expect_true(is_timestamp(track[name]), expected, to_json(track[name]), track)


def is_timestamp(text: Any) -> bool:
    """Return whether a value is an existing time in the documented format."""
    if not isinstance(text, str) or not TIMESTAMP.fullmatch(text):
        return False
    try:
        datetime.strptime(text, TIME_FORMAT)
    except ValueError:
        return False
    return True


def assert_duration(track: JsonObject) -> None:
    """Raise ExpectationFailed unless duration is milliseconds and kind is "track" (SC-TRACK-05)."""
    duration = track["duration"]
    is_expected = has_type(duration, (int,)) and duration >= 0
    expect_true(is_expected, "duration: an integer that is not negative", to_json(duration), track)
    expect_properties(track, kind="track")


def is_absolute_url(url: Any) -> bool:
    """Return whether a value is an absolute http or https URL."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
