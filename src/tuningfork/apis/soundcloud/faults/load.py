"""Faults that show only while many clients are active: tokens and pages."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.crowd import Crowd
from tuningfork.audit.fault import load_fault
from tuningfork.audit.patching import wrap_method


@load_fault("SC-TOKEN-08")
def refresh_token_works_twice_in_a_race(mock: Any) -> None:
    """Two uses of a refresh token at the same moment both succeed: the first one is stored too late."""
    Crowd(mock).delay(mock.tokens, "spend")


@load_fault("SC-PAGE-09")
def next_page_skips_a_track_while_one_is_added(mock: Any) -> None:
    """A page after the first one skips a track while another track is added."""
    is_adding = Crowd(mock).watch(mock.tracks, "create")

    def index_after(original: Any, *arguments: Any) -> int:
        """Return the index of the item after the next one, for a second after a track was added."""
        return int(original(*arguments)) + is_adding()

    wrap_method(mock.pagination, "index_after", index_after)
