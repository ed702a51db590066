"""Creation of test data. If the target refuses to create it, the test is not verified."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.tracks import TrackClient
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject


def create_track(client: Client, title: str, **fields: Any) -> JsonObject:
    """Create a track and return its JSON."""
    return TrackClient(client).create_or_skip(title, **fields)
