"""Lists of a test's own: an empty or known beginning, and item after item added to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.factories import favour, make_clip, make_comment, make_playlist
from tuningfork.apis.audioboo.lookup import CLIPS, account_of
from tuningfork.apis.audioboo.pagination import items_of
from tuningfork.apis.audioboo.tags import tag_path
from tuningfork.client.client import Client
from tuningfork.model import ExpectationFailed
from tuningfork.testing.pagination import Listing

from .listings import PagedList

FEW = 5
"""Items that are made for a list that has too few."""


@dataclass(frozen=True, slots=True)
class Growing:
    """A list to which `add` adds one item, and gives its id."""

    path: str
    add: Callable[[], Any]

    def hold(self, client: Client, number: int) -> Listing:
        """Add so many items; the list with all that is in it then, if they appear there."""
        made = {self.add() for _ in range(number)}
        place = Listing(self.path)

        def look() -> frozenset[Any]:
            there = items_of(client, place)
            if not made <= there:
                raise ExpectationFailed(
                    f"{len(made)} new items in {self.path}", f"{len(made - there)} are missing"
                )
            return there

        try:
            return replace(place, item_ids=client.eventually(look))
        except ExpectationFailed as unmet:
            not_verified(f"the list has not caught up: {unmet}")


def comments(me: Client, title: str) -> Growing:
    """The comments of a new clip, none at first."""
    clip = make_clip(me, title)["id"]
    return Growing(f"{CLIPS}/{clip}/comments", lambda: make_comment(me, clip, title)["id"])


def tagged(me: Client, title: str) -> Growing:
    """The clips with a new tag, none at first."""
    tag = title.replace(" ", "").lower()
    return Growing(tag_path(tag), lambda: make_clip(me, title, tag_list=tag)["id"])


def clips(me: Client, title: str) -> Growing:
    """The user's own clips."""
    return Growing(f"/account{CLIPS}", lambda: make_clip(me, title)["id"])


def clips_of_user(me: Client, title: str) -> Growing:
    """The user's clips, as everybody sees them."""
    return Growing(f"/users/{account_of(me)['id']}{CLIPS}", clips(me, title).add)


def favourites(me: Client, title: str) -> Growing:
    """The clips that the user likes."""

    def add() -> Any:
        clip = make_clip(me, title)["id"]
        favour(me, clip)
        return clip

    return Growing(f"/account{CLIPS}/favourites", add)


def playlists(me: Client, title: str) -> Growing:
    """The user's playlists."""
    number = count(1)
    path = f"/users/{account_of(me)['id']}/playlists"
    return Growing(path, lambda: make_playlist(me, f"{title}, {next(number)}")["id"])


Grower = Callable[[Client, str], Growing]
"""Begins a list of a user's, whose things bear the title."""
GROWING: tuple[Grower, ...] = (comments, tagged, clips, clips_of_user, favourites, playlists)

TO_FILL: dict[str, Grower] = {
    f"{CLIPS}/{{clip_id}}/comments": comments,
    "/tag/{tag}/audio_clips": tagged,
    f"/users/{{user_id}}{CLIPS}": clips_of_user,
    "/users/{user_id}/playlists": playlists,
    f"/account{CLIPS}": clips,
    f"/account{CLIPS}/favourites": favourites,
}
"""What fills a list of which the target has none that is long enough."""


def filled(me: Client, paged: PagedList, title: str) -> Listing | None:
    """A list with some items that are made for it; None if it can't be filled."""
    begin = TO_FILL.get(paged.path)
    return None if begin is None else begin(me, title).hold(me, FEW)
