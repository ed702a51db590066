"""The tracks of an account, as one client reads and changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from tuningfork import not_verified
from tuningfork.apis.audiosocket.assertions import is_valid_id
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids, json_objects, wait_until_listed_or_skip
from tuningfork.testing.payloads import created_or_skip

PATH = "/tracks"
MAX_READ_TRACKS = 120
"""Upper bound of tracks that are read one by one."""


@dataclass
class TrackClient:
    """Creates, reads, deletes and lists tracks with a client."""

    client: Client

    @cached_property
    def title_property(self) -> str:
        """The name of a track's title: `title`, or `name` if the listed tracks have that instead."""
        response = self.client.get(PATH)
        try:
            first = json_objects(response.items)[:1]
        except ExpectationFailed:
            first = []
        return "name" if first and "name" in first[0] and "title" not in first[0] else "title"

    def body(self, title: Any, **fields: Any) -> dict[str, Any]:
        """Return the request body that creates a track with this title."""
        return {self.title_property: title, **fields}

    def create(self, title: str, **fields: Any) -> Response:
        """Send POST /tracks and return the response."""
        return self.client.post(PATH, json=self.body(title, **fields))

    def create_or_skip(self, title: str, **fields: Any) -> JsonObject:
        """Create a track and return its JSON; if the target does not create it, the test is not verified."""
        try:
            created = read_track(created_or_skip("track", self.create(title, **fields)))
            track_path(created["id"])
        except ExpectationFailed as error:
            not_verified(f"the response to a new track is not a track with an id: {error}")
        return created

    def read(self, track: Any) -> Response:
        """Send GET of the track with this id."""
        return self.client.get(track_path(track))

    def delete(self, track: Any) -> Response:
        """Send DELETE of the track with this id."""
        return self.client.delete(track_path(track))

    def list_all(self) -> list[JsonObject]:
        """Return all tracks, each with an id; raise ExpectationFailed for a malformed list."""
        tracks = json_objects(self.client.all_items(PATH))
        for track in tracks:
            track_path(track["id"])
        return tracks

    def titles(self, tracks: Iterable[JsonObject]) -> set[tuple[Any, Any]]:
        """Return the id and the title of each track: another track may get the id of a deleted one."""
        return {(track["id"], track.get(self.title_property)) for track in tracks}

    def list_when_settled(self, title: str) -> list[JsonObject]:
        """Return all tracks, as soon as the list contains a new track of this title."""
        return wait_until_listed_or_skip(self.client, PATH, self.create_or_skip(title)["id"])

    @contextmanager
    def expect_unchanged(self, unique_name: Callable[[str], str]) -> Iterator[None]:
        """Raise ExpectationFailed if the block adds tracks to the list or removes any."""
        before = ids(self.list_when_settled(unique_name("before")))
        yield
        marker = unique_name("after")
        after = {track["id"]: track.get(self.title_property) for track in self.list_when_settled(marker)}
        appeared = [title for track, title in after.items() if track not in before and title != marker]
        if appeared or not after.keys() >= set(before):
            raise ExpectationFailed(
                "the same tracks as before",
                f"{appeared or 'none'} new, {set(before) - set(after) or 'none'} gone",
            )


def track_path(track: Any) -> str:
    """Return the path of the track with this id; ExpectationFailed if it is not a valid id."""
    if not is_valid_id(track):
        raise ExpectationFailed("an integer or a string as id", to_json(track), "AS-TRACK-01")
    return f"{PATH}/{quote(str(track), safe='')}"


def read_track(response: Response) -> JsonObject:
    """Return the track in `data`; ExpectationFailed if it is not an object."""
    data = response.object["data"]
    if not isinstance(data, JsonObject):
        raise ExpectationFailed("a track as `data`, a JSON object", to_json(data))
    return data


def expect_track(response: Response, track: Any) -> JsonObject:
    """Return the track of a 200; ExpectationFailed if its id is another, compared as strings."""
    returned = read_track(response.expect_ok())
    if str(returned["id"]) != str(track):
        raise ExpectationFailed(f"the track {to_json(track)}", to_json(returned["id"]))
    return returned


def sample(tracks: list[JsonObject], most: int = MAX_READ_TRACKS) -> list[JsonObject]:
    """Return at most `most` tracks, evenly distributed over the list; not verified if the list is empty."""
    if not tracks:
        not_verified("the list has no track")
    return tracks[:: len(tracks) // (most + 1) + 1]
