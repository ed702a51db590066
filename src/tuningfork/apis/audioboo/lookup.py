"""Finding what is there to judge, by the API itself; where nothing is found, nothing is verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.factories import create_clip, object_in_body
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.apis.audioboo.tags import most_common_tags, tag_path
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.model import ExpectationFailed
from tuningfork.testing.listings import ids, json_objects

CLIPS_PATH = "/audio_clips"
"""The list of all clips, newest first (AB-CLIP-07)."""
NONEXISTENT_IDS = ("999999999999999", "0", "99999999999999999999999")
"""Numbers that are nobody's ids: too high, and not positive."""
SAMPLE_SIZE = 50
"""Clips of a list that are looked at."""
MAX_OWNERS = 4
"""Users and clips whose lists are looked at."""


def fetch_newest_clips(client: Client, count: int = SAMPLE_SIZE) -> list[JsonObject]:
    """The newest clips of all, at least one."""
    found = json_objects(client.get(CLIPS_PATH, **page_query(size=count)).expect_ok().items)
    if not found:
        not_verified(f"{CLIPS_PATH} is empty")
    return found


def owner_ids(clips: list[JsonObject]) -> list[Any]:
    """The ids of the users whose clips these are, those with most of them first."""
    users = [clip["user"] for clip in clips if isinstance(clip.get("user"), JsonObject)]
    return [user for user, _ in Counter(ids(users)).most_common()]


def clip_list_paths(client: Client) -> list[str]:
    """Public lists of clips: of everything, of some users and of some tags."""
    clips = fetch_newest_clips(client)
    kinds = ("", "/followed", "/favourites")
    users = [f"/users/{user}{CLIPS_PATH}{kind}" for user in owner_ids(clips)[:MAX_OWNERS] for kind in kinds]
    tags = [tag_path(tag["normalised_tag"]) for tag in most_common_tags(clips)[:MAX_OWNERS]]
    return [CLIPS_PATH, f"{CLIPS_PATH}/featured", f"{CLIPS_PATH}/popular", *users, *tags]


def iter_public_clips(client: Client) -> Iterator[tuple[JsonObject, str]]:
    """Clips that anybody may read, at least one, each with where it was found: a list, or its own path."""
    newest = fetch_newest_clips(client)
    for path in clip_list_paths(client):
        for clip in json_objects(client.get(path, **page_query(size=SAMPLE_SIZE)).expect_ok().items):
            yield clip, path
    for clip in newest[:: max(1, len(newest) // 10)]:
        path = f"{CLIPS_PATH}/{clip['id']}"
        answer = client.get(path)
        if answer.status != 404:
            yield object_in_body(answer.expect_ok(), "audio_clip"), path


def fetch_clip(client: Client, clip: object) -> JsonObject:
    """The clip with this id, as its own resource has it, or ExpectationFailed."""
    return object_in_body(client.get(f"{CLIPS_PATH}/{clip}").expect_ok(), "audio_clip")


def owner_id(clip: JsonObject) -> Any:
    """The id of a clip's user, who need not be told; None then."""
    user = clip.get("user")
    return user.get("id") if isinstance(user, dict) else None


def find_unfollowed_clip(client: Client, *known: Any) -> JsonObject:
    """A clip of somebody whom the client's user does not follow, and who is none of these users.

    Who is followed already would not be any more once the test is tidied up after.
    """
    others = {None, *known, *ids(client.all_items("/account/followings"))}
    clips = [clip for clip in fetch_newest_clips(client, MAX_PAGE_SIZE) if owner_id(clip) not in others]
    return clips[-1] if clips else not_verified("the newest clips are of nobody else")


def fetch_account_or_skip(client: Client) -> JsonObject:
    """The user whose client this is; if the target does not say, nothing is verified."""
    try:
        found = object_in_body(client.get("/account").expect_ok(), "user")
    except ExpectationFailed as unmet:
        not_verified(f"/account does not say who the user is: {unmet.found}")
    if not isinstance(found.get("id"), int):
        not_verified("/account shows no id of the user")
    return found


def find_in_list(client: Client, path: str, thing: JsonObject, **query: Any) -> JsonObject | None:
    """The thing with this id as a list has it, None if the list has it nowhere.

    The list of all clips is left once it has come to older ones. A tag of no clip may be unknown.
    """
    for page in client.pages(path, **query, **page_query(size=MAX_PAGE_SIZE)):
        if page.status == 404 and path.startswith("/tag/"):
            return None
        items = json_objects(page.expect_ok().items)
        for item in items:
            if item["id"] == thing["id"]:
                return item
        if path == CLIPS_PATH and items and str(items[-1]["uploaded_at"]) < str(thing["uploaded_at"]):
            break
    return None


def expect_listed(client: Client, path: str, thing: JsonObject, **query: Any) -> JsonObject:
    """The thing as a list has it, once it is there; ExpectationFailed if it never is."""

    def look() -> JsonObject:
        found = find_in_list(client, path, thing, **query)
        if found is None:
            raise ExpectationFailed(f"{thing['id']} in {path} {query or ''}", "a list without it")
        return found

    return client.eventually(look)


def expect_unlisted(client: Client, path: str, thing: JsonObject, **query: Any) -> None:
    """ExpectationFailed if a list goes on having the thing with this id."""

    def look() -> None:
        if find_in_list(client, path, thing, **query) is not None:
            raise ExpectationFailed(f"no {thing['id']} in {path} {query or ''}", "it is there")

    client.eventually(look)


def count_in_list(client: Client, path: str, thing: JsonObject) -> int:
    """How often a list has the thing with this id."""
    pages = client.pages(path, **page_query(size=MAX_PAGE_SIZE))
    return sum(item["id"] == thing["id"] for page in pages for item in json_objects(page.expect_ok().items))


def listed_item_or_skip(client: Client, path: str, thing: JsonObject, **query: Any) -> JsonObject:
    """The thing as a list has it, once it is there; if it never is, nothing is verified."""
    try:
        return expect_listed(client, path, thing, **query)
    except ExpectationFailed as unmet:
        not_verified(f"the list has not caught up: {unmet}")


def expect_no_clip_titled(me: Client, title: str) -> None:
    """Fail if the user has a clip with this title, seen when a clip that was made later is listed."""
    later = create_clip(me, f"after {title}")
    listed_item_or_skip(me, f"/account{CLIPS_PATH}", later)
    for page in islice(me.pages(f"/account{CLIPS_PATH}", **page_query(size=MAX_PAGE_SIZE)), 100):
        for clip in json_objects(page.expect_ok().items):
            if clip["title"] == title:
                raise ExpectationFailed(f"no clip with the title {title!r}", f"clip {clip['id']}")
