"""Making things to judge. Each maker accepts any success; where the target refuses, nothing is verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.envelope import body
from tuningfork.client.client import Answer, Client, File, JsonObject
from tuningfork.model import Unmet
from tuningfork.testing.payloads import done, in_brackets, tone

AUDIO = "audio_clip[uploaded_data]"
"""The parameter that holds the audio of a clip."""
MEMBERSHIP = ("playlist_membership", "membership")
"""Names under which an answer shows a membership."""


@cache
def audio() -> bytes:
    """A short WAVE file that a server can transcode."""
    return tone(0.5)


def recording(content: bytes | None = None) -> File:
    """The audio as a part of a multipart/form-data body."""
    return ("recording.wav", audio() if content is None else content, "audio/wav")


def upload(client: Client, fields: Mapping[str, Any], content: bytes | None = None) -> Answer:
    """POST /account/audio_clips as multipart/form-data, whatever comes of it.

    Args:
        client: whose clip it becomes.
        fields: what is said of the clip, as `audio_clip[NAME]`; True reads "true".
        content: the audio; half a second by default.
    """
    form = in_brackets("audio_clip", fields)
    return client.post("/account/audio_clips", form=form, files={AUDIO: recording(content)})


def make_clip(client: Client, title: str, **fields: Any) -> JsonObject:
    """Upload a clip, and give what the API says of it."""
    return made(upload(client, {"title": title, **fields}), "audio_clip")


def make_playlist(client: Client, title: str) -> JsonObject:
    """Create an empty playlist, and give what the API says of it."""
    return made(client.post("/playlists", form={"playlist[title]": title}), "playlist")


def make_comment(client: Client, clip: object, text: str) -> JsonObject:
    """Comment on the clip with this id, and give what the API says of it."""
    return made(client.post(f"/audio_clips/{clip}/comments", form={"comment[body]": text}), "comment")


def make_membership(client: Client, playlist: object, clip: object) -> JsonObject:
    """Put a clip into a playlist, both by their ids, and give what the API says of the membership."""
    form = {"playlist_membership[audio_clip_id]": clip}
    return made(client.post(f"/playlists/{playlist}/memberships", form=form), *MEMBERSHIP)


def follow(client: Client, user: object) -> None:
    """Follow the user with this id."""
    done("following", client.post("/account/followings", form={"following_user_id": user}))


def favour(client: Client, clip: object) -> None:
    """Make the clip with this id a favourite."""
    done("favourite", client.post(f"/audio_clips/{clip}/favourites"))


def body_of(answer: Answer, *names: str) -> JsonObject:
    """The object in the envelope's body that has one of these names, or Unmet."""
    there = [value for name, value in body(answer).items() if name in names]
    if not there or not isinstance(there[0], JsonObject):
        raise Unmet(f"body.{names[0]} as an object", f"{answer.status} with {answer.text!r}")
    return there[0]


def made(answer: Answer, *names: str) -> JsonObject:
    """The new object that has one of these names, with its id; without one nothing is verified."""
    try:
        found = body_of(done(names[0], answer), *names)
    except Unmet as unmet:
        not_verified(f"the target's answer to a new {names[0]} shows none: {unmet}")
    if not isinstance(found.get("id"), int):
        not_verified(f"the target's answer to a new {names[0]} has no id")
    return found
