"""The clips of a list with the times of their uploads, and what max_time leaves of them."""

from __future__ import annotations

from itertools import islice
from typing import Any

from tuningfork.apis.audioboo.paging import LARGEST_PAGE, asked
from tuningfork.apis.audioboo.shapes import has_times
from tuningfork.contract.formats import unix_seconds
from tuningfork.model import Unmet
from tuningfork.target.client import Client
from tuningfork.target.items import ids, objects
from tuningfork.target.walking import Place

SOME_PAGES = 8
"""Pages that are looked at; a list that they do not end is judged by what is on them."""


def seconds(time: str) -> int:
    """Unix seconds of a time as clips have it."""
    return unix_seconds(time) or 0


def dated(client: Client, place: Place, size: int = LARGEST_PAGE) -> dict[Any, str]:
    """The ids of the clips on some pages of a list, each with the time of its upload, or Unmet."""
    pages = islice(client.pages(place.path, **place.query, **asked(size=size)), SOME_PAGES)
    clips = [clip for page in pages for clip in objects(page.is_ok().items)]
    for clip in clips:
        has_times(clip, place.path)
    return dict(zip(ids(clips), [clip["uploaded_at"] for clip in clips], strict=True))


def leaves_older(left: dict[Any, str], clips: dict[Any, str], time: str) -> None:
    """Unmet where max_time leaves a newer clip, or not all that are older (AB-PAGE-05)."""
    newer = {one: uploaded for one, uploaded in left.items() if uploaded > time}
    if newer:
        raise Unmet(f"no clip newer than {time}", str(newer)[:120])
    older = {one for one, uploaded in clips.items() if uploaded < time}
    missing = older - left.keys()
    if missing and len(clips) < (SOME_PAGES - 1) * LARGEST_PAGE:
        raise Unmet(f"all {len(older)} clips older than {time}", f"{len(missing)} are missing")
