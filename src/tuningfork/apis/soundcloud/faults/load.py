"""Faults that show only while many clients are active: tokens and pages."""

from __future__ import annotations

import time
from typing import Any

from tuningfork.audit.crowd import Crowd, pause
from tuningfork.audit.fault import load_fault
from tuningfork.audit.patching import wrap_method

RACE_S, ADDING_S = 0.1, 1.0


@load_fault("SC-TOKEN-08")
def refresh_token_works_twice_in_a_race(mock: Any) -> None:
    """Two uses of a refresh token at the same moment both succeed: the first one is stored too late."""
    crowd = Crowd(mock)

    def spend_late(original: Any, token: Any) -> None:
        """Note the use of the token while the next request is processed already."""
        pause(crowd, RACE_S)
        original(token)

    wrap_method(mock.tokens, "spend", spend_late)


@load_fault("SC-PAGE-09")
def next_page_skips_a_track_while_one_is_added(mock: Any) -> None:
    """A page after the first one skips a track while another track is added."""
    crowd, added = Crowd(mock), [0.0]

    def create(original: Any, *arguments: Any) -> Any:
        """Note when a track was added."""
        added[0] = time.monotonic()
        return original(*arguments)

    def index_after(original: Any, *arguments: Any) -> int:
        """Return the index of the item after the next one, for a second after a track was added."""
        is_adding = crowd.is_there and time.monotonic() - added[0] < ADDING_S
        return int(original(*arguments)) + is_adding

    wrap_method(mock.tracks, "create", create)
    wrap_method(mock.pagination, "index_after", index_after)
