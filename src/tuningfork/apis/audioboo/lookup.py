"""Lookup of existing data through the API; if nothing suitable exists, the test is not verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tuningfork import not_verified
from tuningfork.apis.audioboo.factories import create_clip, follow, object_in_body
from tuningfork.apis.audioboo.pagination import MAX_PAGE_SIZE, page_query
from tuningfork.apis.audioboo.tags import most_common_tags, tag_path
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect_true
from tuningfork.testing.listings import ids, json_objects, list_name

CLIPS_PATH = "/audio_clips"
"""The list of all clips, newest first (AB-CLIP-07)."""
NONEXISTENT_IDS = ("999999999999999", "0", "99999999999999999999999")
"""Ids that no resource has: too high, or not positive."""
SAMPLE_SIZE = 50
"""Clips that are read from each list."""
MAX_PAGES = 100
MIN_WORD_LENGTH = 5
MAX_OWNERS = 4
"""Users, and tags, whose lists are read."""


def fetch_newest_clips(client: Client, count: int = SAMPLE_SIZE) -> list[JsonObject]:
    """Return the newest clips of all users, at least one."""
    clips = json_objects(client.get(CLIPS_PATH, **page_query(size=count)).expect_ok().items)
    if not clips:
        not_verified(f"{CLIPS_PATH} is empty")
    return clips


def owner_ids(clips: list[JsonObject]) -> list[Any]:
    """Return the ids of the clips' owners, most frequent first."""
    users = [clip["user"] for clip in clips if isinstance(clip.get("user"), JsonObject)]
    return [user for user, _ in Counter(ids(users)).most_common()]


def long_words(clip: JsonObject) -> list[str]:
    """Return the words of a clip's title that no search leaves out, as it may do with "the"."""
    return [word for word in str(clip["title"]).split() if word.isalpha() and len(word) >= MIN_WORD_LENGTH]


def clip_list_paths(client: Client) -> list[str]:
    """Return the paths of public lists of clips: of all, of some users and of some tags."""
    clips = fetch_newest_clips(client)
    kinds = ("", "/followed", "/favourites")
    users = [f"/users/{user}{CLIPS_PATH}{kind}" for user in owner_ids(clips)[:MAX_OWNERS] for kind in kinds]
    tags = [tag_path(tag["normalised_tag"]) for tag in most_common_tags(clips)[:MAX_OWNERS]]
    return [CLIPS_PATH, f"{CLIPS_PATH}/featured", f"{CLIPS_PATH}/popular", *users, *tags]


