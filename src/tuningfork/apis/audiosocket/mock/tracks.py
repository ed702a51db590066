"""Tracks: who has which, and what was sent to make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import whole_number
from tuningfork.mock.state import Ids

FIRST_ID = 51_201


@dataclass(slots=True)
class Track:
    """A piece of music of an account."""

    id: int
    account: int
    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    """What else is known of it, as it is shown."""
    source: bytes | None = None
    """The body that created it."""


class Tracks:
    """All tracks, by id."""

    def __init__(self) -> None:
        self.ids = Ids(FIRST_ID)
        self._all: dict[int, Track] = {}

    def add(self, account: int, title: str, fields: dict[str, Any], source: bytes | None = None) -> Track:
        """A new one."""
        track = Track(self.ids.take(), account, title, fields, source)
        self._all[track.id] = track
        return track

    def of(self, account: int) -> list[Track]:
        """An account's, oldest first."""
        return [track for track in self._all.values() if track.account == account]

    def number(self, text: str) -> int | None:
        """The id that a path names; None where it is no id as ids are written (AS-CODE-06)."""
        number = whole_number(text)
        return number if str(number) == text else None

    def find(self, text: str, account: int) -> Track | None:
        """An account's track by its id."""
        number = self.number(text)
        track = None if number is None else self._all.get(number)
        return track if track and track.account == account else None

    def need(self, text: str, account: int) -> Track:
        """The same; Refusal 404 if there is none (AS-CODE-06)."""
        track = self.find(text, account)
        if track is None:
            raise Refusal(404)
        return track

    def is_duplicate(self, source: bytes, account: int) -> bool:
        """Whether a track that is there was made from this body (AS-CODE-07)."""
        return any(track.source == source for track in self.of(account))

    def create(self, account: int, fields: dict[str, Any], source: bytes) -> Track:
        """A new one from a client's body; Refusal 409 for what is there already."""
        if self.is_duplicate(source, account):
            raise Refusal(409)
        more = {name: value for name, value in fields.items() if name != "title"}
        return self.add(account, fields["title"], more, source)

    def delete(self, track: Track) -> None:
        """It is gone (AS-CODE-04)."""
        del self._all[track.id]

    def show(self, track: Track) -> dict[str, Any]:
        """As it stands in `data` (AS-TRACK-01)."""
        return {"id": track.id, "title": track.title, **track.fields}

    def listed(self, tracks: list[Track]) -> list[dict[str, Any]]:
        """As they stand in a list (AS-TRACK-02)."""
        return [self.show(track) for track in tracks]

    def reset(self) -> None:
        """None."""
        self.ids.reset()
        self._all.clear()
