"""Lists to which a test can add items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tuningfork import not_verified
from tuningfork.apis.soundcloud.factories import create_comment, create_playlist, create_track, follow, like
from tuningfork.apis.soundcloud.lookup import fetch_my_id, find_public_tracks
from tuningfork.client.client import Client
from tuningfork.testing.listings import json_objects
from tuningfork.testing.pagination import Listing

from .listings import PaginatedEndpoint
from .pagination import fetch_item_keys, item_key

ITEMS_TO_ADD = 5
"""Items that are created for a list that is too short."""


@dataclass(frozen=True, slots=True)
class GrowingListing:
    """A list to which `add` adds one item and returns its key."""

    path: str
    add: Callable[[], str]

    def add_items(self, count: int) -> list[str]:
        """Add `count` items and return their keys in the order of creation."""
        return [self.add() for _ in range(count)]


def tracks(me: Client, title: str) -> GrowingListing:
    """Return the list of the user's own tracks."""
    return GrowingListing("/me/tracks", lambda: item_key(create_track(me, title)))


def tracks_of_user(me: Client, title: str) -> GrowingListing:
    """Return the public list of the user's tracks."""
    return GrowingListing(f"/users/{fetch_my_id(me)}/tracks", tracks(me, title).add)


def playlists(me: Client, title: str) -> GrowingListing:
    """Return the list of the user's own playlists."""
    track = find_public_tracks(me)[0]["id"]
    return GrowingListing(
        "/me/playlists", lambda: item_key(create_playlist(me, [track], title, sharing="public"))
    )


def playlists_of_user(me: Client, title: str) -> GrowingListing:
    """Return the public list of the user's playlists."""
    return GrowingListing(f"/users/{fetch_my_id(me)}/playlists", playlists(me, title).add)


def comments(me: Client, title: str) -> GrowingListing:
    """Return the list of comments of a new track; it is empty."""
    track = create_track(me, title)["id"]
    return GrowingListing(f"/tracks/{track}/comments", lambda: item_key(create_comment(me, track, title)))


def liked_tracks(me: Client, title: str) -> GrowingListing:
    """Return the list of tracks that the user likes."""
    return _chosen(me, "/me/likes/tracks", "/tracks", lambda track: like(me, "tracks", track))


def liked_tracks_of_user(me: Client, title: str) -> GrowingListing:
    """Return the public list of tracks that the user likes."""
    return GrowingListing(f"/users/{fetch_my_id(me)}/likes/tracks", liked_tracks(me, title).add)


def liked_playlists(me: Client, title: str) -> GrowingListing:
    """Return the list of playlists that the user likes."""
    return _chosen(me, "/me/likes/playlists", "/playlists", lambda playlist: like(me, "playlists", playlist))


def followings(me: Client, title: str) -> GrowingListing:
    """Return the list of users whom the user follows."""
    return _chosen(me, "/me/followings", "/users", lambda user: follow(me, user))


def followings_of_user(me: Client, title: str) -> GrowingListing:
    """Return the public list of users whom the user follows."""
    return GrowingListing(f"/users/{fetch_my_id(me)}/followings", followings(me, title).add)


ListingFactory = Callable[[Client, str], GrowingListing]
"""Creates a list of a user; the title is that of the resources in it."""

FACTORIES: tuple[ListingFactory, ...] = (
    tracks,
    tracks_of_user,
    playlists,
    playlists_of_user,
    comments,
    liked_tracks,
    liked_tracks_of_user,
    liked_playlists,
    followings,
    followings_of_user,
)

FACTORIES_BY_PATH: dict[str, ListingFactory] = {
    "/me/tracks": tracks,
    "/me/playlists": playlists,
    "/me/likes/tracks": liked_tracks,
    "/me/likes/playlists": liked_playlists,
    "/me/followings": followings,
    "/me/followings/tracks": followings,
    "/me/activities": followings,
    "/tracks/{track_id}/comments": comments,
}
"""By path of an endpoint, the factory that adds items to its list."""


def create_listing(me: Client, paged: PaginatedEndpoint, least: int, most: int, title: str) -> Listing | None:
    """Return a list of `least` to `most` items to which items were added; None if none can be added."""
    begin = FACTORIES_BY_PATH.get(paged.path)
    if begin is None or not 0 < least <= ITEMS_TO_ADD:
        return None
    growing = begin(me, title)
    growing.add_items(ITEMS_TO_ADD)
    place = Listing(growing.path if "{" in paged.path else paged.path)

    def look() -> frozenset[str]:
        there = fetch_item_keys(me, place)
        assert least <= len(there) <= most, f"expected {least} to {most} items, found {len(there)}"
        return there

    try:
        return replace(place, item_ids=me.eventually(look))
    except AssertionError as unmet:
        not_verified(str(unmet))


def _chosen(me: Client, path: str, candidates: str, choose: Callable[[int], None]) -> GrowingListing:
    left = _others(me, candidates, fetch_item_keys(me, Listing(path)))

    def add() -> str:
        thing = next(left, None)
        if thing is None:
            not_verified(f"{candidates} has too few items that are not in {path} yet")
        choose(thing[0])
        return thing[1]

    return GrowingListing(path, add)


def _others(me: Client, path: str, there: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield the ids and keys of the items of a list that are not in another list."""
    out = there | ({str(fetch_my_id(me))} if path == "/users" else set())
    for page in me.pages(path, limit=50):
        for item in json_objects(page.expect_ok().items):
            if item_key(item) not in out:
                yield item["id"], item_key(item)
