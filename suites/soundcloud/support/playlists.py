"""Bodies of requests that write playlists, and expectations of the tracks of a playlist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.expect import expect
from tuningfork.testing.listings import ids


def playlist_body(track_ids: Iterable[int], **properties: Any) -> dict[str, Any]:
    """Return the JSON body of a request that gives a playlist these tracks and properties."""
    return {"playlist": {**properties, "tracks": [{"id": track_id} for track_id in track_ids]}}


def reload_playlist(client: Client, playlist_id: int, **query: Any) -> JsonObject:
    """Return the playlist as the target has it now."""
    return client.get(f"/playlists/{playlist_id}", **query).expect_ok().object


def assert_tracks(playlist: JsonObject, track_ids: list[int]) -> None:
    """Raise ExpectationFailed unless a playlist has these tracks in this order."""
    expect(ids(playlist["tracks"]), track_ids, "ids of the tracks", playlist)


def assert_tracks_stored(client: Client, playlist_id: int, track_ids: list[int]) -> None:
    """Raise ExpectationFailed unless the playlist and its list of tracks have these tracks in this order."""
    assert_tracks(reload_playlist(client, playlist_id), track_ids)
    assert_track_list(client, playlist_id, track_ids)


def assert_track_list(client: Client, playlist_id: int, track_ids: list[int], **query: Any) -> None:
    """Raise ExpectationFailed unless the list of a playlist's tracks has these tracks in this order."""
    path = f"/playlists/{playlist_id}/tracks"
    client.eventually(lambda: expect(ids(client.all_items(path, **query)), track_ids, path))
