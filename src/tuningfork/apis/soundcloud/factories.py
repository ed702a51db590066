"""Making things to judge. Each maker accepts any success; where the target refuses, nothing is verified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Answer, Client, JsonObject
from tuningfork.testing.payloads import done, in_brackets, tone


def upload(
    client: Client,
    fields: Mapping[str, Any],
    audio: bytes | None = None,
    *,
    name: str = "tone.wav",
    media_type: str = "audio/wav",
) -> Answer:
    """POST /tracks as multipart/form-data, whatever comes of it.

    Args:
        client: whose track it becomes.
        fields: the track's metadata, as `track[NAME]`; True reads "true".
        audio: the file; a tone of half a second by default.
        name: the file's name.
        media_type: the file's type.
    """
    file = (name, tone() if audio is None else audio, media_type)
    return client.post("/tracks", form=in_brackets("track", fields), files={"track[asset_data]": file})


def make_track(client: Client, title: str, audio: bytes | None = None, **fields: Any) -> JsonObject:
    """Upload a track, public unless `sharing` says otherwise, and give what the API says of it."""
    return _made("track", upload(client, {"title": title, **fields}, audio))


def make_playlist(client: Client, tracks: Iterable[int], title: str, **fields: Any) -> JsonObject:
    """Create a playlist of the tracks with these ids, in this order, and give what the API says of it."""
    playlist = {"title": title, "tracks": [{"id": track} for track in tracks], **fields}
    return _made("playlist", client.post("/playlists", json={"playlist": playlist}))


def make_comment(client: Client, track: int, body: str, timestamp: int | None = None) -> JsonObject:
    """Comment on a track, at `timestamp` milliseconds if that is given, and give what the API says of it."""
    comment: dict[str, Any] = {"body": body} | ({} if timestamp is None else {"timestamp": timestamp})
    return _made("comment", client.post(f"/tracks/{track}/comments", json={"comment": comment}))


def like(client: Client, kind: str, thing: int) -> None:
    """Like one of the `tracks` or `playlists`."""
    done("like", client.post(f"/likes/{kind}/{thing}"))


def follow(client: Client, user: int) -> None:
    """Follow a user."""
    done("following", client.put(f"/me/followings/{user}"))


def _made(what: str, answer: Answer) -> JsonObject:
    made = done(what, answer).json
    if not isinstance(made, JsonObject) or not isinstance(made.get("id"), int):
        not_verified(f"the target's answer to a new {what} has no id")
    return made
