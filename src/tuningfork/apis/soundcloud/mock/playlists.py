"""Playlists (https://developers.soundcloud.com/docs/api/guide#playlists)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tuningfork.apis.soundcloud.mock.entities import Playlist, Track, User
from tuningfork.apis.soundcloud.mock.inputs import Fields
from tuningfork.apis.soundcloud.mock.stamp import stamp
from tuningfork.apis.soundcloud.mock.users import SITE
from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import slug
from tuningfork.mock.state import Ids, Relation

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

Key = tuple[int, int]


class Playlists:
    """All playlists, and who likes them."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.ids = Ids(900_001)
        self.likes = Relation()
        self.reposts = Relation()
        self._playlists: dict[int, Playlist] = {}

    def add(self, playlist: Playlist) -> None:
        """One more."""
        self._playlists[playlist.id] = playlist

    def create(self, owner: User, fields: Fields) -> Playlist:
        """A new one (SC-LIST-01)."""
        now = int(self.mock.clock.now())
        id_ = self.ids.take()
        name = slug(fields.pop("permalink", None) or fields["title"])
        playlist = Playlist(
            id=id_,
            owner=owner,
            permalink=self.permalink(owner, name or f"set-{id_}", id_),
            created_at=now,
            last_modified=now,
            secret_token=f"s-{secrets.token_urlsafe(12)}",
            **fields,
        )
        self.add(playlist)
        return playlist

    def change(self, playlist: Playlist, fields: Fields) -> None:
        """Set what is named and nothing else; `tracks` is the whole content (SC-LIST-04, SC-LIST-05)."""
        if wanted := fields.pop("permalink", None):
            name = slug(wanted) or playlist.permalink
            playlist.permalink = self.permalink(playlist.owner, name, playlist.id)
        for name, value in fields.items():
            setattr(playlist, name, value)
        playlist.last_modified = int(self.mock.clock.now())

    def permalink(self, owner: User, name: str, id_: int) -> str:
        """The name, or one like it if another playlist of the owner has it."""
        taken = any(playlist.permalink == name and playlist.id != id_ for playlist in self.of(owner))
        return f"{name}-{id_}" if taken else name

    def delete(self, playlist: Playlist) -> None:
        """Gone; its tracks stay (SC-LIST-10)."""
        del self._playlists[playlist.id]
        self.likes.forget(playlist.id)
        self.reposts.forget(playlist.id)

    def drop(self, track: Track) -> None:
        """Take a deleted track out of every playlist (SC-TRACK-06)."""
        for playlist in self._playlists.values():
            if track.id in playlist.tracks:
                playlist.tracks = [id_ for id_ in playlist.tracks if id_ != track.id]

    def listed(self, value: Any, call: Call) -> list[int]:
        """The track ids of `[{"id": …}]`, each once; Refusal 422 for one that is not there (SC-LIST-11)."""
        if not isinstance(value, list):
            raise Refusal(422, "tracks is not a list")
        return list(dict.fromkeys(self.track_id(item, call) for item in value))

    def track_id(self, item: Any, call: Call) -> int:
        """The id of one entry, of a track that this user may have."""
        id_ = item.get("id") if isinstance(item, dict) else None
        if isinstance(id_, str):
            id_ = self.mock.number(id_)
        if isinstance(id_, bool) or not isinstance(id_, int):
            raise Refusal(422, "a track has no id")
        track = self.mock.tracks.find(id_)
        if track is None or not self.mock.guard.sees(track, call):
            raise Refusal(422, f"there is no track {id_}")
        return id_

    def find(self, id_: int | None) -> Playlist | None:
        """The playlist of an id."""
        return self._playlists.get(id_) if id_ is not None else None

    def need(self, text: str, call: Call) -> Playlist:
        """The playlist of an id in a path, if the viewer may have it; Refusal 404 (SC-LIST-08)."""
        playlist = self.find(self.mock.number(text))
        if playlist is None or not self.mock.guard.sees(playlist, call):
            raise Refusal(404)
        return playlist

    def of(self, user: User) -> list[Playlist]:
        """All of a user's, newest first."""
        return self.newest(playlist for playlist in self._playlists.values() if playlist.owner.id == user.id)

    def public(self) -> list[Playlist]:
        """Everybody's that are public, newest first (SC-LIST-08)."""
        return self.newest(self.visible(self._playlists.values()))

    def public_of(self, user: User) -> list[Playlist]:
        """A user's that are public, newest first."""
        return self.visible(self.of(user))

    def visible(self, playlists: Iterable[Playlist]) -> list[Playlist]:
        """Those that stand in lists for everybody."""
        return [playlist for playlist in playlists if playlist.sharing == "public"]

    def count(self, user: User, sharing: str) -> int:
        """How many public or private ones a user has."""
        everybodys = self._playlists.values()
        return sum(it.owner.id == user.id and it.sharing == sharing for it in everybodys)

    def newest(self, playlists: Iterable[Playlist]) -> list[Playlist]:
        """Newest first."""
        return sorted(playlists, key=self.key, reverse=True)

    def key(self, playlist: Playlist) -> Key:
        """Where it stands among the newest."""
        return (playlist.created_at, playlist.id)

    def liked(self, user: User) -> list[tuple[int, Playlist]]:
        """What a user likes, newest like first, each with its place."""
        return [(place, self._playlists[id_]) for id_, place in self.likes.objects(user.id).items()]

    def like(self, user: User, playlist: Playlist) -> bool:
        """Whether that is new (SC-SOC-07)."""
        return self.likes.add(user.id, playlist.id)

    def unlike(self, user: User, playlist: Playlist) -> bool:
        """Whether there was anything to undo."""
        return self.likes.remove(user.id, playlist.id)

    def tracks_of(self, playlist: Playlist, call: Call) -> list[Track]:
        """Its tracks in their order, those that this viewer may have (SC-LIST-07)."""
        found = (self.mock.tracks.find(id_) for id_ in playlist.tracks)
        return [track for track in found if track and self.sees_within(track, call)]

    def sees_within(self, track: Track, call: Call) -> bool:
        """Whether a viewer has this track of a playlist, whose secret token opens no private track."""
        return track.sharing == "public" or self.mock.guard.owns(track, call.viewer)

    def duration(self, tracks: Iterable[Track]) -> int:
        """Milliseconds of all together (SC-LIST-13)."""
        return sum(track.duration for track in tracks)

    def secret(self, playlist: Playlist, call: Call) -> str | None:
        """Its secret token, for its owner."""
        return playlist.secret_token if self.mock.guard.owns(playlist, call.viewer) else None

    def shows_tracks(self, call: Call) -> bool:
        """Whether the tracks stand in the answer (SC-LIST-06)."""
        return call.args.get("show_tracks", "true").lower() not in ("false", "0")

    def show(self, playlist: Playlist, call: Call) -> dict[str, Any]:
        """A playlist, as this viewer has it (SC-LIST-02)."""
        uri = f"{call.base}/playlists/{playlist.id}"
        tracks = self.tracks_of(playlist, call)
        secret = self.secret(playlist, call)
        year, month, day = playlist.release_date or (None, None, None)
        shown = self.mock.tracks.show
        return {
            "kind": "playlist",
            "id": playlist.id,
            "title": playlist.title,
            "description": playlist.description,
            "duration": self.duration(tracks),
            "track_count": len(tracks),
            "tracks": [shown(track, call) for track in tracks] if self.shows_tracks(call) else [],
            "tracks_uri": f"{uri}/tracks",
            "sharing": playlist.sharing,
            "secret_token": secret,
            "secret_uri": f"{uri}?secret_token={secret}" if secret else None,
            "created_at": stamp(playlist.created_at),
            "last_modified": stamp(playlist.last_modified),
            "permalink": playlist.permalink,
            "permalink_url": f"{SITE}/{playlist.owner.permalink}/sets/{playlist.permalink}",
            "uri": uri,
            "user_id": playlist.owner.id,
            "user": self.mock.users.brief(playlist.owner, call),
            "genre": playlist.genre,
            "tag_list": playlist.tag_list,
            "tags": None,
            "license": playlist.license,
            "embeddable_by": "all",
            "streamable": True,
            "downloadable": None,
            "ean": playlist.ean,
            "label": None,
            "label_id": None,
            "label_name": playlist.label_name,
            "release": playlist.release,
            "release_year": year,
            "release_month": month,
            "release_day": day,
            "playlist_type": playlist.set_type,
            "type": playlist.set_type,
            "purchase_url": playlist.purchase_url,
            "purchase_title": playlist.purchase_title,
            "artwork_url": playlist.artwork_url,
            "likes_count": self.likes.count_subjects(playlist.id),
        }

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self.likes.reset()
        self.reposts.reset()
        self._playlists.clear()
