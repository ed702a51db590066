"""Playlists (https://github.com/audioBoom/api: sections/playlists.md)."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Clip, Membership, Playlist, User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.users import Users
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id, whole_number
from tuningfork.mock.state import IdSequence


class Playlists:
    """Stores all playlists with their memberships; a playlist may contain a clip twice."""

    def __init__(self, users: Users) -> None:
        self.users = users
        self.ids = IdSequence(900_001)
        self.membership_ids = IdSequence(950_001)
        self._playlists: dict[int, Playlist] = {}

    def add(self, playlist: Playlist) -> None:
        """Store a playlist."""
        self._playlists[playlist.id] = playlist

    def create(self, owner: User, values: Values) -> Playlist:
        """Create an empty playlist (AB-LIST-01)."""
        playlist = Playlist(self.ids.take(), owner, **values)
        self.add(playlist)
        return playlist

    def update(self, playlist: Playlist, values: Values) -> None:
        """Set the given attributes of a playlist and no others (AB-LIST-01)."""
        for name, value in values.items():
            setattr(playlist, name, value)

    def delete(self, playlist: Playlist) -> None:
        """Delete a playlist, but not its clips."""
        del self._playlists[playlist.id]

    def get_or_404(self, text: str) -> Playlist:
        """Return the playlist whose id is `text`; raise HttpError 404 if there is no such playlist."""
        number = parse_id(text)
        playlist = self._playlists.get(number) if number is not None else None
        if playlist is None:
            raise HttpError(404, "there is no such playlist")
        return playlist

    def list_by_user(self, user: User) -> list[Playlist]:
        """Return the playlists of a user, newest first."""
        return [it for it in reversed(self._playlists.values()) if it.owner.id == user.id]

    def read_position(self, context: RequestContext, playlist: Playlist) -> int:
        """Return the position, from 1, that the request names (AB-LIST-02).

        Raises:
            HttpError: 422, the playlist does not have this position.
        """
        position = whole_number(context.text("playlist_membership[position]") or "")
        if position is None or not 1 <= position <= len(playlist.memberships):
            raise HttpError(422, "playlist_membership[position] is not a position of the playlist, from 1")
        return position

    def get_membership_or_404(self, playlist: Playlist, text: str) -> Membership:
        """Return the membership of `playlist` whose id is `text`; HttpError 404 if it does not exist."""
        number = parse_id(text)
        membership = next((it for it in playlist.memberships if it.id == number), None)
        if membership is None:
            raise HttpError(404, "there is no such membership")
        return membership

    def append_clip(self, playlist: Playlist, clip: Clip) -> Membership:
        """Append a clip to a playlist (AB-LIST-02)."""
        membership = Membership(self.membership_ids.take(), clip.id)
        playlist.memberships.append(membership)
        return membership

    def move_membership(self, playlist: Playlist, membership: Membership, position: int) -> None:
        """Move a membership to a position; all other memberships keep their order (AB-LIST-02)."""
        playlist.memberships.remove(membership)
        playlist.memberships.insert(position - 1, membership)

    def remove_membership(self, playlist: Playlist, membership: Membership) -> None:
        """Remove a membership from its playlist (AB-LIST-02)."""
        playlist.memberships.remove(membership)

    def remove_clip(self, clip: Clip) -> None:
        """Remove a deleted clip from all playlists (AB-CLIP-11)."""
        for playlist in self._playlists.values():
            playlist.memberships = [it for it in playlist.memberships if it.clip_id != clip.id]

    def serialize(self, playlist: Playlist, _context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a playlist with its memberships in order (AB-LIST-02)."""
        return {
            "id": playlist.id,
            "title": playlist.title,
            "user": self.users.serialize_brief(playlist.owner),
            "memberships": [self.serialize_membership(playlist, it) for it in playlist.memberships],
        }

    def serialize_membership(self, playlist: Playlist, membership: Membership) -> dict[str, int]:
        """Return the JSON of a membership."""
        position = playlist.memberships.index(membership) + 1
        return {"id": membership.id, "position": position, "audio_clip_id": membership.clip_id}

    def reset(self) -> None:
        """Delete all playlists."""
        self.ids.reset()
        self.membership_ids.reset()
        self._playlists.clear()
