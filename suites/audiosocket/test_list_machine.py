"""Creations and removals in any order, against a model of the promises."""

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


class Shelf(ApiStateMachine):
    """Creates and removes tracks of a few titles; after each step the list is what the model says."""

    tracks: ClassVar[TrackClient]
    titles: ClassVar[list[str]]

    def __init__(self) -> None:
        """Start with nothing on the shelf."""
        super().__init__(self.tracks.client)
        self.there: dict[str, Any] = {}
        self.gone: list[Any] = []

    @rule(index=INDEX)
    def create(self, index: int) -> None:
        """Create a track of a title, which is there already or not."""
        title = self.titles[index]
        answer = self.tracks.create(title)
        if title in self.there:
            expect_status_for_claim(answer, "AS-CODE-07", 409)
        else:
            with for_claim("AS-CODE-03"):
                self.there[title] = read_track(expect_status_for_claim(answer, "AS-CODE-03", 201))["id"]
        self.check_change = self.look

    @rule(index=INDEX)
    def delete(self, index: int) -> None:
        """Remove the track of a title, if it is there."""
        track = self.there.pop(self.titles[index], None)
        if track is not None:
            expect_status_for_claim(self.tracks.delete(track), "AS-CODE-04", 204)
            self.gone.append(track)
        self.check_change = self.look

    @rule(index=INDEX)
    def remove_again(self, index: int) -> None:
        """Remove what was removed before."""
        for track in self.lost()[index : index + 1]:
            expect_status_for_claim(self.tracks.delete(track), "AS-CODE-04", 404)

    @rule(index=INDEX)
    def read(self, index: int) -> None:
        """Read what is there, and what was."""
        title = self.titles[index]
        if title in self.there:
            with for_claim("AS-CODE-03"):
                found = expect_track(self.tracks.read(self.there[title]), self.there[title])[
                    self.tracks.title_property
                ]
            expect_for_claim(found, title, "title", "AS-CODE-03")
        for track in self.lost()[index : index + 1]:
            expect_status_for_claim(self.tracks.read(track), "AS-CODE-04", 404)

    def expect_model(self) -> None:
        """The list is what the model says, at the latest when it has caught up."""
        self.client.eventually(self.look)

    def look(self) -> None:
        """The list has what is there, each once, and nothing that was removed."""
        with for_claim("AS-CODE-04"):
            listed = [(track[self.tracks.title_property], track["id"]) for track in self.tracks.list_all()]
        ours = [pair for pair in listed if pair[0] in self.titles or pair[1] in self.lost()]
        wanted, found = (sorted(pairs, key=repr) for pairs in (self.there.items(), ours))
        expect_for_claim(found, wanted, "the list", "AS-CODE-04")

    def clean_up(self) -> None:
        """Leave nothing to the next example."""
        for track in self.there.values():
            self.tracks.delete(track)

    def lost(self) -> list[Any]:
        """The ids of what was removed, the last one first, but for those that were given anew."""
        return [track for track in reversed(self.gone) if track not in self.there.values()]


@claim("AS-CODE-03", "AS-CODE-04", "AS-CODE-07")
def test_any_order_of_creating_and_removing(tracks: TrackClient, unique_name: Callable[[str], str]) -> None:
    """After any steps the list holds what was created and not removed."""

    class Here(Shelf):
        pass

    Here.tracks, Here.titles = tracks, [unique_name(f"title {number}") for number in range(5)]

    run_machine(Here)
