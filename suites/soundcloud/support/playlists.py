"""Playlists: how the suites write them and what they read back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids


def post_playlist(me: Client, tracks: Iterable[int], title: str, **fields: Any) -> Response:
    """POST a playlist."""
    listing = [{"id": track} for track in tracks]
    return me.post("/playlists", json={"playlist": {"title": title, "tracks": listing, **fields}})


def update_playlist(me: Client, playlist: JsonObject, fields: dict[str, Any]) -> Response:
    """PUT fields of a playlist."""
    return me.put(f"/playlists/{playlist['id']}", json={"playlist": fields})


def set_tracks(me: Client, playlist: JsonObject, tracks: Iterable[int]) -> Response:
    """PUT the tracks of a playlist."""
    return update_playlist(me, playlist, {"tracks": [{"id": track} for track in tracks]})


def reload_playlist(client: Client, playlist: JsonObject, **query: Any) -> JsonObject:
    """The playlist as it is now."""
    return client.get(f"/playlists/{playlist['id']}", **query).expect_ok().object


def assert_tracks(playlist: JsonObject, tracks: list[int]) -> None:
    """ExpectationFailed where a playlist does not hold these tracks in this order."""
    _same(tracks, ids(playlist["tracks"]), "the tracks of a playlist")


def assert_tracks_persist(me: Client, playlist: JsonObject, tracks: list[int]) -> None:
    """Fail where a playlist, whichever way it is read, does not hold these tracks in this order."""
    assert_tracks(reload_playlist(me, playlist), tracks)
    assert_track_list(me, playlist, tracks)


def assert_track_list(client: Client, playlist: JsonObject, tracks: list[int], **query: Any) -> None:
    """ExpectationFailed where the list of a playlist's tracks goes on being another one."""
    path = f"/playlists/{playlist['id']}/tracks"
    client.eventually(lambda: _same(tracks, ids(client.all_items(path, **query)), path))


def _same(wanted: list[int], found: list[Any], where: str) -> None:
    if found != wanted:
        raise ExpectationFailed(f"{where}: {wanted}", str(found))
