"""The operations that create resources, and the lists in which created resources are listed."""

from __future__ import annotations

from tuningfork.client.creation import Creation, Relation

CREATIONS = (
    Creation(
        "POST /tracks",
        needs=("title", "asset_data"),
        item="/tracks/{id}",
        listing="/me/tracks",
        markers=("title",),
        time="created_at",
    ),
    Creation(
        "POST /playlists",
        needs=("title",),
        item="/playlists/{id}",
        listing="/me/playlists",
        markers=("title",),
        time="created_at",
    ),
    Creation("POST /tracks/{track_id}/comments", needs=("body",)),
)
RELATIONS = (
    Relation("PUT /me/followings/{user_id}", undo="/me/followings/{id}", listing="/me/followings"),
    Relation("POST /likes/tracks/{track_id}", undo="/likes/tracks/{id}", listing="/me/likes/tracks"),
    Relation(
        "POST /likes/playlists/{playlist_id}", undo="/likes/playlists/{id}", listing="/me/likes/playlists"
    ),
)
