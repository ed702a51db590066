"""Lists to which a test can add items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.factories import create_clip, create_comment, create_playlist, favourite
from tuningfork.apis.audioboo.lookup import CLIPS_PATH, fetch_account_or_skip
from tuningfork.apis.audioboo.pagination import fetch_all_ids
from tuningfork.apis.audioboo.tags import tag_path
from tuningfork.client.client import Client
from tuningfork.model import ExpectationFailed
from tuningfork.testing.pagination import Listing

from .listings import PaginatedEndpoint

ITEMS_TO_ADD = 5
"""Items that are created for a list that is too short."""


@dataclass(frozen=True, slots=True)
class GrowingListing:
    """A list to which `add` adds one item and returns its id."""

    path: str
    add: Callable[[], Any]

    def add_items(self, client: Client, number: int) -> Listing:
        """Add items and return the list with all its items, once the new ones are in it."""
        made = {self.add() for _ in range(number)}
        place = Listing(self.path)

        def look() -> frozenset[Any]:
            there = fetch_all_ids(client, place)
            if not made <= there:
                raise ExpectationFailed(
                    f"{len(made)} new items in {self.path}", f"{len(made - there)} are missing"
                )
            return there

        try:
            return replace(place, item_ids=client.eventually(look))
        except ExpectationFailed as unmet:
            not_verified(f"the list has not caught up: {unmet}")


def comments(me: Client, title: str) -> GrowingListing:
    """Return the list of comments of a new clip; it is empty."""
    clip = create_clip(me, title)["id"]
    return GrowingListing(f"{CLIPS_PATH}/{clip}/comments", lambda: create_comment(me, clip, title)["id"])


def tagged(me: Client, title: str) -> GrowingListing:
    """Return the list of clips with a new tag; it is empty."""
    tag = title.replace(" ", "").lower()
    return GrowingListing(tag_path(tag), lambda: create_clip(me, title, tag_list=tag)["id"])


def clips(me: Client, title: str) -> GrowingListing:
    """Return the list of the user's own clips."""
    return GrowingListing(f"/account{CLIPS_PATH}", lambda: create_clip(me, title)["id"])


def clips_of_user(me: Client, title: str) -> GrowingListing:
    """Return the public list of the user's clips."""
    return GrowingListing(f"/users/{fetch_account_or_skip(me)['id']}{CLIPS_PATH}", clips(me, title).add)


def favourites(me: Client, title: str) -> GrowingListing:
    """Return the list of the user's favourites."""

    def add() -> Any:
        clip = create_clip(me, title)["id"]
        favourite(me, clip)
        return clip

    return GrowingListing(f"/account{CLIPS_PATH}/favourites", add)


def playlists(me: Client, title: str) -> GrowingListing:
    """Return the list of the user's playlists."""
    number = count(1)
    path = f"/users/{fetch_account_or_skip(me)['id']}/playlists"
    return GrowingListing(path, lambda: create_playlist(me, f"{title}, {next(number)}")["id"])


ListingFactory = Callable[[Client, str], GrowingListing]
"""Creates a list of a user; the title is that of the resources in it."""
FACTORIES: tuple[ListingFactory, ...] = (comments, tagged, clips, clips_of_user, favourites, playlists)

FACTORIES_BY_PATH: dict[str, ListingFactory] = {
    f"{CLIPS_PATH}/{{clip_id}}/comments": comments,
    "/tag/{tag}/audio_clips": tagged,
    f"/users/{{user_id}}{CLIPS_PATH}": clips_of_user,
    "/users/{user_id}/playlists": playlists,
    f"/account{CLIPS_PATH}": clips,
    f"/account{CLIPS_PATH}/favourites": favourites,
}
"""By path of an endpoint, the factory that adds items to its list."""


def create_listing(me: Client, paged: PaginatedEndpoint, title: str) -> Listing | None:
    """Return a list to which items were added; None if none can be added."""
    begin = FACTORIES_BY_PATH.get(paged.path)
    return None if begin is None else begin(me, title).add_items(me, ITEMS_TO_ADD)
