"""Making things to judge; where the target refuses, nothing is verified."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.tracks import Tracks
from tuningfork.client.client import Client, JsonObject


def make_track(client: Client, title: str, **fields: Any) -> JsonObject:
    """Create a track and give what the API says of it."""
    return Tracks(client).make(title, **fields)
