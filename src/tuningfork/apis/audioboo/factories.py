"""Creation of test data. A factory accepts every 2xx; if the target refuses, the test is not verified."""

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
"""The parameter with the audio of a clip."""
MEMBERSHIP_PROPERTIES = ("playlist_membership", "membership")
"""Names of the property with a membership in a response."""


@cache
def sample_audio() -> bytes:
    """Return a WAVE file of half a second that a server can transcode."""
    return wav_tone(0.5)


def audio_file(content: bytes | None = None) -> File:
    """Return the audio as a file part of a multipart/form-data body."""
    return ("recording.wav", sample_audio() if content is None else content, "audio/wav")


def upload(client: Client, fields: Mapping[str, Any], content: bytes | None = None) -> Response:
    """Send POST /account/audio_clips as multipart/form-data and return the response.

    Args:
        client: the client of the clip's owner.
        fields: the parameters `audio_clip[NAME]`; True is sent as "true".
        content: the audio; half a second by default.
    """
    form = bracketed("audio_clip", fields)
    return client.post("/account/audio_clips", form=form, files={AUDIO_PARAMETER: audio_file(content)})


def create_clip(client: Client, title: str, **fields: Any) -> JsonObject:
    """Upload a clip and return its JSON."""
    return created_object_or_skip(upload(client, {"title": title, **fields}), "audio_clip")


def create_playlist(client: Client, title: str) -> JsonObject:
    """Create an empty playlist and return its JSON."""
    return created_object_or_skip(client.post("/playlists", form={"playlist[title]": title}), "playlist")


def create_comment(client: Client, clip: object, text: str) -> JsonObject:
    """Create a comment on the clip with this id and return its JSON."""
    return created_object_or_skip(
        client.post(f"/audio_clips/{clip}/comments", form={"comment[body]": text}), "comment"
    )


def create_membership(client: Client, playlist: object, clip: object) -> JsonObject:
    """Add a clip to a playlist, both given by id, and return the JSON of the membership."""
    form = {"playlist_membership[audio_clip_id]": clip}
    return created_object_or_skip(
        client.post(f"/playlists/{playlist}/memberships", form=form), *MEMBERSHIP_PROPERTIES
    )


def follow(client: Client, user: object) -> None:
    """Follow the user with this id."""
    created_or_skip("following", client.post("/account/followings", form={"following_user_id": user}))


def favourite(client: Client, clip: object) -> None:
    """Add the clip with this id to the favourites."""
    created_or_skip("favourite", client.post(f"/audio_clips/{clip}/favourites"))


def object_in_body(response: Response, *names: str) -> JsonObject:
    """Return the object in the envelope's body that has one of these names; else ExpectationFailed."""
    values = [value for name, value in envelope_body(response).items() if name in names]
    if not values or not isinstance(values[0], JsonObject):
        raise ExpectationFailed(f"body.{names[0]} as an object", str(response))
    return values[0]


def created_object_or_skip(response: Response, *names: str) -> JsonObject:
    """Return the created object with one of these names; without an id the test is not verified."""
    try:
        created = object_in_body(created_or_skip(names[0], response), *names)
    except ExpectationFailed as error:
        not_verified(f"the response to a new {names[0]} does not contain it: {error}")
    if not isinstance(created.get("id"), int):
        not_verified(f"the response to a new {names[0]} has no id")
    return created
