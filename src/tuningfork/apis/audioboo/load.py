"""What the users of a load run repeat on Audioboo, besides reading its lists."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tuningfork import not_verified
from tuningfork.apis.audioboo.envelope import integer_property
from tuningfork.apis.audioboo.factories import create_clip, object_in_body, upload
from tuningfork.apis.audioboo.lookup import fetch_account_or_skip
from tuningfork.client.response import Response
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.load_scenario import LoadUser, Scenario
from tuningfork.testing.shelf import Shelf, WalkedPage

RACING = 2
"""Uploads with one uuid at the same moment."""
ACCEPTED = (200, 201)
MAX_TIME_AGE_S, OLD_ENOUGH_S = 1, 3.0
"""`max_time` is so long ago, and a clip of this age is older than it, with times in whole seconds.

Both are longer by the time for which a list may lag (`settle`)."""
MAX_CLIPS, MAX_SIZE = 40, 150


def race_uploads(user: LoadUser) -> None:
    """Upload a clip several times at the same moment, with one uuid."""
    fields = {"title": user.unique_name("uuid"), "uuid": str(uuid5(NAMESPACE_URL, user.unique_name("uuid")))}
    responses = user.at_once(RACING, lambda client: upload(client, fields))
    if not any(each.status in ACCEPTED for each in responses):
        responses.append(upload(user.client, fields))  # now no other upload with the uuid runs
    uploaded = [object_in_body(each, "audio_clip")["id"] for each in responses if each.status in ACCEPTED]
    _dispose(user, set(uploaded))
    with user.judging("AB-REQ-06"):
        for response in responses:
            response.expect_status(*ACCEPTED, 409)
        if not uploaded:
            not_verified("each upload with a new uuid was refused with 409")
        expect_true(len(set(uploaded)) <= 1, "one clip of a uuid", f"{len(set(uploaded))}", responses[-1])


def live(user: LoadUser) -> None:
    """Upload a clip and read it by its id; unless a user walks, delete it, and read it again."""
    title = user.unique_name("load")
    clip = create_clip(user.client, title)
    path = f"/audio_clips/{clip['id']}"
    with user.judging("AB-CLIP-05"):
        shown = object_in_body(user.client.get(path).expect_ok(), "audio_clip")
        expect((shown.get("id"), shown.get("title")), (clip["id"], title), "id and title")
    if not _shelf(user).may_delete:
        _dispose(user, [clip["id"]])
        return
    with _shelf(user).deleting():
        user.client.delete(path).expect_ok()
    with user.judging("AB-CLIP-05"):
        user.client.eventually(lambda: user.client.get(path).expect_status(404))


def walk(user: LoadUser) -> None:
    """Walk through the clips before a max_time while all users add clips."""
    user_id = user.shared.get("user id", lambda: fetch_account_or_skip(user.client)["id"])
    path, shelf = f"/users/{user_id}/audio_clips", _shelf(user)
    user.stock(partial(_add, user))
    _dispose(user, shelf.take(MAX_CLIPS))
    with user.judging("AB-PAGE-05"):
        shelf.expect_walk(partial(_walk_before_now, user, path), MAX_SIZE)


def _walk_before_now(user: LoadUser, path: str, size: int) -> list[WalkedPage]:
    """Return the pages of the clips before a time of the server's clock that is in the past."""
    now = integer_property(user.client.get(path, **{"page[items]": 1}).expect_ok(), "timestamp")
    query = {"page[items]": size, "max_time": int(now - MAX_TIME_AGE_S - user.shared.settle)}
    return user.walk(map(_walked, user.client.pages(path, **query)), partial(_add, user))


def _add(user: LoadUser) -> None:
    """Upload a clip that the list must have later."""
    clip = create_clip(user.client, user.unique_name("page"))
    _shelf(user).add(clip["id"], clip["id"])


def _dispose(user: LoadUser, clips: Iterable[Any]) -> None:
    """Delete clips once no user walks through a list."""
    _shelf(user).dispose(clips, lambda clip: user.client.delete(f"/audio_clips/{clip}"))


def _walked(page: Response) -> WalkedPage:
    """Return a page of clips with their ids."""
    return WalkedPage([str(item.get("id")) for item in page.expect_ok().items], page)


def _shelf(user: LoadUser) -> Shelf:
    """Return the clips of this run."""
    return user.shared.shelf("clips", OLD_ENOUGH_S + user.shared.settle)


NEEDS = ("user", "write")
SCENARIOS = (
    Scenario("uploads with one uuid", race_uploads, ("AB-REQ-06",), NEEDS),
    Scenario("life of a clip", live, ("AB-CLIP-05",), NEEDS),
    Scenario("pages of clips before a max_time", walk, ("AB-PAGE-05",), NEEDS),
)
