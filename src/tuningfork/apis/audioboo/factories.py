"""Making things to judge. Each maker accepts any success; where the target refuses, nothing is verified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.envelope import envelope_body
from tuningfork.client.client import Client, File
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.payloads import bracketed, created_or_skip, wav_tone

AUDIO_PARAMETER = "audio_clip[uploaded_data]"
"""The parameter that holds the audio of a clip."""
MEMBERSHIP_PROPERTIES = ("playlist_membership", "membership")
"""Names under which an answer shows a membership."""


@cache
def sample_audio() -> bytes:
    """A short WAVE file that a server can transcode."""
    return wav_tone(0.5)


def audio_file(content: bytes | None = None) -> File:
    """The audio as a part of a multipart/form-data body."""
    return ("recording.wav", sample_audio() if content is None else content, "audio/wav")


def upload(client: Client, fields: Mapping[str, Any], content: bytes | None = None) -> Response:
    """POST /account/audio_clips as multipart/form-data, whatever comes of it.

    Args:
        client: whose clip it becomes.
        fields: what is said of the clip, as `audio_clip[NAME]`; True reads "true".
        content: the audio; half a second by default.
    """
    form = bracketed("audio_clip", fields)
    return client.post("/account/audio_clips", form=form, files={AUDIO_PARAMETER: audio_file(content)})


def create_clip(client: Client, title: str, **fields: Any) -> JsonObject:
    """Upload a clip, and give what the API says of it."""
    return created_object_or_skip(upload(client, {"title": title, **fields}), "audio_clip")


def create_playlist(client: Client, title: str) -> JsonObject:
    """Create an empty playlist, and give what the API says of it."""
    return created_object_or_skip(client.post("/playlists", form={"playlist[title]": title}), "playlist")


def create_comment(client: Client, clip: object, text: str) -> JsonObject:
    """Comment on the clip with this id, and give what the API says of it."""
    return created_object_or_skip(
        client.post(f"/audio_clips/{clip}/comments", form={"comment[body]": text}), "comment"
    )


def create_membership(client: Client, playlist: object, clip: object) -> JsonObject:
    """Put a clip into a playlist, both by their ids, and give what the API says of the membership."""
    form = {"playlist_membership[audio_clip_id]": clip}
    return created_object_or_skip(
        client.post(f"/playlists/{playlist}/memberships", form=form), *MEMBERSHIP_PROPERTIES
    )


def follow(client: Client, user: object) -> None:
    """Follow the user with this id."""
    created_or_skip("following", client.post("/account/followings", form={"following_user_id": user}))


def favourite(client: Client, clip: object) -> None:
    """Make the clip with this id a favourite."""
    created_or_skip("favourite", client.post(f"/audio_clips/{clip}/favourites"))


def object_in_body(answer: Response, *names: str) -> JsonObject:
    """The object in the envelope's body that has one of these names, or ExpectationFailed."""
    there = [value for name, value in envelope_body(answer).items() if name in names]
    if not there or not isinstance(there[0], JsonObject):
        raise ExpectationFailed(f"body.{names[0]} as an object", f"{answer.status} with {answer.text!r}")
    return there[0]


def created_object_or_skip(answer: Response, *names: str) -> JsonObject:
    """The new object that has one of these names, with its id; without one nothing is verified."""
    try:
        found = object_in_body(created_or_skip(names[0], answer), *names)
    except ExpectationFailed as unmet:
        not_verified(f"the target's answer to a new {names[0]} shows none: {unmet}")
    if not isinstance(found.get("id"), int):
        not_verified(f"the target's answer to a new {names[0]} has no id")
    return found
