"""What goes wrong with playlists (https://github.com/audioBoom/api: sections/playlists.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.models import Clip, Membership, Playlist, User
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

RENAME = "PUT /playlists/{playlist_id}"
DELETE = "DELETE /playlists/{playlist_id}"


@fault("AB-LIST-01")
def playlist_without_a_title_is_untitled(mock: Any) -> None:
    """POST /playlists without a title is answered 201."""

    def playlist(playlist: Any, call: Any) -> dict[str, Any]:
        kept: dict[str, Any] = playlist(call)
        return kept if call.operation == RENAME else {"title": "Untitled"} | kept

    wrap_method(mock.fields, "playlist", playlist)


@fault("AB-LIST-01")
def strangers_rename_playlists(mock: Any) -> None:
    """PUT does not ask whose playlist it is; DELETE does."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if call.operation != RENAME:
            need(thing, call)

    wrap_method(mock.rights, "need_owner", need_owner)


@fault("AB-LIST-01")
def strangers_rename_playlists_by_a_query(mock: Any) -> None:
    """PUT does not ask whose playlist it is where the title is in the query."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if call.operation != RENAME or "playlist[title]" not in call.request.args:
            need(thing, call)

    wrap_method(mock.rights, "need_owner", need_owner)


@fault("AB-LIST-02")
def positions_are_in_the_order_of_texts(mock: Any) -> None:
    """The tenth clip of a playlist stands before the second."""

    def show(show: Any, playlist: Playlist, call: Any) -> dict[str, Any]:
        shown: dict[str, Any] = show(playlist, call)
        shown["memberships"].sort(key=lambda member: str(member["position"]))
        return shown

    wrap_method(mock.playlists, "show", show)


@fault("AB-LIST-01")
def strangers_deletion_of_a_playlist_is_done(mock: Any) -> None:
    """Somebody else's DELETE is refused, but the playlist is gone."""

    def delete(handle: Any, mock: Any, call: Any, playlist_id: str) -> Any:
        try:
            return handle(mock, call, playlist_id)
        except HttpError as refusal:
            if refusal.status == 403:
                mock.playlists.delete(mock.playlists.need(playlist_id))
            raise

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AB-LIST-01")
def playlist_is_renamed_in_the_answer_only(mock: Any) -> None:
    """PUT answers with the new title, and keeps the old one."""

    def change(handle: Any, mock: Any, call: Any, playlist_id: str) -> Any:
        playlist = mock.playlists.need(playlist_id)
        title = playlist.title
        answer = handle(mock, call, playlist_id)
        playlist.title = title
        return answer

    wrap_handler(mock.handlers, RENAME, change)


@fault("AB-LIST-01")
def deleted_playlist_is_read_again(mock: Any) -> None:
    """DELETE of a playlist only takes it out of its owner's list."""
    deleted: set[int] = set()
    mock.playlists.delete = lambda playlist: deleted.add(playlist.id)

    def of(of: Any, user: User) -> list[Playlist]:
        return [playlist for playlist in of(user) if playlist.id not in deleted]

    wrap_method(mock.playlists, "of", of)


@fault("AB-LIST-02")
def clip_is_added_at_the_beginning(mock: Any) -> None:
    """A clip that is added to a playlist comes first."""

    def append(append: Any, playlist: Playlist, clip: Clip) -> Membership:
        member: Membership = append(playlist, clip)
        playlist.memberships.insert(0, playlist.memberships.pop())
        return member

    wrap_method(mock.playlists, "append", append)


@fault("AB-LIST-02")
def move_to_the_end_stops_before_it(mock: Any) -> None:
    """A membership that is moved to the last position stands before the last one."""

    def move(move: Any, playlist: Playlist, member: Membership, position: int) -> None:
        last = position == len(playlist.memberships)
        move(playlist, member, max(1, position - 1) if last else position)

    wrap_method(mock.playlists, "move", move)


@fault("AB-LIST-02")
def moved_clips_change_places(mock: Any) -> None:
    """A membership that is moved changes places with the one that stood there."""

    def move(_move: Any, playlist: Playlist, member: Membership, position: int) -> None:
        members = playlist.memberships
        here, there = members.index(member), position - 1
        members[here], members[there] = members[there], members[here]

    wrap_method(mock.playlists, "move", move)


@fault("AB-LIST-02")
def move_downwards_is_off_by_one(mock: Any) -> None:
    """A membership that is moved towards the end stands one place before its position."""

    def move(move: Any, playlist: Playlist, member: Membership, position: int) -> None:
        downwards = position - 1 > playlist.memberships.index(member)
        move(playlist, member, position - 1 if downwards else position)

    wrap_method(mock.playlists, "move", move)


@fault("AB-LIST-02")
def last_clip_is_taken_out(mock: Any) -> None:
    """DELETE of a membership takes the last one out."""
    wrap_method(mock.playlists, "take_out", lambda _take_out, playlist, _member: playlist.memberships.pop())


@fault("AB-LIST-02")
def move_is_answered_and_not_kept(mock: Any) -> None:
    """PUT of a position is answered as if the membership stood there."""

    def move_member(handle: Any, mock: Any, call: Any, playlist_id: str, membership_id: str) -> Any:
        playlist = mock.playlists.need(playlist_id)
        before = list(playlist.memberships)
        answer = handle(mock, call, playlist_id, membership_id)
        playlist.memberships = before
        return answer

    operation = "PUT /playlists/{playlist_id}/memberships/{membership_id}"
    wrap_handler(mock.handlers, operation, move_member)
