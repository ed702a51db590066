"""Updates of a clip by its owner, and the values that the clip has after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.diffs import coordinates, get_tags
from tuningfork.apis.audioboo.factories import create_clip
from tuningfork.apis.audioboo.lookup import CLIPS_PATH, fetch_clip
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect
from tuningfork.testing.payloads import bracketed

UNUSUAL_TITLE = "“Zoë” & 'co' + 100% <i> שלום 🎧"
"""A title with characters that encodings often break."""
ROMNEY = {"location_latitude": "51.25", "location_longitude": "0.875", "location_accuracy": "70"}
SYDNEY = {"location_latitude": "-33.5", "location_longitude": "151", "location_accuracy": "5"}


@dataclass(frozen=True, slots=True)
class ClipUpdate:
    """Form fields of an update, and the values that the clip has after it."""

    name: str
    fields: dict[str, str]
    expected: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    def assert_applied(self, clip: JsonObject) -> None:
        """Raise ExpectationFailed unless the clip has the values of the update."""
        for name, value in self.expected.items():
            expect(_comparable(clip, name), value, name, clip)


CLIP_UPDATES = (
    ClipUpdate("title", {"title": "Another title"}, {"title": "Another title"}),
    ClipUpdate("unusual title", {"title": UNUSUAL_TITLE}, {"title": UNUSUAL_TITLE}),
    ClipUpdate("tags", {"tag_list": "Three, four"}, {"tags": ["four", "three"]}),
    ClipUpdate("time", {"recorded_at": "2013-05-06 07:08:09 +0200"}, {"recorded_at": "2013-05-06T05:08:09Z"}),
    ClipUpdate("location", ROMNEY, {"location": [51.25, 0.875, 70.0]}),
    ClipUpdate("two", {"title": "Both", "tag_list": "Five"}, {"title": "Both", "tags": ["five"]}),
)


def create_full_clip(client: Client, title: str, **fields: str) -> JsonObject:
    """Create a clip with all optional form fields and return it as GET returns it."""
    optional = {"tag_list": "One, two", "recorded_at": "2014-03-01 10:20:30 +0000", "description": "Spoken."}
    clip = create_clip(client, title, **{**optional, **SYDNEY, "public_location": "true", **fields})
    try:
        return fetch_clip(client, clip["id"])
    except ExpectationFailed as failure:
        not_verified(f"a new clip can't be read: {failure.found}")


def update_clip(client: Client, clip: JsonObject, fields: dict[str, str]) -> Response:
    """Send PUT of a clip with these form fields."""
    return client.put(f"{CLIPS_PATH}/{clip['id']}", form=bracketed("audio_clip", fields))


def _comparable(clip: JsonObject, name: str) -> Any:
    """Return a property of a clip in the form of `ClipUpdate.expected`."""
    if name == "tags":
        return sorted(str(tag["display_tag"]).lower() for tag in get_tags(clip))
    if name == "location":
        location = clip.get("location")
        if not isinstance(location, JsonObject):
            not_verified("the target does not return the location of a clip")
        return coordinates(location)
    return clip[name]
