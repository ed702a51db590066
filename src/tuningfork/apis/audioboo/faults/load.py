"""Faults that show only while many clients are active: uploads and pages."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.crowd import Crowd
from tuningfork.audit.fault import load_fault
from tuningfork.audit.patching import wrap_method


@load_fault("AB-REQ-06")
def uuid_makes_two_clips_in_a_race(mock: Any) -> None:
    """Two uploads with one uuid at the same moment make two clips."""
    Crowd(mock).delay(mock.clips, "create")


@load_fault("AB-PAGE-05", "AB-PAGE-07")
def page_loses_its_last_clip_while_one_is_added(mock: Any) -> None:
    """A page lacks its last clip while another clip is added."""
    is_adding = Crowd(mock).watch(mock.clips, "create")

    def slice_page(original: Any, *arguments: Any) -> Any:
        """Return a page without its last item, for a second after a clip was added."""
        page = original(*arguments)
        return page._replace(items=page.items[:-1]) if is_adding() else page

    wrap_method(mock.pagination, "slice_page", slice_page)
