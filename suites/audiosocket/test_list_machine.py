"""Creations and deletions of tracks: random requests, compared with a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tuningfork import claim
from tuningfork.apis.audiosocket.tracks import TrackClient, expect_track, read_track
from tuningfork.testing.state_machine import (
    ApiStateMachine,
    expect_for_claim,
    expect_status_for_claim,
    for_claim,
    run_machine,
)

INDEX = st.integers(0, 4)


class TrackMachine(ApiStateMachine):
    """Creates and deletes tracks of a few titles."""

    tracks: ClassVar[TrackClient]
    titles: ClassVar[list[str]]

    def __init__(self) -> None:
        """Start without tracks of these titles."""
        super().__init__(self.tracks.client)
        self.existing: dict[str, Any] = {}
        self.deleted: list[Any] = []

    @rule(index=INDEX)
    def create(self, index: int) -> None:
        """Create a track of a title, which may exist already."""
        title = self.titles[index]
        response = self.tracks.create(title)
        if title in self.existing:
            expect_status_for_claim(response, "AS-CODE-07", 409)
        else:
            with for_claim("AS-CODE-03"):
                self.existing[title] = read_track(response.expect_created())["id"]
        self.check_change = self.expect_list

    @rule(index=INDEX)
    def delete(self, index: int) -> None:
        """Delete the track of a title, if it exists."""
        track = self.existing.pop(self.titles[index], None)
        if track is not None:
            expect_status_for_claim(self.tracks.delete(track), "AS-CODE-04", 204)
            self.deleted.append(track)
        self.check_change = self.expect_list

    @rule(index=INDEX)
    def delete_again(self, index: int) -> None:
        """Delete a deleted track."""
        for track in self.deleted_ids()[index : index + 1]:
            expect_status_for_claim(self.tracks.delete(track), "AS-CODE-04", 404)

    @rule(index=INDEX)
    def read(self, index: int) -> None:
        """Read an existing and a deleted track."""
        title = self.titles[index]
        if title in self.existing:
            with for_claim("AS-CODE-03"):
                track = expect_track(self.tracks.read(self.existing[title]), self.existing[title])
                found = track[self.tracks.title_property]
            expect_for_claim(found, title, "title", "AS-CODE-03")
        for deleted in self.deleted_ids()[index : index + 1]:
            expect_status_for_claim(self.tracks.read(deleted), "AS-CODE-04", 404)

    def expect_model(self) -> None:
        """Raise ExpectationFailed unless the list agrees with the model within `settle` seconds."""
        self.client.eventually(self.expect_list)

    def expect_list(self) -> None:
        """Raise ExpectationFailed unless the list has each existing track once, and no deleted one."""
        with for_claim("AS-CODE-04"):
            listed = [(track[self.tracks.title_property], track["id"]) for track in self.tracks.list_all()]
        found = [pair for pair in listed if pair[0] in self.titles or pair[1] in self.deleted_ids()]
        expected = sorted(self.existing.items(), key=repr)
        expect_for_claim(sorted(found, key=repr), expected, "the list", "AS-CODE-04")

    def clean_up(self) -> None:
        """Delete all existing tracks."""
        for track in self.existing.values():
            self.tracks.delete(track)

    def deleted_ids(self) -> list[Any]:
        """Return the ids of deleted tracks, the last one first, without those that were used again."""
        return [track for track in reversed(self.deleted) if track not in self.existing.values()]


@claim("AS-CODE-03", "AS-CODE-04", "AS-CODE-07")
def test_list_agrees_with_a_model(tracks: TrackClient, unique_name: Callable[[str], str]) -> None:
    """After random requests in any order."""

    class Machine(TrackMachine):
        pass

    Machine.tracks, Machine.titles = tracks, [unique_name(f"title {number}") for number in range(5)]

    run_machine(Machine)
