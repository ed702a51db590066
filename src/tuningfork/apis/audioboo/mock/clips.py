"""Clips (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from tuningfork.apis.audioboo.mock.comments import Comments
from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.geocoding import nearest_city
from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.apis.audioboo.mock.permissions import Permissions
from tuningfork.apis.audioboo.mock.playlists import Playlists
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.apis.audioboo.mock.timestamps import format_timestamp
from tuningfork.apis.audioboo.mock.users import SITE, Users
from tuningfork.mock.clock import Clock
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id, slug
from tuningfork.mock.state import Association, IdSequence


class Clips:
    """Stores all clips, and the favourites of users."""

    def __init__(
        self, users: Users, comments: Comments, playlists: Playlists, permissions: Permissions, clock: Clock
    ) -> None:
        self.users = users
        self.comments = comments
        self.playlists = playlists
        self.permissions = permissions
        self.clock = clock
        self.ids = IdSequence(900_001)
        self.favourites = Association()
        self.featured_ids: list[int] = []
        self._clips: dict[int, Clip] = {}
        self._by_owner: dict[int, dict[int, Clip]] = {}

    def add(self, clip: Clip) -> None:
        """Store a clip."""
        self._clips[clip.id] = clip
        self._by_owner.setdefault(clip.owner.id, {})[clip.id] = clip

    def create(self, owner: User, values: Values, duration: float) -> Clip:
        """Create a clip from an upload; attributes that `values` lacks take their default (AB-REQ-02)."""
        now = int(self.clock.now())
        clip = Clip(
            id=self.ids.take(),
            owner=owner,
            duration=duration,
            uploaded_at=now,
            **{"recorded_at": now, **values},
        )
        self.add(clip)
        return clip

    def update(self, clip: Clip, values: Values) -> None:
        """Set the given attributes of a clip and no others (AB-CLIP-10)."""
        for name, value in values.items():
            setattr(clip, name, value)

    def delete(self, clip: Clip) -> None:
        """Delete a clip, also from favourites, featured clips and playlists (AB-CLIP-11)."""
        del self._clips[clip.id]
        del self._by_owner[clip.owner.id][clip.id]
        self.favourites.forget(clip.id)
        self.featured_ids = [id_ for id_ in self.featured_ids if id_ != clip.id]
        self.comments.delete_by_clip(clip)
        self.playlists.remove_clip(clip)

    def find(self, id_: int | None) -> Clip | None:
        """Return the clip with this id, or None."""
        return self._clips.get(id_) if id_ is not None else None

    def get_or_404(self, text: str) -> Clip:
        """Return the clip whose id is `text`; raise HttpError 404 if there is no such clip (AB-CLIP-05)."""
        clip = self.find(parse_id(text))
        if clip is None:
            raise HttpError(404, "there is no such clip")
        return clip

    def find_by_uuid(self, owner: User, uuid: str | None) -> Clip | None:
        """Return the clip that `owner` has uploaded with this uuid, or None (AB-REQ-06)."""
        return next((clip for clip in self.list_by_user(owner) if uuid and clip.uuid == uuid), None)

    def list_by_user(self, user: User) -> list[Clip]:
        """Return the clips of a user, newest first."""
        return self.sort_newest_first(self._by_owner.get(user.id, {}).values())

    def list_all(self) -> list[Clip]:
        """Return the clips of all users, newest first (AB-CLIP-07)."""
        return self.sort_newest_first(self._clips.values())

    def sort_newest_first(self, clips: Iterable[Clip]) -> list[Clip]:
        """Return the clips sorted by their upload, newest first."""
        return sorted(clips, key=self.sort_key, reverse=True)

    def sort_key(self, clip: Clip) -> tuple[int, int]:
        """Return the key that sorts clips by time; uploads of the same second are sorted by id."""
        return (clip.uploaded_at, clip.id)

    def uploaded_until(self, clips: Iterable[Clip], max_time: float | None) -> list[Clip]:
        """Return the clips that were uploaded at `max_time` or before; all if it is None (AB-PAGE-05)."""
        return [clip for clip in clips if max_time is None or clip.uploaded_at <= max_time]

    def list_featured(self) -> list[Clip]:
        """Return the clips that the editors have selected."""
        return [self._clips[id_] for id_ in self.featured_ids]

    def list_popular(self) -> list[Clip]:
        """Return all clips, most played first."""
        return sorted(self.list_all(), key=lambda clip: clip.plays, reverse=True)

    def search(self, query: str) -> list[Clip]:
        """Return the clips whose title, tags and owner's name contain every word of `query` (AB-CLIP-08)."""
        words = query.casefold().split()
        return [clip for clip in self.list_all() if self.contains_words(words, self.searchable_text(clip))]

    def searchable_text(self, clip: Clip) -> str:
        """Return the text of a clip that a search looks at, in lower case."""
        return "\n".join((clip.title, *clip.tag_list, clip.owner.username)).casefold()

    def contains_words(self, words: list[str], text: str) -> bool:
        """Return True if `text` contains all words."""
        return all(word in text for word in words)

    def list_by_tag(self, tag: str) -> list[Clip]:
        """Return the clips with this tag, compared without case (AB-CLIP-09)."""
        normalised = self.normalise_tag(tag)
        return [clip for clip in self.list_all() if normalised in map(self.normalise_tag, clip.tag_list)]

    def normalise_tag(self, tag: str) -> str:
        """Return the form of a tag that is compared: lower case, single spaces (AB-CLIP-04)."""
        return " ".join(tag.split()).lower()

    def list_followed_by(self, user: User) -> list[Clip]:
        """Return the clips of the users that `user` follows, newest first (AB-REQ-01, AB-SOC-02)."""
        return self.sort_newest_first(
            clip for followed in self.users.followings(user) for clip in self.list_by_user(followed)
        )

    def list_favourites(self, user: User) -> list[Clip]:
        """Return the favourites of a user, newest favourite first (AB-SOC-03)."""
        return [self._clips[id_] for id_ in self.favourites.objects(user.id)]

    def add_favourite(self, user: User, clip: Clip) -> bool:
        """Add a favourite; return False if it existed (AB-SOC-03)."""
        return self.favourites.add(user.id, clip.id)

    def remove_favourite(self, user: User, clip: Clip) -> bool:
        """Delete a favourite; return False if it did not exist (AB-SOC-03)."""
        return self.favourites.remove(user.id, clip.id)

    def serialize(self, clip: Clip, context: RequestContext) -> dict[str, Any]:
        """Return the JSON of a clip (AB-CLIP-01, AB-CLIP-02); `tags` and `location` only if it has any."""
        serialized = {
            "id": clip.id,
            "title": clip.title,
            "description": clip.description,
            "duration": clip.duration,
            "recorded_at": format_timestamp(clip.recorded_at),
            "uploaded_at": format_timestamp(clip.uploaded_at),
            "urls": self.urls(clip, context),
            "user": self.users.serialize_brief(clip.owner),
            "counts": {"plays": clip.plays, "comments": self.comments.count(clip)},
        }
        if tags := self.serialize_tags(clip):
            serialized["tags"] = tags
        if location := self.serialize_location(clip, context):
            serialized["location"] = location
        return serialized

    def urls(self, clip: Clip, context: RequestContext) -> dict[str, str | None]:
        """Return the URLs of the clip's page, of its image, and of its audio on this server."""
        path = f"/boos/{clip.id}-{slug(clip.title)}".removesuffix("-")
        return {
            "detail": f"{SITE}{path}",
            "high_mp3": f"{context.base}{path}.mp3",
            "image": f"{SITE}/files/images/{clip.id}.jpg" if clip.has_image else None,
        }

    def serialize_tags(self, clip: Clip) -> list[dict[str, str]]:
        """Return the JSON of all tags of a clip (AB-CLIP-04)."""
        return [self.serialize_tag(tag) for tag in clip.tag_list]

    def serialize_tag(self, tag: str) -> dict[str, str]:
        """Return the JSON of one tag: as it was sent, normalised, and its URL."""
        normalised = self.normalise_tag(tag)
        return {
            "display_tag": tag,
            "normalised_tag": normalised,
            "url": f"{SITE}/tag/{quote(normalised, safe='')}",
        }

    def serialize_location(self, clip: Clip, context: RequestContext) -> dict[str, Any] | None:
        """Return the JSON of a clip's location (AB-CLIP-03), or None if it has none or hides it."""
        latitude, longitude = clip.location_latitude, clip.location_longitude
        if latitude is None or longitude is None:
            return None
        if not (clip.public_location or self.permissions.owns(clip, context.viewer)):
            return None
        return {
            "description": nearest_city(latitude, longitude).name,
            "latitude": latitude,
            "longitude": longitude,
            "accuracy": clip.location_accuracy,
        }

    def reset(self) -> None:
        """Delete all clips and favourites."""
        self.ids.reset()
        self.favourites.reset()
        self.featured_ids = []
        self._clips.clear()
        self._by_owner.clear()
