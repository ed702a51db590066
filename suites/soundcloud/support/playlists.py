"""Requests that write playlists, and expectations of their tracks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids


def post_playlist(me: Client, tracks: Iterable[int], title: str, **fields: Any) -> Response:
    """Send POST /playlists."""
    listing = [{"id": track} for track in tracks]
    return me.post("/playlists", json={"playlist": {"title": title, "tracks": listing, **fields}})


def update_playlist(me: Client, playlist: JsonObject, fields: dict[str, Any]) -> Response:
    """Send PUT /playlists/{id} with these properties."""
    return me.put(f"/playlists/{playlist['id']}", json={"playlist": fields})


def set_tracks(me: Client, playlist: JsonObject, tracks: Iterable[int]) -> Response:
    """Send PUT /playlists/{id} with these tracks."""
    return update_playlist(me, playlist, {"tracks": [{"id": track} for track in tracks]})


def reload_playlist(client: Client, playlist: JsonObject, **query: Any) -> JsonObject:
    """Return the playlist as the target has it now."""
    return client.get(f"/playlists/{playlist['id']}", **query).expect_ok().object


def assert_tracks(playlist: JsonObject, tracks: list[int]) -> None:
    """Raise ExpectationFailed unless a playlist has these tracks in this order."""
    _same(tracks, ids(playlist["tracks"]), "the tracks of a playlist")


def assert_tracks_persist(me: Client, playlist: JsonObject, tracks: list[int]) -> None:
    """Raise ExpectationFailed unless the playlist and its list of tracks have these tracks in this order."""
    assert_tracks(reload_playlist(me, playlist), tracks)
    assert_track_list(me, playlist, tracks)


def assert_track_list(client: Client, playlist: JsonObject, tracks: list[int], **query: Any) -> None:
    """Raise ExpectationFailed unless the list of a playlist's tracks has these tracks in this order."""
    path = f"/playlists/{playlist['id']}/tracks"
    client.eventually(lambda: _same(tracks, ids(client.all_items(path, **query)), path))


def _same(wanted: list[int], found: list[Any], where: str) -> None:
    if found != wanted:
        raise ExpectationFailed(f"{where}: {wanted}", str(found))
