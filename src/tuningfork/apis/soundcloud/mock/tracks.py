"""Tracks (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from tuningfork.apis.soundcloud.mock.authorization import Authorization
from tuningfork.apis.soundcloud.mock.comments import Comments
from tuningfork.apis.soundcloud.mock.models import Track, User
from tuningfork.apis.soundcloud.mock.request_context import RequestContext
from tuningfork.apis.soundcloud.mock.request_parsing import Properties
from tuningfork.apis.soundcloud.mock.timestamps import format_timestamp
from tuningfork.apis.soundcloud.mock.users import SITE, Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import slug
from tuningfork.mock.state import Association, IdSequence

Key = tuple[int, int]
MAX_RELATED_TRACKS = 100


class References(Protocol):
    """Data that refers to tracks: playlists and comments."""

    def remove_track(self, track: Track) -> None:
        """Remove every reference to a deleted track."""


class Tracks:
    """All tracks, and which users like and repost them.

    Args:
        parse_id: returns the id in a path segment, None for other text.
    """

    def __init__(
        self,
        clock: Clock,
        parse_id: Callable[[str], int | None],
        authorization: Authorization,
        users: Users,
        comments: Comments,
    ) -> None:
        self._clock = clock
        self._parse_id = parse_id
        self._authorization = authorization
        self._users = users
        self._comments = comments
        self.references: list[References] = []
        self.ids = IdSequence(900_001)
        self.likes = Association()
        self.reposts = Association()
        self._tracks: dict[int, Track] = {}
        self._by_owner: dict[int, dict[int, Track]] = {}

    def add(self, track: Track) -> None:
        """Store a track."""
        self._tracks[track.id] = track
        self._by_owner.setdefault(track.owner.id, {})[track.id] = track

    def create(self, owner: User, properties: Properties, duration: int) -> Track:
        """Create and store a track with a new id; missing properties get their defaults (SC-UPLOAD-08)."""
        now = int(self._clock.now())
        id_ = self.ids.take()
        name = slug(properties.pop("permalink", None) or properties["title"])
        permalink = self.unique_permalink(owner, name or f"track-{id_}", id_)
        track = Track(
            id=id_,
            owner=owner,
            permalink=permalink,
            duration=duration,
            created_at=now,
            last_modified=now,
            secret_token=f"s-{secrets.token_urlsafe(12)}",
            **properties,
        )
        self.add(track)
        return track

    def update(self, track: Track, properties: Properties) -> None:
        """Set these properties and leave all others unchanged (SC-META-01)."""
        if permalink := properties.pop("permalink", None):
            name = slug(permalink) or track.permalink
            track.permalink = self.unique_permalink(track.owner, name, track.id)
        for name, value in properties.items():
            setattr(track, name, value)
        track.last_modified = int(self._clock.now())

    def unique_permalink(self, owner: User, name: str, id_: int) -> str:
        """Return `name`, with the id appended if another track of the owner has that permalink."""
        is_taken = any(track.permalink == name and track.id != id_ for track in self.list_by_user(owner))
        return f"{name}-{id_}" if is_taken else name

    def delete(self, track: Track) -> None:
        """Delete a track, its likes, its reposts, its comments and its entries in playlists (SC-TRACK-06)."""
        del self._tracks[track.id]
        del self._by_owner[track.owner.id][track.id]
        self.likes.forget(track.id)
        self.reposts.forget(track.id)
        for references in self.references:
            references.remove_track(track)

    def find(self, id_: int | None) -> Track | None:
        """Return the track with this id, or None."""
        return self._tracks.get(id_) if id_ is not None else None

    def get_or_404(self, text: str, context: RequestContext) -> Track:
        """Return the track whose id is in the path.

        Raises:
            HttpError: 404 if it does not exist or the viewer may not see it (SC-TRACK-02).
        """
        track = self.find(self._parse_id(text))
        if track is None or not self._authorization.can_see(track, context):
            raise HttpError(404)
        return track

    def list_by_user(self, user: User) -> list[Track]:
        """Return all tracks of a user."""
        return list(self._by_owner.get(user.id, {}).values())

    def list_public(self) -> list[Track]:
        """Return the public tracks of all users, newest first (SC-FIND-11)."""
        return self.sort_newest_first(self.filter_public(self._tracks.values()))

    def list_public_by_user(self, user: User) -> list[Track]:
        """Return the public tracks of a user, newest first."""
        return self.sort_newest_first(self.filter_public(self.list_by_user(user)))

    def filter_public(self, tracks: Iterable[Track]) -> list[Track]:
        """Return the public ones of these tracks."""
        return [track for track in tracks if track.sharing == "public"]

    def count(self, user: User, sharing: str) -> int:
        """Return the number of a user's tracks whose `sharing` is `public` or `private`."""
        return sum(track.sharing == sharing for track in self._by_owner.get(user.id, {}).values())

    def sort_newest_first(self, tracks: Iterable[Track]) -> list[Track]:
        """Return these tracks, newest first."""
        return sorted(tracks, key=self.sort_key, reverse=True)

    def sort_key(self, track: Track) -> Key:
        """Return the key by which lists are sorted; the id orders the tracks of one second."""
        return (track.created_at, track.id)

    def liked_by(self, user: User) -> list[tuple[int, Track]]:
        """Return the tracks that a user likes, newest like first, each with a sequence number."""
        return [(number, self._tracks[id_]) for id_, number in self.likes.objects(user.id).items()]

    def like(self, user: User, track: Track) -> bool:
        """Store a like; return whether it is new (SC-SOC-06)."""
        return self.likes.add(user.id, track.id)

    def unlike(self, user: User, track: Track) -> bool:
        """Delete a like; return whether it was stored."""
        return self.likes.remove(user.id, track.id)

    def favoriters(self, track: Track) -> list[tuple[int, User]]:
        """Return the users who like a track, newest like first, each with a sequence number."""
        numbers = self.likes.subjects(track.id).items()
        return [(number, user) for id_, number in numbers if (user := self._users.find(id_))]

    def related(self, track: Track) -> list[Track]:
        """Return other public tracks, those of the same genre first, newest first within each group."""
        others = [other for other in self.list_public() if other.id != track.id]
        return sorted(others, key=lambda other: other.genre != track.genre)[:MAX_RELATED_TRACKS]

    def has_stream(self, track: Track) -> bool:
        """Return whether the full track can be played (SC-STREAM-01, SC-STREAM-06)."""
        return track.access == "playable"

    def secret_token_for(self, track: Track, context: RequestContext) -> str | None:
        """Return the secret token of a track if the viewer owns it, else None."""
        return track.secret_token if self._authorization.owns(track, context.viewer) else None

    def serialize(self, track: Track, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a track for this viewer (SC-TRACK-01)."""
        uri = f"{context.base}/tracks/{track.id}"
        secret = self.secret_token_for(track, context)
        year, month, day = track.release_date or (None, None, None)
        body = {
            "kind": "track",
            "id": track.id,
            "created_at": format_timestamp(track.created_at),
            "last_modified": format_timestamp(track.last_modified),
            "duration": track.duration,
            "commentable": track.commentable,
            "comment_count": self._comments.count(track),
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
            "user": self._users.serialize_brief(track.owner, context),
            "permalink": track.permalink,
            "permalink_url": f"{SITE}/{track.owner.permalink}/{track.permalink}",
            "artwork_url": track.artwork_url,
            "download_url": None,
            "waveform_url": f"https://wave.sndcdn.com/{track.id:012d}_m.png",
            "available_country_codes": None,
            "secret_token": secret,
            "secret_uri": f"{uri}?secret_token={secret}" if secret else None,
            "user_favorite": context.viewer is not None and self.likes.has(context.viewer.id, track.id),
            "user_playback_count": None,
            "playback_count": track.playback_count,
            "download_count": 0,
            "favoritings_count": self.likes.count_subjects(track.id),
            "reposts_count": self.reposts.count_subjects(track.id),
            "downloadable": track.downloadable,
            "access": track.access,
        }
        if self.has_stream(track):
            body["stream_url"] = f"{uri}/stream"
        return body

    def reset(self) -> None:
        """Delete all tracks, likes and reposts."""
        self.ids.reset()
        self.likes.reset()
        self.reposts.reset()
        self._tracks.clear()
        self._by_owner.clear()
