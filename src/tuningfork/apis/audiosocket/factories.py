"""Making things to judge; where the target refuses, nothing is verified."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.tracks import TrackClient
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject


def create_track(client: Client, title: str, **fields: Any) -> JsonObject:
    """Create a track and give what the API says of it."""
    return TrackClient(client).create_or_skip(title, **fields)
