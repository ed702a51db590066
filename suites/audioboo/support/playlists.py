"""Requests that write playlists, and expectations of their clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import json_objects


def add_clip(client: Client, playlist: object, clip: object) -> Response:
    """Send POST of a membership: add a clip to a playlist."""
    form = {"playlist_membership[audio_clip_id]": clip}
    return client.post(f"/playlists/{playlist}/memberships", form=form)


def move_membership(client: Client, playlist: object, membership: object, position: int) -> Response:
    """Send PUT of a membership with a position, from 1."""
    form = {"playlist_membership[position]": position}
    return client.put(f"/playlists/{playlist}/memberships/{membership}", form=form)


def remove_membership(client: Client, playlist: object, membership: object) -> Response:
    """Send DELETE of a membership."""
    return client.delete(f"/playlists/{playlist}/memberships/{membership}")


def fetch_playlist(client: Client, playlist: object) -> JsonObject:
    """Return the playlist with this id."""
    return object_in_body(client.get(f"/playlists/{playlist}").expect_ok(), "playlist")


def fetch_memberships(client: Client, playlist: object) -> list[JsonObject]:
    """Return the memberships of a playlist; raise ExpectationFailed unless they are ordered by position."""
    found = fetch_playlist(client, playlist)["memberships"]
    if not isinstance(found, list):
        raise ExpectationFailed("memberships as a list", repr(found))
    positions = [one["position"] for one in json_objects(found)]
    if not all(isinstance(one, int) for one in positions) or positions != sorted(set(positions)):
        raise ExpectationFailed("memberships in the order of their positions", f"the positions {positions}")
    return json_objects(found)


def assert_clips(client: Client, playlist: object, clips: Sequence[Any]) -> None:
    """Raise ExpectationFailed unless a playlist has these clips in this order."""
    found = [one["audio_clip_id"] for one in fetch_memberships(client, playlist)]
    if found != list(clips):
        raise ExpectationFailed(f"the clips {list(clips)} in playlist {playlist}", str(found))


def moved(items: Sequence[Any], at: int, position: int) -> list[Any]:
    """Return the items with the one at index `at` moved to `position`; the others keep their order."""
    rest = [*items[:at], *items[at + 1 :]]
    return [*rest[: position - 1], items[at], *rest[position - 1 :]]
