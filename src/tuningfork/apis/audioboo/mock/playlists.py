"""Playlists (https://github.com/audioBoom/api: sections/playlists.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Clip, Membership, Playlist, User
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number
from tuningfork.mock.state import IdSequence

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext


class Playlists:
    """All playlists, and which clips are in them; a clip may be in one twice."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self.ids = IdSequence(900_001)
        self.membership_ids = IdSequence(950_001)
        self._playlists: dict[int, Playlist] = {}

    def add(self, playlist: Playlist) -> None:
        """One more."""
        self._playlists[playlist.id] = playlist

    def create(self, owner: User, kept: Values) -> Playlist:
        """A new one, empty (AB-LIST-01)."""
        playlist = Playlist(self.ids.take(), owner, **kept)
        self.add(playlist)
        return playlist

    def change(self, playlist: Playlist, kept: Values) -> None:
        """Set what is named and nothing else (AB-LIST-01)."""
        for name, value in kept.items():
            setattr(playlist, name, value)

    def delete(self, playlist: Playlist) -> None:
        """Gone; its clips stay."""
        del self._playlists[playlist.id]

    def need(self, text: str) -> Playlist:
        """The playlist of an id as it was written; HttpError 404."""
        number = self.mock.number(text)
        playlist = self._playlists.get(number) if number is not None else None
        if playlist is None:
            raise HttpError(404, "there is no such playlist")
        return playlist

    def of(self, user: User) -> list[Playlist]:
        """A user's, newest first."""
        return [it for it in reversed(self._playlists.values()) if it.owner.id == user.id]

    def clip(self, call: RequestContext) -> Clip:
        """The clip that a new membership names; HttpError 422 where there is none."""
        text = call.text("playlist_membership[audio_clip_id]") or ""
        clip = self.mock.clips.get(self.mock.number(text))
        if clip is None:
            raise HttpError(422, "playlist_membership[audio_clip_id] is no clip")
        return clip

    def position(self, call: RequestContext, playlist: Playlist) -> int:
        """Where a membership shall stand, from 1; HttpError 422 where nothing can (AB-LIST-02)."""
        position = whole_number(call.text("playlist_membership[position]") or "")
        if position is None or not 1 <= position <= len(playlist.memberships):
            raise HttpError(422, "playlist_membership[position] is a place in the playlist, from 1")
        return position

    def need_member(self, playlist: Playlist, text: str) -> Membership:
        """The membership of an id as it was written; HttpError 404."""
        number = self.mock.number(text)
        found = next((it for it in playlist.memberships if it.id == number), None)
        if found is None:
            raise HttpError(404, "there is no such membership")
        return found

    def append(self, playlist: Playlist, clip: Clip) -> Membership:
        """One more clip, at the end (AB-LIST-02)."""
        member = Membership(self.membership_ids.take(), clip.id)
        playlist.memberships.append(member)
        return member

    def move(self, playlist: Playlist, member: Membership, position: int) -> None:
        """Put it there; the others keep their order (AB-LIST-02)."""
        playlist.memberships.remove(member)
        playlist.memberships.insert(position - 1, member)

    def take_out(self, playlist: Playlist, member: Membership) -> None:
        """It is no longer in it (AB-LIST-02)."""
        playlist.memberships.remove(member)

    def drop(self, clip: Clip) -> None:
        """A deleted clip is in none (AB-CLIP-11)."""
        for playlist in self._playlists.values():
            playlist.memberships = [it for it in playlist.memberships if it.clip_id != clip.id]

    def show(self, playlist: Playlist, _call: RequestContext) -> dict[str, Any]:
        """A playlist and its memberships in their order (AB-LIST-02)."""
        return {
            "id": playlist.id,
            "title": playlist.title,
            "user": self.mock.users.brief(playlist.owner),
            "memberships": [self.show_member(playlist, member) for member in playlist.memberships],
        }

    def show_member(self, playlist: Playlist, member: Membership) -> dict[str, int]:
        """A membership."""
        position = playlist.memberships.index(member) + 1
        return {"id": member.id, "position": position, "audio_clip_id": member.clip_id}

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self.membership_ids.reset()
        self._playlists.clear()
