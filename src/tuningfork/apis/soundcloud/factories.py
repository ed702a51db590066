"""Create resources in SoundCloud for tests; a target that refuses makes the test "not verified"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.payloads import bracketed, created_or_skip, wav_tone


def upload(
    client: Client,
    fields: Mapping[str, Any],
    audio: bytes | None = None,
    *,
    name: str = "tone.wav",
    media_type: str = "audio/wav",
) -> Response:
    """Send POST /tracks as multipart/form-data and return the response, with any status.

    Args:
        client: the owner of the new track.
        fields: the metadata of the track, sent as `track[NAME]`; True is sent as "true".
        audio: the content of the file; a tone of half a second by default.
        name: the name of the file.
        media_type: the media type of the file.
    """
    file = (name, wav_tone() if audio is None else audio, media_type)
    return client.post("/tracks", form=bracketed("track", fields), files={"track[asset_data]": file})


def create_track(client: Client, title: str, audio: bytes | None = None, **fields: Any) -> JsonObject:
    """Upload a track, public by default, and return the track in the response."""
    return _read_created("track", upload(client, {"title": title, **fields}, audio))


def create_playlist(client: Client, tracks: Iterable[int], title: str, **fields: Any) -> JsonObject:
    """Create a playlist of the tracks with these ids and return the playlist in the response."""
    playlist = {"title": title, "tracks": [{"id": track} for track in tracks], **fields}
    return _read_created("playlist", client.post("/playlists", json={"playlist": playlist}))


def create_comment(client: Client, track: int, body: str, timestamp: int | None = None) -> JsonObject:
    """Comment on a track, optionally at `timestamp` milliseconds, and return the comment in the response."""
    comment: dict[str, Any] = {"body": body} | ({} if timestamp is None else {"timestamp": timestamp})
    return _read_created("comment", client.post(f"/tracks/{track}/comments", json={"comment": comment}))


def like(client: Client, kind: str, item_id: int) -> None:
    """Like the item with this id; `kind` is `tracks` or `playlists`."""
    created_or_skip("like", client.post(f"/likes/{kind}/{item_id}"))


def follow(client: Client, user: int) -> None:
    """Follow the user with this id."""
    created_or_skip("following", client.put(f"/me/followings/{user}"))


def _read_created(kind: str, response: Response) -> JsonObject:
    """Return the JSON of a created resource; the test is not verified if it was not created or has no id."""
    resource = created_or_skip(kind, response).json
    if not isinstance(resource, JsonObject) or not isinstance(resource.get("id"), int):
        not_verified(f"the response to the creation of a {kind} has no id")
    return resource
