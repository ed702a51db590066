"""Lists to which a test can add items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from tuningfork import ExpectationFailed, not_verified
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, follow, like
from tuningfork.apis.soundcloud.lookup import fetch_my_id, find_public_tracks
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.testing.expect import expect_no, expect_true
from tuningfork.testing.listings import json_objects
from tuningfork.testing.operation_requests import expand_path
from tuningfork.testing.pagination import Listing

from .listings import PaginatedEndpoint
from .pagination import fetch_item_keys, item_key

ITEMS_TO_ADD = 5
"""Items that are created for a list that is too short."""
COMMENTS = "/tracks/{track_id}/comments"
GROWING_PATHS = (
    "/me/tracks",
    "/users/{user_id}/tracks",
    "/me/playlists",
    "/users/{user_id}/playlists",
    COMMENTS,
    "/me/likes/tracks",
    "/users/{user_id}/likes/tracks",
    "/me/likes/playlists",
    "/me/followings",
    "/users/{user_id}/followings",
)
"""Paths of lists to which a test can add items, and in which it knows each of them."""


@dataclass(frozen=True, slots=True)
class GrowingListing:
    """A list to which `add` adds one item and returns its key."""

    path: str
    add: Callable[[], str]

    def add_items(self, client: Client, count: int) -> list[str]:
        """Add items; return their keys in the order of creation as soon as all of them are listed."""
        keys = [self.add() for _ in range(count)]

        def expect_listed() -> None:
            missing = set(keys) - fetch_item_keys(client, Listing(self.path))
            expect_no(missing, f"new items missing in {self.path}")

        client.eventually(expect_listed)
        return keys


def growing_listing(user: Client, path: str, title: str) -> GrowingListing:
    """Return a list of the user to which resources with this title can be added.

    Args:
        user: the owner of the list.
        path: one of GROWING_PATHS, or /me/followings/tracks or /me/activities.
        title: the title of the new resources.
    """
    if path == COMMENTS:
        track_id = create_track(user, title)["id"]
        return GrowingListing(
            expand_path(path, track_id), lambda: item_key(create_comment(user, track_id, title))
        )
    name = path.removeprefix("/me/").removeprefix("/users/{user_id}/")
    return GrowingListing(path.replace("{user_id}", str(fetch_my_id(user))), _ADDERS[name](user, title))


def create_listing(
    user: Client, endpoint: PaginatedEndpoint, min_items: int, max_items: int, title: str
) -> Listing | None:
    """Return a list of `min_items` to `max_items` to which items were added; None if none can be added."""
    is_possible = endpoint.path == COMMENTS or endpoint.path.removeprefix("/me/") in _ADDERS
    if not is_possible or not 0 < min_items <= ITEMS_TO_ADD:
        return None
    growing = growing_listing(user, endpoint.path, title)
    for _ in range(ITEMS_TO_ADD):
        growing.add()
    listing = Listing(growing.path)

    def fetch_keys() -> frozenset[str]:
        keys = fetch_item_keys(user, listing)
        is_expected = min_items <= len(keys) <= max_items
        expect_true(is_expected, f"{min_items} to {max_items} items in {listing.path}", f"{len(keys)}")
        return keys

    try:
        return replace(listing, item_ids=user.eventually(fetch_keys))
    except ExpectationFailed as error:
        not_verified(str(error))


def _add_tracks(user: Client, title: str) -> Callable[[], str]:
    return lambda: item_key(create_track(user, title))


def _add_playlists(user: Client, title: str) -> Callable[[], str]:
    track_id = find_public_tracks(user)[0]["id"]
    return lambda: item_key(create_playlist(user, [track_id], title, sharing="public"))


def _add_likes(kind: str, user: Client, _: str) -> Callable[[], str]:
    return _add_existing(user, f"/me/likes/{kind}", f"/{kind}", partial(like, user, kind))


def _add_followings(user: Client, _: str) -> Callable[[], str]:
    return _add_existing(user, "/me/followings", "/users", partial(follow, user))


_ADDERS: Mapping[str, Callable[[Client, str], Callable[[], str]]] = {
    "tracks": _add_tracks,
    "playlists": _add_playlists,
    "likes/tracks": partial(_add_likes, "tracks"),
    "likes/playlists": partial(_add_likes, "playlists"),
    "followings": _add_followings,
    "followings/tracks": _add_followings,
    "activities": _add_followings,
}
"""By the end of the path of a list, what returns a function that adds an item."""


def _add_existing(
    user: Client, path: str, candidates_path: str, add: Callable[[int], None]
) -> Callable[[], str]:
    """Return a function that adds one of the existing items that are not in a list yet."""
    candidates = _unlisted_items(user, candidates_path, fetch_item_keys(user, Listing(path)))

    def add_next() -> str:
        item = next(candidates, None)
        if item is None:
            not_verified(f"{candidates_path} has too few items that are not in {path} yet")
        add(item["id"])
        return item_key(item)

    return add_next


def _unlisted_items(user: Client, path: str, listed_keys: frozenset[str]) -> Iterator[JsonObject]:
    """Yield the items of a list that are not in another list; a user cannot follow itself."""
    excluded = listed_keys | ({str(fetch_my_id(user))} if path == "/users" else set())
    for page in user.pages(path, limit=50):
        for item in json_objects(page.expect_ok().items):
            if item_key(item) not in excluded:
                yield item
