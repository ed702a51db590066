"""The operations of Audioboo that create resources, and how the created resources are found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.client.creation import Creation, Relation


def _body_property(*names: str) -> Callable[[Any], Any]:
    """Return a function that extracts the first property with one of `names` from the envelope's body."""

    def extract(envelope: Any) -> Any:
        body = envelope["body"]
        return next((body[name] for name in names if name in body), None)

    return extract


CREATIONS = (
    Creation(
        "POST /account/audio_clips",
        required_patterns=("title", "uploaded_data"),
        item_path="/audio_clips/{id}",
        list_path="/account/audio_clips",
        marker_properties=("title",),
        note_properties=("description",),
        extract_item=_body_property("audio_clip"),
        created_at_property="uploaded_at",
    ),
    Creation(
        "POST /playlists",
        required_patterns=("title",),
        item_path="/playlists/{id}",
        list_path="/users/{me}/playlists",
        marker_properties=("title",),
        extract_item=_body_property("playlist"),
    ),
    Creation(
        "POST /audio_clips/{clip_id}/comments",
        required_patterns=("body",),
        item_path="{path}/{id}",
        list_path="{path}",
        marker_properties=("body",),
        extract_item=_body_property("comment"),
    ),
    Creation(
        "POST /playlists/{playlist_id}/memberships",
        required_patterns=("audio_clip_id",),
        extract_item=_body_property("playlist_membership", "membership"),
    ),
    Creation("POST /attachments", required_patterns=("chunk",), extract_item=_body_property("attachment")),
    Creation(
        "POST /sources/register",
        required_patterns=("unique_identifier",),
        extract_item=_body_property("source"),
    ),
)
RELATIONS = (
    Relation(
        "POST /audio_clips/{clip_id}/favourites",
        delete_path="/audio_clips/{id}/favourites",
        list_path="/account/audio_clips/favourites",
    ),
    Relation(
        "POST /account/followings",
        delete_path="/account/followings?following_user_id={id}",
        list_path="/account/followings",
        id_parameter="following_user_id",
    ),
)
