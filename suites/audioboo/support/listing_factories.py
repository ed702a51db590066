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
from tuningfork.testing.expect import expect_no
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
        """Add items and return the list with all its items, as soon as it contains the new ones."""
        added = {self.add() for _ in range(number)}

        def fetch_complete_list() -> Listing:
            listing = Listing(self.path)
            item_ids = fetch_all_ids(client, listing)
            expect_no(added - item_ids, f"items missing in {self.path}")
            return replace(listing, item_ids=item_ids)

        try:
            return client.eventually(fetch_complete_list)
        except ExpectationFailed as failure:
            not_verified(f"the list does not contain new items yet: {failure}")


def comments(user: Client, title: str) -> GrowingListing:
    """Return the list of comments of a new clip; it is empty."""
    clip = create_clip(user, title)["id"]
    return GrowingListing(f"{CLIPS_PATH}/{clip}/comments", lambda: create_comment(user, clip, title)["id"])


def tagged(user: Client, title: str) -> GrowingListing:
    """Return the list of clips with a new tag; it is empty."""
    tag = title.replace(" ", "").lower()
    return GrowingListing(tag_path(tag), lambda: create_clip(user, title, tag_list=tag)["id"])


def clips(user: Client, title: str) -> GrowingListing:
    """Return the list of the user's own clips."""
    return GrowingListing(f"/account{CLIPS_PATH}", lambda: create_clip(user, title)["id"])


def clips_of_user(user: Client, title: str) -> GrowingListing:
    """Return the public list of the user's clips."""
    return GrowingListing(f"/users/{fetch_account_or_skip(user)['id']}{CLIPS_PATH}", clips(user, title).add)


def favourites(user: Client, title: str) -> GrowingListing:
    """Return the list of the user's favourites."""

    def add() -> Any:
        clip = create_clip(user, title)["id"]
        favourite(user, clip)
        return clip

    return GrowingListing(f"/account{CLIPS_PATH}/favourites", add)


def playlists(user: Client, title: str) -> GrowingListing:
    """Return the list of the user's playlists."""
    number = count(1)
    path = f"/users/{fetch_account_or_skip(user)['id']}/playlists"
    return GrowingListing(
        path, lambda: create_playlist(user, user.extended(title, after=f", {next(number)}"))["id"]
    )


ListingFactory = Callable[[Client, str], GrowingListing]
"""Creates a list of a user; the title is that of the resources in it."""
FACTORIES_BY_PATH: dict[str, ListingFactory] = {
    f"{CLIPS_PATH}/{{clip_id}}/comments": comments,
    "/tag/{tag}/audio_clips": tagged,
    f"/users/{{user_id}}{CLIPS_PATH}": clips_of_user,
    "/users/{user_id}/playlists": playlists,
    f"/account{CLIPS_PATH}": clips,
    f"/account{CLIPS_PATH}/favourites": favourites,
}
"""By path of an endpoint, the factory that adds items to its list."""
FACTORIES = tuple(FACTORIES_BY_PATH.values())


def create_listing(user: Client, endpoint: PaginatedEndpoint, title: str) -> Listing | None:
    """Return a list to which items were added; None if none can be added."""
    factory = FACTORIES_BY_PATH.get(endpoint.path)
    return None if factory is None else factory(user, title).add_items(user, ITEMS_TO_ADD)
