"""Making things to judge. Each maker accepts any success; where the target refuses, nothing is verified."""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from urllib3.filepost import encode_multipart_formdata

from tuningfork import not_verified
from tuningfork.target.client import Answer, Client, JsonObject


@cache
def tone(seconds: float = 0.5, rate: int = 8000, channels: int = 1) -> bytes:
    """A WAVE file of 16 bits that sounds 440 Hz for so long.

    Args:
        seconds: how long.
        rate: samples a second; few make a small file.
        channels: 1, or 2 that sound the same.
    """
    wave_form = (round(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(rate * seconds)))
    samples = array("h", (sample for sample in wave_form for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", "not compressed"))
        out.writeframes(samples.tobytes())
    return file.getvalue()


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
    _done("like", client.post(f"/likes/{kind}/{thing}"))


def follow(client: Client, user: int) -> None:
    """Follow a user."""
    _done("following", client.put(f"/me/followings/{user}"))


def in_brackets(resource: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The names of a form: `track[title]` for title."""
    return {f"{resource}[{name}]": value for name, value in fields.items()}


def multipart(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What Client.request takes for a multipart/form-data body, whether it has a file in it or not.

    Args:
        fields: the parts by name; a file is (file name, bytes, media type), True reads "true".
    """
    parts = {name: value if isinstance(value, tuple) else _word(value) for name, value in fields.items()}
    body, media_type = encode_multipart_formdata(parts)
    return {"content": body, "headers": {"Content-Type": media_type}}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _made(what: str, answer: Answer) -> JsonObject:
    _done(what, answer)
    made = answer.json
    if not isinstance(made, JsonObject) or not isinstance(made.get("id"), int):
        not_verified(f"the target's answer to a new {what} has no id")
    return made


def _done(what: str, answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        not_verified(f"the target makes no {what}: {answer.status}")