def iter_public_clips(client: Client) -> Iterator[JsonObject]:
    """Yield public clips, at least one: those of lists, and some as GET of the clip returns them."""
    newest = fetch_newest_clips(client)
    for path in clip_list_paths(client):
        yield from json_objects(client.get(path, **page_query(size=SAMPLE_SIZE)).expect_ok().items)
    for clip in newest[:: max(1, len(newest) // 10)]:
        response = client.get(f"{CLIPS_PATH}/{clip['id']}")
        if response.status != 404:
            yield object_in_body(response.expect_ok(), "audio_clip")


def fetch_clip(client: Client, clip: object) -> JsonObject:
    """Return the clip with the id `clip`; raise ExpectationFailed if GET does not return the clip."""
    return object_in_body(client.get(f"{CLIPS_PATH}/{clip}").expect_ok(), "audio_clip")


def owner_id(clip: JsonObject) -> Any:
    """Return the id of a clip's owner; None if the clip has no `user`, which is optional."""
    user = clip.get("user")
    return user.get("id") if isinstance(user, dict) else None


def find_unfollowed_clip(client: Client, *known: Any) -> JsonObject:
    """Return a clip whose owner the client's user does not follow and whose owner's id is not in `known`.

    An existing following would be deleted by the cleanup of the test.
    """
    others = {None, *known, *ids(client.all_items("/account/followings"))}
    clips = [clip for clip in fetch_newest_clips(client, MAX_PAGE_SIZE) if owner_id(clip) not in others]
    return clips[-1] if clips else not_verified("the newest clips have no owner but known or followed users")


def follow_unless_followed(client: Client, user_id: Any) -> None:
    """Follow a user; a following that exists stays as it is, and the cleanup of the test keeps it."""
    if user_id not in ids(client.all_items("/account/followings")):
        follow(client, user_id)


def fetch_account_or_skip(client: Client) -> JsonObject:
    """Return the client's user; if /account does not return it, the test is not verified."""
    try:
        user = object_in_body(client.get("/account").expect_ok(), "user")
    except ExpectationFailed as error:
        not_verified(f"/account does not return the user: {error.found}")
    if not isinstance(user.get("id"), int):
        not_verified("/account has no id of the user")
    return user


def find_in_list(client: Client, path: str, resource: JsonObject, **query: Any) -> JsonObject | None:
    """Return the list's item with the id of `resource`; None if the list lacks the id.

    The search in GET /audio_clips ends at the first older clip. An unknown tag may return 404.
    """
    for page in client.pages(path, **query, **page_query(size=MAX_PAGE_SIZE)):
        if page.status == 404 and path.startswith("/tag/"):
            return None
        items = json_objects(page.expect_ok().items)
        for item in items:
            if item["id"] == resource["id"]:
                return item
        if path == CLIPS_PATH and items and str(items[-1]["uploaded_at"]) < str(resource["uploaded_at"]):
            break
    return None


def expect_listed(client: Client, path: str, resource: JsonObject, **query: Any) -> JsonObject:
    """Wait for the list to contain the id of `resource`; return the item, or raise ExpectationFailed."""

    def check() -> JsonObject:
        """Return the listed item; raise ExpectationFailed if the list does not contain it yet."""
        item = find_in_list(client, path, resource, **query)
        if item is None:
            raise ExpectationFailed(f"{resource['id']} in {list_name(path, query)}", "a list without it")
        return item

    return client.eventually(check)


def expect_unlisted(client: Client, path: str, resource: JsonObject, **query: Any) -> None:
    """Wait for the list to lack the id of `resource`; raise ExpectationFailed if it still has the id."""

    def check() -> None:
        """Raise ExpectationFailed if the list still contains the item."""
        is_listed = find_in_list(client, path, resource, **query) is not None
        expect_true(not is_listed, f"no {resource['id']} in {path} {query or ''}", "it is listed")

    client.eventually(check)


def find_all_in_list(client: Client, path: str, resource: JsonObject) -> list[JsonObject]:
    """Return the items of a list that have the id of `resource`."""
    pages = client.pages(path, **page_query(size=MAX_PAGE_SIZE))
    items = (item for page in pages for item in json_objects(page.expect_ok().items))
    return [item for item in items if item["id"] == resource["id"]]


def listed_item_or_skip(client: Client, path: str, resource: JsonObject, **query: Any) -> JsonObject:
    """Wait for the list to contain the id of `resource`; else end the test as not verified."""
    try:
        return expect_listed(client, path, resource, **query)
    except ExpectationFailed as error:
        not_verified(f"the list has not caught up: {error}")


def expect_no_clip_titled(client: Client, title: str) -> None:
    """Raise ExpectationFailed if the user has a clip with this title.

    A later clip is created first: once it is listed, an earlier one would be listed too.
    """
    later = create_clip(client, client.extended(title, "after "))
    listed_item_or_skip(client, f"/account{CLIPS_PATH}", later)
    for page in islice(client.pages(f"/account{CLIPS_PATH}", **page_query(size=MAX_PAGE_SIZE)), MAX_PAGES):
        for clip in json_objects(page.expect_ok().items):
            expect_true(
                clip["title"] != title, f"no clip with the title {to_json(title)}", f"{clip['id']}", clip
            )
