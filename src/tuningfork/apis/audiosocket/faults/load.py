"""Faults that show only while many clients are active: writes that meet, and the list."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.crowd import Crowd
from tuningfork.audit.fault import load_fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.errors import HttpError


@load_fault("AS-CODE-14")
def meeting_writes_return_500(mock: Any) -> None:
    """A track that is created while another one is being created gets a 500."""
    crowd, active = Crowd(mock), [0]

    def create(original: Any, *arguments: Any) -> Any:
        """Create the track, or refuse if another request is about to."""
        if active[0]:
            raise HttpError(500)
        active[0] += 1
        try:
            crowd.pause()
            return original(*arguments)
        finally:
            active[0] -= 1

    wrap_method(mock.tracks, "create", create)


@load_fault("AS-CODE-13")
def duplicates_are_created_in_a_race(mock: Any) -> None:
    """Two equal tracks that are created at the same moment both exist."""
    Crowd(mock).delay(mock.tracks, "add")


@load_fault("AS-CODE-01")
def list_lacks_a_track_while_one_is_added(mock: Any) -> None:
    """The list lacks the oldest track that a client has created while another track is added."""
    is_adding = Crowd(mock).watch(mock.tracks, "add")

    def serialize_list(original: Any, tracks: list[Any]) -> Any:
        """Return the list without its oldest created track, for a second after a track was added."""
        lost = [track for track in tracks if track.request_body is not None][: int(is_adding())]
        return original([track for track in tracks if track not in lost])

    wrap_method(mock.tracks, "serialize_list", serialize_list)
