"""What the operations of Audioboo make, and how it is found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.client.creation import Creation, Relation


def _one_of(*names: str) -> Callable[[Any], Any]:
    """What gives the object that the envelope's body has under one of these names."""

    def shown(answer: Any) -> Any:
        body = answer["body"]
        return next((body[name] for name in names if name in body), None)

    return shown


CREATIONS = (
    Creation(
        "POST /account/audio_clips",
        needs=("title", "uploaded_data"),
        item="/audio_clips/{id}",
        listing="/account/audio_clips",
        markers=("title",),
        shown=_one_of("audio_clip"),
        time="uploaded_at",
    ),
    Creation(
        "POST /playlists",
        needs=("title",),
        item="/playlists/{id}",
        listing="/users/{me}/playlists",
        markers=("title",),
        shown=_one_of("playlist"),
    ),
    Creation(
        "POST /audio_clips/{clip_id}/comments",
        needs=("body",),
        item="{path}/{id}",
        listing="{path}",
        markers=("body",),
        shown=_one_of("comment"),
    ),
    Creation(
        "POST /playlists/{playlist_id}/memberships",
        needs=("audio_clip_id",),
        shown=_one_of("playlist_membership", "membership"),
    ),
    Creation("POST /attachments", needs=("chunk",), shown=_one_of("attachment")),
    Creation("POST /sources/register", needs=("unique_identifier",), shown=_one_of("source")),
)
RELATIONS = (
    Relation(
        "POST /audio_clips/{clip_id}/favourites",
        undo="/audio_clips/{id}/favourites",
        listing="/account/audio_clips/favourites",
    ),
    Relation(
        "POST /account/followings",
        undo="/account/followings?following_user_id={id}",
        listing="/account/followings",
        parameter="following_user_id",
    ),
)
