"""The clips of a list with the times of their uploads, and lists that have clips of several times."""

from __future__ import annotations

from itertools import islice
from typing import Any

from tuningfork.apis.audioboo.factories import favour, follow
from tuningfork.apis.audioboo.lookup import (
    CLIPS,
    account_of,
    clip_of_a_stranger,
    newest_clips,
    settled,
    uploader,
)
from tuningfork.apis.audioboo.pagination import LARGEST_PAGE, asked
from tuningfork.client.client import Client
from tuningfork.contract.formats import unix_seconds
from tuningfork.model import Unmet
from tuningfork.testing.listings import ids, objects
from tuningfork.testing.pagination import Place

from .assertions import has_times

SOME_PAGES = 8
"""Pages that are looked at; a list that they do not end is judged by what is on them."""
DIFFERENT = 4
"""Times of upload that a list needs so that max_time can divide it."""


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


def lists_no_newer(left: dict[Any, str], time: str) -> None:
    """Unmet where a list that max_time bounds has a newer clip (AB-PAGE-05)."""
    newer = {one: uploaded for one, uploaded in left.items() if uploaded > time}
    if newer:
        raise Unmet(f"no clip newer than {time}", str(newer))


def favour_several(me: Client, reader: Client, path: str) -> None:
    """Have the user favour clips of different times, so that the list at `path` has some of each."""
    known = set(dated(me, Place(f"/account{CLIPS}/favourites")))
    by_time = {
        clip["uploaded_at"]: clip for clip in newest_clips(me, LARGEST_PAGE) if clip["id"] not in known
    }
    for clip in list(by_time.values())[-DIFFERENT:]:
        favour(me, clip["id"])
        settled(reader, path, clip)


def follow_several(me: Client, reader: Client, path: str) -> None:
    """Have the user follow uploaders until the list at `path` has clips of different times."""
    user = account_of(me)["id"]
    for _ in range(DIFFERENT):
        if len(set(dated(reader, Place(path)).values())) >= DIFFERENT:
            return
        clip = clip_of_a_stranger(me, user)
        follow(me, uploader(clip))
        settled(reader, path, clip)
