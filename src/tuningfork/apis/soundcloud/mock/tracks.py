"""Tracks (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tuningfork.apis.soundcloud.mock.entities import Track, User
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


class Tracks:
    """All tracks, and who likes them."""

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock
        self.ids = Ids(900_001)
        self.likes = Relation()
        self.reposts = Relation()
        self._tracks: dict[int, Track] = {}
        self._of: dict[int, dict[int, Track]] = {}

    def add(self, track: Track) -> None:
        """One more."""
        self._tracks[track.id] = track
        self._of.setdefault(track.owner.id, {})[track.id] = track

    def create(self, owner: User, fields: Fields, duration: int) -> Track:
        """A new upload; what is not given takes its default (SC-UPLOAD-08)."""
        now = int(self.mock.clock.now())
        id_ = self.ids.take()
        name = slug(fields.pop("permalink", None) or fields["title"])
        permalink = self.permalink(owner, name or f"track-{id_}", id_)
        track = Track(
            id=id_,
            owner=owner,
            permalink=permalink,
            duration=duration,
            created_at=now,
            last_modified=now,
            secret_token=f"s-{secrets.token_urlsafe(12)}",
            **fields,
        )
        self.add(track)
        return track

    def change(self, track: Track, fields: Fields) -> None:
        """Set what is named and nothing else (SC-META-01)."""
        if wanted := fields.pop("permalink", None):
            name = slug(wanted) or track.permalink
            track.permalink = self.permalink(track.owner, name, track.id)
        for name, value in fields.items():
            setattr(track, name, value)
        track.last_modified = int(self.mock.clock.now())

    def permalink(self, owner: User, name: str, id_: int) -> str:
        """The name, or one like it if another track of the owner has it."""
        taken = any(track.permalink == name and track.id != id_ for track in self.of(owner))
        return f"{name}-{id_}" if taken else name

    def delete(self, track: Track) -> None:
        """Gone from everywhere (SC-TRACK-06)."""
        del self._tracks[track.id]
        del self._of[track.owner.id][track.id]
        self.likes.forget(track.id)
        self.reposts.forget(track.id)
        self.mock.playlists.drop(track)
        self.mock.comments.drop(track)

    def find(self, id_: int | None) -> Track | None:
        """The track of an id."""
        return self._tracks.get(id_) if id_ is not None else None

    def need(self, text: str, call: Call) -> Track:
        """The track of an id in a path, if the viewer may have it; Refusal 404 (SC-TRACK-02)."""
        track = self.find(self.mock.number(text))
        if track is None or not self.mock.guard.sees(track, call):
            raise Refusal(404)
        return track

    def of(self, user: User) -> list[Track]:
        """All of a user's."""
        return list(self._of.get(user.id, {}).values())

    def public(self) -> list[Track]:
        """Everybody's that are public, newest first (SC-FIND-11)."""
        return self.newest(self.visible(self._tracks.values()))

    def public_of(self, user: User) -> list[Track]:
        """A user's that are public, newest first."""
        return self.newest(self.visible(self.of(user)))

    def visible(self, tracks: Iterable[Track]) -> list[Track]:
        """Those that stand in lists for everybody."""
        return [track for track in tracks if track.sharing == "public"]

    def count(self, user: User, sharing: str) -> int:
        """How many public or private ones a user has."""
        return sum(track.sharing == sharing for track in self._of.get(user.id, {}).values())

    def newest(self, tracks: Iterable[Track]) -> list[Track]:
        """Newest first."""
        return sorted(tracks, key=self.key, reverse=True)

    def key(self, track: Track) -> Key:
        """Where it stands among the newest; uploads of the same second have an order too."""
        return (track.created_at, track.id)

    def liked(self, user: User) -> list[tuple[int, Track]]:
        """What a user likes, newest like first, each with its place."""
        return [(place, self._tracks[id_]) for id_, place in self.likes.objects(user.id).items()]

    def like(self, user: User, track: Track) -> bool:
        """Whether that is new (SC-SOC-06)."""
        return self.likes.add(user.id, track.id)

    def unlike(self, user: User, track: Track) -> bool:
        """Whether there was anything to undo."""
        return self.likes.remove(user.id, track.id)

    def favoriters(self, track: Track) -> list[tuple[int, User]]:
        """Who likes a track, newest like first, each with its place."""
        found = self.likes.subjects(track.id).items()
        return [(place, user) for id_, place in found if (user := self.mock.users.find(id_))]

    def related(self, track: Track) -> list[Track]:
        """Public ones like it, its genre first, newest first."""
        others = [other for other in self.public() if other.id != track.id]
        return sorted(others, key=lambda other: other.genre != track.genre)[:100]

    def streams(self, track: Track) -> bool:
        """Whether it can be played at full length (SC-STREAM-01, SC-STREAM-06)."""
        return track.access == "playable"

    def secret(self, track: Track, call: Call) -> str | None:
        """Its secret token, for its owner."""
        return track.secret_token if self.mock.guard.owns(track, call.viewer) else None

    def show(self, track: Track, call: Call) -> dict[str, Any]:
        """A track, as this viewer has it (SC-TRACK-01)."""
        uri = f"{call.base}/tracks/{track.id}"
        secret = self.secret(track, call)
        year, month, day = track.release_date or (None, None, None)
        shown = {
            "kind": "track",
            "id": track.id,
            "created_at": stamp(track.created_at),
            "last_modified": stamp(track.last_modified),
            "duration": track.duration,
            "commentable": track.commentable,
            "comment_count": self.mock.comments.count(track),
            "sharing": track.sharing,
            "tag_list": track.tag_list,
            "streamable": track.streamable,
            "embeddable_by": track.embeddable_by,
            "purchase_url": track.purchase_url,
            "purchase_title": track.purchase_title,
            "genre": track.genre,
            "title": track.title,
            "description": track.description,
            "label_name": track.label_name,
            "release": track.release,
            "key_signature": track.key_signature,
            "isrc": track.isrc,
            "bpm": track.bpm,
            "release_year": year,
            "release_month": month,
            "release_day": day,
            "license": track.license,
            "uri": uri,
            "user": self.mock.users.brief(track.owner, call),
            "permalink": track.permalink,
            "permalink_url": f"{SITE}/{track.owner.permalink}/{track.permalink}",
            "artwork_url": track.artwork_url,
            "download_url": None,
            "waveform_url": f"https://wave.sndcdn.com/{track.id:012d}_m.png",
            "available_country_codes": None,
            "secret_token": secret,
            "secret_uri": f"{uri}?secret_token={secret}" if secret else None,
            "user_favorite": call.viewer is not None and self.likes.has(call.viewer.id, track.id),
            "user_playback_count": None,
            "playback_count": track.playback_count,
            "download_count": 0,
            "favoritings_count": self.likes.count_subjects(track.id),
            "reposts_count": self.reposts.count_subjects(track.id),
            "downloadable": track.downloadable,
            "access": track.access,
        }
        if self.streams(track):
            shown["stream_url"] = f"{uri}/stream"
        return shown

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self.likes.reset()
        self.reposts.reset()
        self._tracks.clear()
        self._of.clear()
