"""Faults of playlists (https://github.com/audioBoom/api: sections/playlists.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, Membership, Playlist, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

RENAME = "PUT /playlists/{playlist_id}"
DELETE = "DELETE /playlists/{playlist_id}"


@fault("AB-LIST-01")
def playlist_without_title_is_created(mock: Any) -> None:
    """POST /playlists without a `title` returns 201 and creates a playlist with the title Untitled."""

    def read_playlist(original: Any, context: Any) -> dict[str, Any]:
        values: dict[str, Any] = original(context)
        return values if context.operation == RENAME else {"title": "Untitled"} | values

    wrap_method(mock.form_fields, "read_playlist", read_playlist)


@fault("AB-LIST-01")
def any_user_can_rename_playlists(mock: Any) -> None:
    """PUT of a playlist renames it for every user, not only for its owner; DELETE checks the owner."""

    def require_owner(original: Any, resource: Any, context: Any) -> None:
        if context.operation != RENAME:
            original(resource, context)

    wrap_method(mock.permissions, "require_owner", require_owner)


@fault("AB-LIST-01")
def any_user_can_rename_playlists_by_query(mock: Any) -> None:
    """PUT of a playlist with the title in the query renames it for every user, not only for its owner."""

    def require_owner(original: Any, resource: Any, context: Any) -> None:
        if context.operation != RENAME or "playlist[title]" not in context.request.args:
            original(resource, context)

    wrap_method(mock.permissions, "require_owner", require_owner)


@fault("AB-LIST-02")
def positions_are_sorted_as_strings(mock: Any) -> None:
    """The memberships of a playlist are sorted by position as a string: 10 before 2."""

    def serialize(original: Any, playlist: Playlist, context: Any) -> dict[str, Any]:
        serialized: dict[str, Any] = original(playlist, context)
        serialized["memberships"].sort(key=lambda membership: str(membership["position"]))
        return serialized

    wrap_method(mock.playlists, "serialize", serialize)


@fault("AB-LIST-01")
def refused_playlist_deletion_is_executed(mock: Any) -> None:
    """DELETE of another user's playlist returns 403, but deletes the playlist."""

    def delete(handle: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        try:
            return handle(mock, context, playlist_id)
        except HttpError as error:
            if error.status == 403:
                mock.playlists.delete(mock.playlists.get_or_404(playlist_id))
            raise

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AB-LIST-01")
def playlist_rename_is_not_stored(mock: Any) -> None:
    """PUT of a playlist returns the new title, but does not store it."""

    def change(handle: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        playlist = mock.playlists.get_or_404(playlist_id)
        title = playlist.title
        response = handle(mock, context, playlist_id)
        playlist.title = title
        return response

    wrap_handler(mock.handlers, RENAME, change)


@fault("AB-LIST-01")
def deleted_playlist_stays_readable(mock: Any) -> None:
    """A deleted playlist is removed only from its owner's list: GET still returns it."""
    deleted: set[int] = set()
    mock.playlists.delete = lambda playlist: deleted.add(playlist.id)

    def list_by_user(original: Any, user: User) -> list[Playlist]:
        return [playlist for playlist in original(user) if playlist.id not in deleted]

    wrap_method(mock.playlists, "list_by_user", list_by_user)


@fault("AB-LIST-02")
def clip_is_added_at_start(mock: Any) -> None:
    """A clip that is added to a playlist gets the first position."""

    def append_clip(original: Any, playlist: Playlist, clip: Clip) -> Membership:
        membership: Membership = original(playlist, clip)
        playlist.memberships.insert(0, playlist.memberships.pop())
        return membership

    wrap_method(mock.playlists, "append_clip", append_clip)


@fault("AB-LIST-02")
def move_to_end_stops_one_before(mock: Any) -> None:
    """A membership that is moved to the end gets the last position but one."""

    def move_membership(original: Any, playlist: Playlist, membership: Membership, position: int) -> None:
        last = position == len(playlist.memberships)
        original(playlist, membership, max(1, position - 1) if last else position)

    wrap_method(mock.playlists, "move_membership", move_membership)


@fault("AB-LIST-02")
def move_swaps_two_memberships(mock: Any) -> None:
    """Moving a membership swaps it with the one at the new position."""

    def move_membership(_original: Any, playlist: Playlist, membership: Membership, position: int) -> None:
        memberships = playlist.memberships
        old, new = memberships.index(membership), position - 1
        memberships[old], memberships[new] = memberships[new], memberships[old]

    wrap_method(mock.playlists, "move_membership", move_membership)


@fault("AB-LIST-02")
def move_downwards_is_off_by_one(mock: Any) -> None:
    """A membership that is moved downwards (to the end) gets the position before the requested one."""

    def move_membership(original: Any, playlist: Playlist, membership: Membership, position: int) -> None:
        downwards = position - 1 > playlist.memberships.index(membership)
        original(playlist, membership, position - 1 if downwards else position)

    wrap_method(mock.playlists, "move_membership", move_membership)


@fault("AB-LIST-02")
def last_membership_is_removed(mock: Any) -> None:
    """DELETE of a membership removes the last membership instead."""
    wrap_method(
        mock.playlists, "remove_membership", lambda _original, playlist, _member: playlist.memberships.pop()
    )


@fault("AB-LIST-02")
def move_is_not_stored(mock: Any) -> None:
    """PUT of a position returns the moved membership, but does not store the move."""

    def move_clip(handle: Any, mock: Any, context: Any, playlist_id: str, membership_id: str) -> Any:
        playlist = mock.playlists.get_or_404(playlist_id)
        before = list(playlist.memberships)
        response = handle(mock, context, playlist_id, membership_id)
        playlist.memberships = before
        return response

    operation = "PUT /playlists/{playlist_id}/memberships/{membership_id}"
    wrap_handler(mock.handlers, operation, move_clip)


@fault("AB-LIST-01")
def deletion_of_playlist_deletes_clips(mock: Any) -> None:
    """DELETE of a playlist also deletes the user's own clips in it."""

    def delete(original: Any, playlist: Playlist) -> None:
        clips = [mock.clips.find(membership.clip_id) for membership in playlist.memberships]
        original(playlist)
        for clip in clips:
            if clip is not None and clip.owner.id == playlist.owner.id:
                mock.clips.delete(clip)

    wrap_method(mock.playlists, "delete", delete)


@fault("AB-LIST-02")
def removal_is_from_all_playlists(mock: Any) -> None:
    """DELETE of a membership removes the clip from all playlists of the user."""

    def remove_membership(_original: Any, playlist: Playlist, membership: Membership) -> None:
        for each in mock.playlists.list_by_user(playlist.owner):
            each.memberships = [it for it in each.memberships if it.clip_id != membership.clip_id]

    wrap_method(mock.playlists, "remove_membership", remove_membership)
