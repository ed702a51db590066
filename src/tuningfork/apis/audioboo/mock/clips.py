"""Clips (https://github.com/audioBoom/api: sections/audio_clips.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.geocoding import nearest_city
from tuningfork.apis.audioboo.mock.models import Clip, User
from tuningfork.apis.audioboo.mock.timestamps import format_timestamp
from tuningfork.apis.audioboo.mock.users import SITE
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import slug
from tuningfork.mock.state import Association, IdSequence

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo
    from tuningfork.apis.audioboo.mock.request_context import RequestContext


class Clips:
    """All clips, and who favours them."""

    def __init__(self, mock: AudioBoo) -> None:
        self.mock = mock
        self.ids = IdSequence(900_001)
        self.favourites = Association()
        self.chosen: list[int] = []
        """The ids of those that the editors feature."""
        self._clips: dict[int, Clip] = {}
        self._of: dict[int, dict[int, Clip]] = {}

    def add(self, clip: Clip) -> None:
        """One more."""
        self._clips[clip.id] = clip
        self._of.setdefault(clip.owner.id, {})[clip.id] = clip

    def create(self, owner: User, kept: Values, duration: float) -> Clip:
        """A new upload; what is not given takes its default (AB-REQ-02)."""
        now = int(self.mock.clock.now())
        clip = Clip(
            id=self.ids.take(),
            owner=owner,
            duration=duration,
            uploaded_at=now,
            **{"recorded_at": now, **kept},
        )
        self.add(clip)
        return clip

    def change(self, clip: Clip, kept: Values) -> None:
        """Set what is named and nothing else (AB-CLIP-10)."""
        for name, value in kept.items():
            setattr(clip, name, value)

    def delete(self, clip: Clip) -> None:
        """Gone from everywhere (AB-CLIP-11)."""
        del self._clips[clip.id]
        del self._of[clip.owner.id][clip.id]
        self.favourites.forget(clip.id)
        self.chosen = [id_ for id_ in self.chosen if id_ != clip.id]
        self.mock.comments.drop(clip)
        self.mock.playlists.drop(clip)

    def get(self, id_: int | None) -> Clip | None:
        """The clip of an id."""
        return self._clips.get(id_) if id_ is not None else None

    def need(self, text: str) -> Clip:
        """The clip of an id as it was written; HttpError 404 (AB-CLIP-05)."""
        clip = self.get(self.mock.number(text))
        if clip is None:
            raise HttpError(404, "there is no such clip")
        return clip

    def of_uuid(self, owner: User, uuid: str | None) -> Clip | None:
        """The clip that its owner has sent under this name before (AB-REQ-06)."""
        return next((clip for clip in self.of(owner) if uuid and clip.uuid == uuid), None)

    def of(self, user: User) -> list[Clip]:
        """All of a user's, newest first."""
        return self.newest(self._of.get(user.id, {}).values())

    def all(self) -> list[Clip]:
        """Everybody's, newest first (AB-CLIP-07)."""
        return self.newest(self._clips.values())

    def newest(self, clips: Iterable[Clip]) -> list[Clip]:
        """Newest first."""
        return sorted(clips, key=self.key, reverse=True)

    def key(self, clip: Clip) -> tuple[int, int]:
        """Where it stands among the newest; uploads of the same second have an order too."""
        return (clip.uploaded_at, clip.id)

    def until(self, clips: Iterable[Clip], max_time: float | None) -> list[Clip]:
        """Those that were there at a time (AB-PAGE-05)."""
        return [clip for clip in clips if max_time is None or clip.uploaded_at <= max_time]

    def featured(self) -> list[Clip]:
        """Those that the editors have chosen."""
        return [self._clips[id_] for id_ in self.chosen]

    def popular(self) -> list[Clip]:
        """Those with the most listeners first."""
        return sorted(self.all(), key=lambda clip: clip.plays, reverse=True)

    def found(self, query: str) -> list[Clip]:
        """Those with every word of a query in the title, the tags or their owner's name (AB-CLIP-08)."""
        words = query.casefold().split()
        return [clip for clip in self.all() if self.matches(words, self.text(clip))]

    def text(self, clip: Clip) -> str:
        """Where words are looked for."""
        return "\n".join((clip.title, *clip.tag_list, clip.owner.username)).casefold()

    def matches(self, words: list[str], text: str) -> bool:
        """Whether all words are in the text."""
        return all(word in text for word in words)

    def tagged(self, tag: str) -> list[Clip]:
        """Those with a tag, however it is capitalised (AB-CLIP-09)."""
        wanted = self.normalise(tag)
        return [clip for clip in self.all() if wanted in map(self.normalise, clip.tag_list)]

    def normalise(self, tag: str) -> str:
        """A tag as it is compared (AB-CLIP-04)."""
        return " ".join(tag.split()).lower()

    def followed_by(self, user: User) -> list[Clip]:
        """The clips of those whom a user follows, newest first (AB-REQ-01, AB-SOC-02)."""
        return self.newest(
            clip for followed in self.mock.users.followings(user) for clip in self.of(followed)
        )

    def favourites_of(self, user: User) -> list[Clip]:
        """What a user favours, the latest favourite first (AB-SOC-03)."""
        return [self._clips[id_] for id_ in self.favourites.objects(user.id)]

    def favour(self, user: User, clip: Clip) -> bool:
        """Whether that is new (AB-SOC-03)."""
        return self.favourites.add(user.id, clip.id)

    def disfavour(self, user: User, clip: Clip) -> bool:
        """Whether there was anything to undo (AB-SOC-03)."""
        return self.favourites.remove(user.id, clip.id)

    def show(self, clip: Clip, call: RequestContext) -> dict[str, Any]:
        """A clip (AB-CLIP-01, AB-CLIP-02); place and tags where it has some."""
        shown = {
            "id": clip.id,
            "title": clip.title,
            "description": clip.description,
            "duration": clip.duration,
            "recorded_at": format_timestamp(clip.recorded_at),
            "uploaded_at": format_timestamp(clip.uploaded_at),
            "urls": self.urls(clip, call),
            "user": self.mock.users.brief(clip.owner),
            "counts": {"plays": clip.plays, "comments": self.mock.comments.count(clip)},
        }
        if tags := self.tags(clip):
            shown["tags"] = tags
        if location := self.location(clip, call):
            shown["location"] = location
        return shown

    def urls(self, clip: Clip, call: RequestContext) -> dict[str, str | None]:
        """Where the page, the audio (on this server) and the image are."""
        path = f"/boos/{clip.id}-{slug(clip.title)}".removesuffix("-")
        return {
            "detail": f"{SITE}{path}",
            "high_mp3": f"{call.base}{path}.mp3",
            "image": f"{SITE}/files/images/{clip.id}.jpg" if clip.has_image else None,
        }

    def tags(self, clip: Clip) -> list[dict[str, str]]:
        """The tags (AB-CLIP-04)."""
        return [self.tag(tag) for tag in clip.tag_list]

    def tag(self, tag: str) -> dict[str, str]:
        """One tag, as it was written and as it is compared."""
        normalised = self.normalise(tag)
        return {
            "display_tag": tag,
            "normalised_tag": normalised,
            "url": f"{SITE}/tag/{quote(normalised, safe='')}",
        }

    def location(self, clip: Clip, call: RequestContext) -> dict[str, Any] | None:
        """Where it was recorded (AB-CLIP-03), if everybody or this viewer may know."""
        latitude, longitude = clip.location_latitude, clip.location_longitude
        if latitude is None or longitude is None:
            return None
        if not (clip.public_location or self.mock.rights.owns(clip, call.viewer)):
            return None
        return {
            "description": nearest_city(latitude, longitude).name,
            "latitude": latitude,
            "longitude": longitude,
            "accuracy": clip.location_accuracy,
        }

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self.favourites.reset()
        self.chosen = []
        self._clips.clear()
        self._of.clear()
