"""Ids of resources that exist, found in public lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tuningfork.apis.audioboo.lookup import MAX_OWNERS, NONEXISTENT_IDS, fetch_newest_clips, owner_ids
from tuningfork.apis.audioboo.tags import most_common_tags
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.listings import ids

UNUSED_ID = NONEXISTENT_IDS[0]


def existing_ids(client: Client) -> dict[str, Any]:
    """Return ids of existing resources by the name of the path parameter."""
    clips = fetch_newest_clips(client, 20)
    users = [clip["user"] for clip in clips if isinstance(clip.get("user"), JsonObject)]
    tags = [quote(str(tag["normalised_tag"]), safe="") for tag in most_common_tags(clips)]
    owners = owner_ids(clips) or [UNUSED_ID]
    return {
        "clip_id": clips[-1]["id"],
        "user_id": owners[0],
        "username": users[0].get("username", UNUSED_ID) if users else UNUSED_ID,
        "tag": tags[0] if tags else UNUSED_ID,
        "playlist_id": next(_playlist_ids(client, owners), UNUSED_ID),
    }


def _playlist_ids(client: Client, user_ids: list[Any]) -> Iterator[Any]:
    """Yield the ids of the playlists of the first MAX_OWNERS users."""
    for user_id in user_ids[:MAX_OWNERS]:
        response = client.get(f"/users/{user_id}/playlists")
        yield from ids(response.items) if response.status == 200 else ()
