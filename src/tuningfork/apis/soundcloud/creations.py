"""The operations that create resources, and the lists in which created resources are listed."""

from __future__ import annotations

from tuningfork.client.creation import Creation, Relation

CREATIONS = (
    Creation(
        "POST /tracks",
        required_patterns=("title", "asset_data"),
        item_path="/tracks/{id}",
        list_path="/me/tracks",
        marker_properties=("title",),
        note_properties=("description",),
        created_at_property="created_at",
    ),
    Creation(
        "POST /playlists",
        required_patterns=("title",),
        item_path="/playlists/{id}",
        list_path="/me/playlists",
        marker_properties=("title",),
        note_properties=("description",),
        created_at_property="created_at",
    ),
    Creation("POST /tracks/{track_id}/comments", required_patterns=("body",)),
)
RELATIONS = (
    Relation("PUT /me/followings/{user_id}", delete_path="/me/followings/{id}", list_path="/me/followings"),
    Relation("POST /likes/tracks/{track_id}", delete_path="/likes/tracks/{id}", list_path="/me/likes/tracks"),
    Relation(
        "POST /likes/playlists/{playlist_id}",
        delete_path="/likes/playlists/{id}",
        list_path="/me/likes/playlists",
    ),
)
