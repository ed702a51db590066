"""The tracks of all accounts, and the request bodies that created them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import parse_id
from tuningfork.mock.state import IdSequence

FIRST_ID = 51_201


@dataclass(slots=True)
class Track:
    """A track of an account.

    Attributes:
        properties: the JSON properties besides id and title.
        request_body: the body that created the track; None for seed data.
    """

    id: int
    account: int
    title: str
    properties: dict[str, Any] = field(default_factory=dict)
    request_body: bytes | None = None


class Tracks:
    """Stores all tracks by id."""

    def __init__(self) -> None:
        self.ids = IdSequence(FIRST_ID)
        self._tracks: dict[int, Track] = {}

    def add(
        self, account: int, title: str, properties: dict[str, Any], request_body: bytes | None = None
    ) -> Track:
        """Store a new track and return it."""
        track = Track(self.ids.take(), account, title, properties, request_body)
        self._tracks[track.id] = track
        return track

    def list_by_account(self, account: int) -> list[Track]:
        """Return the tracks of an account, oldest first."""
        return [track for track in self._tracks.values() if track.account == account]

    def parse_id(self, text: str) -> int | None:
        """Return the id in a path segment; None if it is not the decimal form of an id (AS-CODE-06)."""
        return parse_id(text)

    def find(self, text: str, account: int) -> Track | None:
        """Return the account's track whose id is `text`, or None."""
        number = self.parse_id(text)
        track = None if number is None else self._tracks.get(number)
        return track if track and track.account == account else None

    def get_or_404(self, text: str, account: int) -> Track:
        """Return the account's track whose id is `text`; HttpError 404 if it does not exist (AS-CODE-06)."""
        track = self.find(text, account)
        if track is None:
            raise HttpError(404)
        return track

    def is_duplicate(self, request_body: bytes, account: int) -> bool:
        """Return True if an existing track was created from the same body (AS-CODE-07)."""
        return any(track.request_body == request_body for track in self.list_by_account(account))

    def create(self, account: int, values: dict[str, Any], request_body: bytes) -> Track:
        """Create a track from a client's request; raise HttpError 409 for a duplicate."""
        if self.is_duplicate(request_body, account):
            raise HttpError(409)
        properties = {name: value for name, value in values.items() if name != "title"}
        return self.add(account, values["title"], properties, request_body)

    def delete(self, track: Track) -> None:
        """Delete a track (AS-CODE-04)."""
        del self._tracks[track.id]

    def serialize(self, track: Track) -> dict[str, Any]:
        """Return the JSON of a track (AS-TRACK-01)."""
        return {"id": track.id, "title": track.title, **track.properties}

    def serialize_list(self, tracks: list[Track]) -> list[dict[str, Any]]:
        """Return the JSON of a list of tracks (AS-TRACK-02)."""
        return [self.serialize(track) for track in tracks]

    def reset(self) -> None:
        """Delete all tracks."""
        self.ids.reset()
        self._tracks.clear()
