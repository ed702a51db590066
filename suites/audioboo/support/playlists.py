"""Requests that write playlists, and expectations of their clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tuningfork.apis.audioboo.factories import object_in_body
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect, expect_true
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
        raise ExpectationFailed("memberships as a list", to_json(found))
    memberships = json_objects(found)
    positions = [membership["position"] for membership in memberships]
    are_integers = all(isinstance(position, int) for position in positions)
    expect_true(are_integers, "positions as integers", to_json(positions), memberships)
    expect(positions, sorted(set(positions)), "positions", memberships)
    return memberships


def assert_clips(client: Client, playlist: object, clips: Sequence[Any]) -> None:
    """Raise ExpectationFailed unless a playlist has these clips in this order."""
    memberships = fetch_memberships(client, playlist)
    clip_ids = [membership["audio_clip_id"] for membership in memberships]
    expect(clip_ids, list(clips), f"clips of playlist {playlist}", memberships)


def moved(items: Sequence[Any], index: int, position: int) -> list[Any]:
    """Return the items with the one at `index` moved to `position`, from 1; the others keep their order."""
    rest = [*items[:index], *items[index + 1 :]]
    return [*rest[: position - 1], items[index], *rest[position - 1 :]]
