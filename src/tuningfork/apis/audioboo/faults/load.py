"""Faults that show only while many clients are active: uploads and pages."""

from __future__ import annotations

import time
from typing import Any

from tuningfork.audit.crowd import Crowd, pause
from tuningfork.audit.fault import load_fault
from tuningfork.audit.patching import wrap_method

RACE_S, ADDING_S = 0.1, 1.0


@load_fault("AB-REQ-06")
def uuid_makes_two_clips_in_a_race(mock: Any) -> None:
    """Two uploads with one uuid at the same moment make two clips."""
    crowd = Crowd(mock)

    def create_late(original: Any, *arguments: Any) -> Any:
        """Create the clip while the next request is processed already."""
        pause(crowd, RACE_S)
        return original(*arguments)

    wrap_method(mock.clips, "create", create_late)


@load_fault("AB-PAGE-05", "AB-PAGE-07")
def page_loses_its_last_clip_while_one_is_added(mock: Any) -> None:
    """A page lacks its last clip while another clip is added."""
    crowd, added = Crowd(mock), [0.0]

    def create(original: Any, *arguments: Any) -> Any:
        """Note when a clip was added."""
        added[0] = time.monotonic()
        return original(*arguments)

    def slice_page(original: Any, *arguments: Any) -> Any:
        """Return a page without its last item, for a second after a clip was added."""
        page = original(*arguments)
        is_adding = crowd.is_there and time.monotonic() - added[0] < ADDING_S
        return page._replace(items=page.items[:-1]) if is_adding else page

    wrap_method(mock.clips, "create", create)
    wrap_method(mock.pagination, "slice_page", slice_page)
