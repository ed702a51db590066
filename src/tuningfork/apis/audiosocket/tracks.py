"""The tracks of an account, as one client sees and changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from tuningfork import not_verified
from tuningfork.apis.audiosocket.assertions import is_valid_id
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids, json_objects, wait_until_listed_or_skip
from tuningfork.testing.payloads import created_or_skip

PATH = "/tracks"
MAX_READ_TRACKS = 120
"""Tracks that are read one by one."""


@dataclass
class TrackClient:
    """Creates, reads, removes and lists by a client."""

    client: Client

    @cached_property
    def title_property(self) -> str:
        """What a title is called: `title`, unless the listed tracks have `name` instead."""
        answer = self.client.get(PATH)
        try:
            first = json_objects(answer.items)[:1]
        except ExpectationFailed:
            first = []
        return "name" if first and "name" in first[0] and "title" not in first[0] else "title"

    def body(self, title: Any, **fields: Any) -> dict[str, Any]:
        """What creates a track of this title."""
        return {self.title_property: title, **fields}

    def create(self, title: str, **fields: Any) -> Response:
        """POST a track."""
        return self.client.post(PATH, json=self.body(title, **fields))

    def create_or_skip(self, title: str, **fields: Any) -> JsonObject:
        """Create a track for a test to use; where the target creates none, nothing is verified."""
        try:
            made = read_track(created_or_skip("track", self.create(title, **fields)))
            track_path(made["id"])
        except ExpectationFailed as unmet:
            not_verified(f"the answer to a new track is no track with an id: {unmet}")
        return made

    def read(self, track: Any) -> Response:
        """GET the track with this id."""
        return self.client.get(track_path(track))

    def delete(self, track: Any) -> Response:
        """DELETE the track with this id."""
        return self.client.delete(track_path(track))

    def list_all(self) -> list[JsonObject]:
        """All tracks, each with an id; ExpectationFailed if the list is none."""
        found = json_objects(self.client.all_items(PATH))
        for track in found:
            track_path(track["id"])
        return found

    def list_when_settled(self, title: str) -> list[JsonObject]:
        """All tracks, once the list has caught up, as a new one of this title in it shows."""
        return wait_until_listed_or_skip(self.client, PATH, self.create_or_skip(title)["id"])

    @contextmanager
    def expect_unchanged(self, fresh: Callable[[str], str]) -> Iterator[None]:
        """ExpectationFailed if the block leaves a track more or less in the list."""
        before = ids(self.list_when_settled(fresh("before")))
        yield
        mark = fresh("after")
        after = {track["id"]: track.get(self.title_property) for track in self.list_when_settled(mark)}
        appeared = [title for track, title in after.items() if track not in before and title != mark]
        if appeared or not after.keys() >= set(before):
            raise ExpectationFailed(
                "the same tracks as before",
                f"{appeared or 'none'} new, {set(before) - set(after) or 'none'} gone",
            )


def track_path(track: Any) -> str:
    """The path of the track with this id; ExpectationFailed if it is neither an integer nor a text."""
    if not is_valid_id(track):
        raise ExpectationFailed("an integer or a text as id", repr(track), "AS-TRACK-01")
    return f"{PATH}/{quote(str(track), safe='')}"


def read_track(answer: Response) -> JsonObject:
    """The track in `data`; ExpectationFailed if that is no object."""
    data = answer.object["data"]
    if not isinstance(data, JsonObject):
        raise ExpectationFailed("a track as `data`, a JSON object", repr(data))
    return data


def expect_track(answer: Response, track: Any) -> JsonObject:
    """The track of a 200; fail if it is not the one with this id, be it written as a number or as a text."""
    found = read_track(answer.expect_ok())
    if str(found["id"]) != str(track):
        raise ExpectationFailed(f"the track {track!r}", repr(found["id"]))
    return found


def sample(found: list[JsonObject], most: int = MAX_READ_TRACKS) -> list[JsonObject]:
    """At most so many of the tracks, from the whole length of the list; not verified if there is none."""
    if not found:
        not_verified("the list has no track")
    return found[:: len(found) // (most + 1) + 1]
