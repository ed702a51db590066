"""Playlists: how the suites arrange them, and what is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import json_objects


def add_clip(client: Client, playlist: object, clip: object) -> Response:
    """Put a clip into a playlist, whatever comes of it."""
    form = {"playlist_membership[audio_clip_id]": clip}
    return client.post(f"/playlists/{playlist}/memberships", form=form)


def move_membership(client: Client, playlist: object, membership: object, position: int) -> Response:
    """Move a membership to a position, from 1, whatever comes of it."""
    form = {"playlist_membership[position]": position}
    return client.put(f"/playlists/{playlist}/memberships/{membership}", form=form)


def remove_membership(client: Client, playlist: object, membership: object) -> Response:
    """Take a membership out of a playlist, whatever comes of it."""
    return client.delete(f"/playlists/{playlist}/memberships/{membership}")


def fetch_playlist(client: Client, playlist: object) -> JsonObject:
    """The playlist with this id, as its own resource has it, or ExpectationFailed."""
    return object_in_body(client.get(f"/playlists/{playlist}").expect_ok(), "playlist")


def fetch_memberships(client: Client, playlist: object) -> list[JsonObject]:
    """The memberships of a playlist in their order; ExpectationFailed if their positions give another one."""
    found = fetch_playlist(client, playlist)["memberships"]
    if not isinstance(found, list):
        raise ExpectationFailed("memberships as a list", repr(found))
    positions = [one["position"] for one in json_objects(found)]
    if not all(isinstance(one, int) for one in positions) or positions != sorted(set(positions)):
        raise ExpectationFailed("memberships in the order of their positions", f"the positions {positions}")
    return json_objects(found)


def assert_clips(client: Client, playlist: object, clips: Sequence[Any]) -> None:
    """ExpectationFailed where a playlist does not have these clips in this order."""
    found = [one["audio_clip_id"] for one in fetch_memberships(client, playlist)]
    if found != list(clips):
        raise ExpectationFailed(f"the clips {list(clips)} in playlist {playlist}", str(found))


def moved(items: Sequence[Any], at: int, position: int) -> list[Any]:
    """The items when the one at an index has been moved to a position; the others keep their order."""
    rest = [*items[:at], *items[at + 1 :]]
    return [*rest[: position - 1], items[at], *rest[position - 1 :]]
