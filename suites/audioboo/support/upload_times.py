"""Times of upload of the clips of a list, and lists with several of them."""

from __future__ import annotations

from itertools import islice
from typing import Any

from tuningfork.apis.audioboo.factories import favourite, follow
from tuningfork.apis.audioboo.lookup import (
    CLIPS_PATH,
    fetch_account_or_skip,
    fetch_newest_clips,
    find_unfollowed_clip,
    listed_item_or_skip,
    owner_id,
)
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.contract.formats import unix_seconds
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import ids, json_objects
from tuningfork.testing.pagination import Listing

from .assertions import assert_timestamps

MAX_PAGES = 8
"""Pages of a list that are read; the rest of a longer list is not checked."""
MIN_DISTINCT_TIMES = 4
"""Distinct times of upload that a list needs so that max_time can divide it."""


def seconds(time: str) -> int:
    """Return the time of a clip in Unix seconds."""
    return unix_seconds(time) or 0


def upload_times(client: Client, listing: Listing, size: int = MAX_PAGE_SIZE) -> dict[Any, str]:
    """Return the time of upload by id for the clips on the first pages of a list."""
    clips = first_clips(client, listing, size)
    return dict(zip(ids(clips), [clip["uploaded_at"] for clip in clips], strict=True))


def first_clips(client: Client, listing: Listing, size: int) -> list[JsonObject]:
    """Return the clips on the first pages of a list, which have their timestamps."""
    pages = islice(client.pages(listing.path, **listing.query, **page_query(size=size)), MAX_PAGES)
    clips = [clip for page in pages for clip in json_objects(page.expect_ok().items)]
    for clip in clips:
        assert_timestamps(clip)
    return clips


def assert_none_newer(clips: list[JsonObject], max_time: str) -> None:
    """Raise ExpectationFailed if a list that max_time bounds has a newer clip (AB-PAGE-05)."""
    for clip in clips:
        found = f"clip {clip['id']} of {to_json(clip['uploaded_at'])}"
        expect_true(clip["uploaded_at"] <= max_time, f"no clip newer than {max_time}", found, clip)


def favourite_several(user: Client, client: Client, path: str) -> None:
    """Let the user favourite clips with distinct times of upload, until the list at `path` has them."""
    known = set(upload_times(user, Listing(f"/account{CLIPS_PATH}/favourites")))
    by_time = {
        clip["uploaded_at"]: clip
        for clip in fetch_newest_clips(user, MAX_PAGE_SIZE)
        if clip["id"] not in known
    }
    for clip in list(by_time.values())[-MIN_DISTINCT_TIMES:]:
        favourite(user, clip["id"])
        listed_item_or_skip(client, path, clip)


def follow_several(user: Client, client: Client, path: str) -> None:
    """Let the user follow uploaders until the list at `path` has clips with distinct times of upload."""
    user_id = fetch_account_or_skip(user)["id"]
    for _ in range(MIN_DISTINCT_TIMES):
        if len(set(upload_times(client, Listing(path)).values())) >= MIN_DISTINCT_TIMES:
            return
        clip = find_unfollowed_clip(user, user_id)
        follow(user, owner_id(clip))
        listed_item_or_skip(client, path, clip)
