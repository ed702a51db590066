"""Ids of resources that exist, found in public lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tuningfork.apis.audioboo.lookup import NOBODYS_IDS, OWNERS, newest_clips, users_of
from tuningfork.apis.audioboo.tags import tags_in
from tuningfork.client.client import Client, JsonObject
from tuningfork.testing.listings import ids

NOBODYS = NOBODYS_IDS[0]


def things(client: Client) -> dict[str, Any]:
    """What is there to be read, as far as some clips lead to it."""
    clips = newest_clips(client, 20)
    users = [clip["user"] for clip in clips if isinstance(clip.get("user"), JsonObject)]
    tags = [quote(str(tag["normalised_tag"]), safe="") for tag in tags_in(clips)]
    owners = users_of(clips) or [NOBODYS]
    return {
        "clip_id": clips[-1]["id"],
        "user_id": owners[0],
        "username": users[0].get("username", NOBODYS) if users else NOBODYS,
        "tag": tags[0] if tags else NOBODYS,
        "playlist_id": next(_playlists(client, owners), NOBODYS),
    }


def _playlists(client: Client, users: list[Any]) -> Iterator[Any]:
    for user in users[:OWNERS]:
        answer = client.get(f"/users/{user}/playlists")
        yield from ids(answer.items) if answer.status == 200 else ()
