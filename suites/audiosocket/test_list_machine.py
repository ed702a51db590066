"""Creations and removals in any order, against a model of the promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tuningfork import Unmet, claim
from tuningfork.apis.audiosocket.tracks import Tracks, is_that, track_in
from tuningfork.target.client import Answer

INDEX = st.integers(0, 4)


class Shelf(RuleBasedStateMachine):
    """Creates and removes tracks of a few titles; after each step the list is what the model says."""

    tracks: ClassVar[Tracks]
    titles: ClassVar[list[str]]

    def __init__(self) -> None:
        """Start with nothing on the shelf."""
        super().__init__()
        self.there: dict[str, Any] = {}
        self.gone: list[Any] = []

    @rule(index=INDEX)
    def create(self, index: int) -> None:
        """Create a track of a title, which is there already or not."""
        title = self.titles[index]
        answer = self.tracks.create(title)
        if title in self.there:
            meets(answer, 409, "AS-CODE-07")
        else:
            meets(answer, 201, "AS-CODE-03")
            self.there[title] = track_in(answer)["id"]

    @rule(index=INDEX)
    def remove(self, index: int) -> None:
        """Remove the track of a title, if it is there."""
        track = self.there.pop(self.titles[index], None)
        if track is not None:
            meets(self.tracks.remove(track), 204, "AS-CODE-04")
            self.gone.append(track)

    @rule(index=INDEX)
    def remove_again(self, index: int) -> None:
        """Remove what was removed before."""
        for track in self.lost()[index : index + 1]:
            meets(self.tracks.remove(track), 404, "AS-CODE-04")

    @rule(index=INDEX)
    def read(self, index: int) -> None:
        """Read what is there, and what was."""
        title = self.titles[index]
        if title in self.there:
            found = is_that(self.tracks.read(self.there[title]), self.there[title])
            agree(title, found[self.tracks.field], "AS-CODE-03")
        for track in self.lost()[index : index + 1]:
            meets(self.tracks.read(track), 404, "AS-CODE-04")

    @invariant()
    def agrees(self) -> None:
        """The list has what is there, each once, and nothing that was removed."""
        self.tracks.client.eventually(self.look)

    def teardown(self) -> None:
        """Leave nothing to the next example."""
        for track in self.there.values():
            self.tracks.remove(track)

    def look(self) -> None:
        """Compare the list with the model, as far as it is about this shelf."""
        listed = [(track[self.tracks.field], track["id"]) for track in self.tracks.listed()]
        ours = [pair for pair in listed if pair[0] in self.titles or pair[1] in self.lost()]
        agree(sorted(self.there.items(), key=repr), sorted(ours, key=repr), "AS-CODE-04")

    def lost(self) -> list[Any]:
        """The ids of what was removed, those apart that were given anew."""
        return [track for track in reversed(self.gone) if track not in self.there.values()]


@claim("AS-CODE-03", "AS-CODE-04", "AS-CODE-07")
def test_any_order_of_creating_and_removing(tracks: Tracks, fresh: Callable[[str], str]) -> None:
    """After any steps the list holds what was created and not removed."""

    class Here(Shelf):
        pass

    Here.tracks, Here.titles = tracks, [fresh(f"title {number}") for number in range(5)]
    # A fourth of the run's examples, and no shrinking: each step costs a real server two requests.
    chosen = settings(max_examples=max(3, settings().max_examples // 4), phases=[Phase.generate])
    run_state_machine_as_test(Here, settings=chosen)


def meets(answer: Answer, status: int, promise: str) -> None:
    """Raise for that claim where an answer has another status."""
    agree(status, answer.status, promise)


def agree(wanted: Any, found: Any, promise: str) -> None:
    """Raise for that claim where the two differ."""
    if wanted != found:
        raise Unmet(str(wanted), str(found), promise)
