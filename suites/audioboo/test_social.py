"""Followings, favourites and comments (Audioboo's API reference)."""

from __future__ import annotations

from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.envelope import envelope_body
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import create_clip, create_comment, favourite, object_in_body
from tuningfork.apis.audioboo.lookup import (
    CLIPS_PATH,
    expect_listed,
    expect_unlisted,
    fetch_account_or_skip,
    fetch_newest_clips,
    find_all_in_list,
    find_unfollowed_clip,
    follow_unless_followed,
    listed_item_or_skip,
    owner_id,
    owner_ids,
)
from tuningfork.apis.audioboo.pagination import fetch_all_ids
from tuningfork.client.client import Client
from tuningfork.client.marks import UniqueName
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect, expect_in, expect_no, expect_true
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.pagination import Listing
from tuningfork.testing.state_machine import expect_status_for_claim, for_claim

from .support.clip_updates import UNUSUAL_TITLE

FOLLOWINGS = "/account/followings"
FAVOURITES = f"/account{CLIPS_PATH}/favourites"
FOLLOWED_CLIPS = f"/account{CLIPS_PATH}/followed"


@pytest.fixture
def followee(user: Client, other_user: Client) -> JsonObject:
    """The second user, whom the first does not follow."""
    account = fetch_account_or_skip(other_user)
    if find_all_in_list(user, FOLLOWINGS, account):
        not_verified("the first user follows the second one already")
    return account


@claim("AB-SOC-01")
@pytest.mark.parametrize("repetitions", [1, 3])
def test_following_is_listed_once_until_it_is_deleted(
    user: Client, followee: JsonObject, repetitions: int
) -> None:
    """One DELETE is enough; the user can be followed again."""
    for _ in range(2):
        for _ in range(repetitions):
            expect_following(follow(user, followee).expect_status(200, 201), True)
            expect_count(user, FOLLOWINGS, followee, 1)

        expect_following(assert_success(unfollow(user, followee)), False)
        expect_count(user, FOLLOWINGS, followee, 0)


@claim("AB-SOC-01", "AB-SOC-03")
@pytest.mark.live("concurrent requests")
def test_concurrent_requests_create_one_following_and_one_favourite(
    user: Client, unique_name: UniqueName, followee: JsonObject
) -> None:
    clip = create_clip(user, unique_name("concurrent"))
    path = f"{CLIPS_PATH}/{clip['id']}/favourites"

    for response in send_concurrently(user, 4, lambda client: follow(client, followee)):
        expect_status_for_claim(response, "AB-SOC-01", 200, 201)
    for response in send_concurrently(user, 4, lambda client: client.post(path)):
        expect_status_for_claim(response, "AB-SOC-03", 200, 201)

    with for_claim("AB-SOC-01"):
        expect_count(user, FOLLOWINGS, followee, 1)
    with for_claim("AB-SOC-03"):
        expect_count(user, FAVOURITES, clip, 1)


@claim("AB-SOC-01")
def test_deletion_of_a_missing_following_returns_200_or_404(user: Client, followee: JsonObject) -> None:
    """Before the first following, and after a deletion."""
    for _ in range(2):
        response = unfollow(user, followee)

        if response.status == 200:
            expect_following(response, False)
        else:
            response.expect_status(404)
        follow(user, followee)
        unfollow(user, followee)


@claim("AB-SOC-01")
def test_followings_are_independent(
    user: Client, other_user: Client, api: Client, followee: JsonObject
) -> None:
    """A following changes neither the followee's followings nor other followings of the user."""
    account = fetch_account_or_skip(user)
    known = (account["id"], followee["id"])
    others = (one for one in owner_ids(fetch_newest_clips(api)) if one not in known)
    third = JsonObject(id=at_least_one(others, "all listed clips belong to the two users")[0])
    count_before = len(find_all_in_list(other_user, FOLLOWINGS, account))
    for followed in (third, followee):
        if not find_all_in_list(user, FOLLOWINGS, followed):
            follow(user, followed)
    expect_count(other_user, FOLLOWINGS, account, count_before)
    expect_count(user, FOLLOWINGS, third, 1)

    assert_success(unfollow(user, followee))

    expect_count(user, FOLLOWINGS, third, 1)


@claim("AB-SOC-01")
def test_unfollowing_keeps_the_following_in_the_other_direction(
    user: Client, other_user: Client, followee: JsonObject
) -> None:
    account = fetch_account_or_skip(user)
    follow(other_user, account)
    follow(user, followee)
    listed_item_or_skip(other_user, FOLLOWINGS, account)

    assert_success(unfollow(user, followee))

    expect_count(user, FOLLOWINGS, followee, 0)
    expect_count(other_user, FOLLOWINGS, account, 1)


@claim("AB-SOC-01")
def test_unfollowing_keeps_the_followings_of_others(user: Client, other_user: Client) -> None:
    """Two users follow a third one."""
    user_ids = [fetch_account_or_skip(client)["id"] for client in (user, other_user)]
    third = JsonObject(id=owner_id(find_unfollowed_clip(user, *user_ids)))
    follow_unless_followed(other_user, third["id"])
    listed_item_or_skip(other_user, FOLLOWINGS, third)
    follow(user, third).expect_status(200, 201)

    assert_success(unfollow(user, third))

    expect_count(user, FOLLOWINGS, third, 0)
    expect_count(other_user, FOLLOWINGS, third, 1)


@claim("AB-SOC-01")
def test_public_lists_have_the_following_once(user: Client, api: Client, followee: JsonObject) -> None:
    """The followings of the user and the followers of the followee."""
    account = fetch_account_or_skip(user)
    for _ in range(2):
        follow(user, followee).expect_status(200, 201)
    expect_count(api, f"/users/{account['id']}/followings", followee, 1)
    expect_count(api, f"/users/{followee['id']}/followers", account, 1)

    assert_success(unfollow(user, followee))

    expect_count(api, f"/users/{account['id']}/followings", followee, 0)
    expect_count(api, f"/users/{followee['id']}/followers", account, 0)


@claim("AB-SOC-02")
@pytest.mark.parametrize(
    ("client", "path"),
    [("user", FOLLOWED_CLIPS), ("api", f"/users/{{}}{CLIPS_PATH}/followed")],
    indirect=["client"],
)
def test_clips_of_a_followed_user_are_listed(
    user: Client, other_user: Client, client: Client, unique_name: UniqueName, followee: JsonObject, path: str
) -> None:
    """Clips from before and after the following, until it is deleted."""
    path = path.format(fetch_account_or_skip(user)["id"])
    old_clip = create_clip(other_user, unique_name("before"))
    expect_count(client, path, old_clip, 0)
    follow(user, followee)
    new_clip = create_clip(other_user, unique_name("after"))

    for clip in (old_clip, new_clip):
        expect_count(client, path, clip, 1)
    assert_success(unfollow(user, followee))
    for clip in (old_clip, new_clip):
        expect_unlisted(client, path, clip)


@claim("AB-SOC-02")
def test_clips_of_other_followed_users_stay_listed(
    user: Client, other_user: Client, unique_name: UniqueName, followee: JsonObject
) -> None:
    user_id = fetch_account_or_skip(user)["id"]
    kept = find_unfollowed_clip(user, user_id, followee["id"])
    known = (user_id, followee["id"], owner_id(kept))
    thirds = [one for one in owner_ids(fetch_newest_clips(user)) if one not in known][:1]
    removed = create_clip(other_user, unique_name("removed"))
    for followed_id in (owner_id(kept), *thirds, followee["id"]):
        follow(user, JsonObject(id=followed_id))
    paths = (FOLLOWED_CLIPS, f"/users/{user_id}{CLIPS_PATH}/followed")
    for path in paths:
        expect_count(user, path, removed, 1)

    assert_success(unfollow(user, followee))

    for path in paths:
        expect_unlisted(user, path, removed)
        expect_count(user, path, kept, 1)


@claim("AB-SOC-02")
def test_followed_user_does_not_get_the_clips_of_the_follower(
    user: Client, other_user: Client, unique_name: UniqueName, followee: JsonObject
) -> None:
    expected = len(find_all_in_list(other_user, FOLLOWINGS, fetch_account_or_skip(user)))
    clip = create_clip(user, unique_name("own"))

    follow(user, followee).expect_status(200, 201)

    listed_item_or_skip(user, f"/account{CLIPS_PATH}", clip)
    expect_count(other_user, FOLLOWED_CLIPS, clip, expected)


@claim("AB-SOC-02")
def test_all_clips_of_a_followed_user_are_listed(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName, followee: JsonObject
) -> None:
    path = f"/users/{followee['id']}{CLIPS_PATH}"
    for clip in [create_clip(other_user, unique_name("one of many")) for _ in range(3)]:
        listed_item_or_skip(api, path, clip)

    follow(user, followee).expect_status(200, 201)

    def expect_all_listed() -> None:
        missing = fetch_all_ids(api, Listing(path)) - fetch_all_ids(user, Listing(FOLLOWED_CLIPS))
        expect_no(missing, "clips of the followed user that are not listed")

    user.eventually(expect_all_listed)


@claim("AB-SOC-03")
def test_favourite_is_listed_once_until_it_is_deleted(user: Client, unique_name: UniqueName) -> None:
    """201, and 200 or 201 if it is repeated; it can be added again."""
    clip, other = (create_clip(user, unique_name(word)) for word in ("favourite", "other"))
    path = f"{CLIPS_PATH}/{clip['id']}/favourites"
    expect_count(user, FAVOURITES, clip, 0)

    for _ in range(2):
        user.post(path).expect_status(201)
        expect_count(user, FAVOURITES, clip, 1)
        user.post(path).expect_status(200, 201)
        user.post(path).expect_status(200, 201)
        expect_count(user, FAVOURITES, clip, 1)
        user.delete(path).expect_status(200)
        expect_count(user, FAVOURITES, clip, 0)
    expect_count(user, FAVOURITES, other, 0)


@claim("AB-SOC-03", needs=("user2",))
def test_favourites_of_two_users_are_independent(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    """A clip of another user can be a favourite, too."""
    clip = create_clip(other_user, unique_name("favourite"))
    path = f"{CLIPS_PATH}/{clip['id']}/favourites"
    favourite(other_user, clip["id"])

    user.post(path).expect_status(201)
    expect_count(user, FAVOURITES, clip, 1)
    user.delete(path).expect_status(200)

    expect_count(user, FAVOURITES, clip, 0)
    expect_count(other_user, FAVOURITES, clip, 1)


@claim("AB-SOC-04")
@pytest.mark.parametrize("suffix", ["plain", UNUSUAL_TITLE])
def test_comment_is_listed(user: Client, api: Client, unique_name: UniqueName, suffix: str) -> None:
    """Once, with its text, and not for another clip."""
    clip, other = (create_clip(user, unique_name(word)) for word in ("commented", "other"))
    text = unique_name("comment", f" {suffix}")

    response = user.post(comments_path(clip), form={"comment[body]": text})

    comment = object_in_body(response.expect_created(), "comment")
    for client in (user, api):
        expect_count(client, comments_path(clip), comment, 1)
        listed = expect_listed(client, comments_path(clip), comment)
        expect_in(text, listed.values(), "the values of the comment", listed)
        expect_count(client, comments_path(other), comment, 0)


@claim("AB-SOC-04")
def test_long_comment_is_unchanged_or_returns_4xx(user: Client, unique_name: UniqueName) -> None:
    """The maximum length is not specified."""
    path = comments_path(create_clip(user, unique_name("commented")))
    text = unique_name("comment", " word after word" * 20)

    response = user.post(path, form={"comment[body]": text})

    if response.status >= 400:
        response.expect_client_error()
    else:
        listed = expect_listed(user, path, object_in_body(response.expect_created(), "comment"))
        expect_in(text, listed.values(), "the values of the comment", listed)


@claim("AB-SOC-04")
def test_every_comment_is_listed(
    user: Client, other_user: Client, api: Client, unique_name: UniqueName
) -> None:
    """Comments of two users, and two with the same text."""
    clip, text = create_clip(user, unique_name("commented")), unique_name("comment")

    comments = [create_comment(client, clip["id"], text) for client in (user, other_user, user)]

    for comment in comments:
        expect_count(api, comments_path(clip), comment, 1)


@claim("AB-SOC-04")
@pytest.mark.parametrize("form", [{}, {"body": "x"}, {"comment": "x"}, {"comment[text]": "x"}])
def test_comment_without_a_body_returns_4xx(
    user: Client, unique_name: UniqueName, form: dict[str, str]
) -> None:
    """No comment is created."""
    clip = create_clip(user, unique_name("without comments"))

    user.post(comments_path(clip), form=form).expect_client_error()

    later = create_comment(user, clip["id"], unique_name("later"))
    listed_item_or_skip(user, comments_path(clip), later)
    expect(len(user.all_items(comments_path(clip))), 1, "number of comments")


@claim("AB-SOC-04")
@pytest.mark.parametrize("client", ["other_user", "user"], ids=["author", "clip owner"], indirect=True)
def test_author_and_clip_owner_can_delete_a_comment(
    user: Client, other_user: Client, client: Client, unique_name: UniqueName
) -> None:
    """Another comment stays."""
    clip = create_clip(user, unique_name("commented"))
    comment, other = (create_comment(other_user, clip["id"], unique_name("comment")) for _ in range(2))
    listed_item_or_skip(user, comments_path(clip), comment)

    assert_success(client.delete(f"{comments_path(clip)}/{comment['id']}"))

    expect_unlisted(user, comments_path(clip), comment)
    expect_listed(user, comments_path(clip), other)


@claim("AB-SOC-04")
@pytest.mark.parametrize("client", ["user", "api", "service_client"], indirect=True)
def test_other_client_cannot_delete_a_comment(
    other_user: Client, client: Client, unique_name: UniqueName
) -> None:
    """A user who is neither its author nor the owner of the clip, and the app."""
    clip = create_clip(other_user, unique_name("commented"))
    comment = create_comment(other_user, clip["id"], unique_name("comment"))

    client.delete(f"{comments_path(clip)}/{comment['id']}").expect_client_error()

    expect_listed(other_user, comments_path(clip), comment)


@claim("AB-SOC-04")
def test_comment_is_not_deleted_by_the_path_of_another_clip(
    user: Client, other_user: Client, unique_name: UniqueName
) -> None:
    clip, own_clip = create_clip(other_user, unique_name("other")), create_clip(user, unique_name("own"))
    comment = create_comment(other_user, clip["id"], unique_name("comment"))

    user.delete(f"{comments_path(own_clip)}/{comment['id']}")

    expect_listed(other_user, comments_path(clip), comment)


def follow(client: Client, followed: JsonObject) -> Response:
    """Send POST of a following."""
    return client.post(FOLLOWINGS, form={"following_user_id": followed["id"]})


def unfollow(client: Client, followed: JsonObject) -> Response:
    """Send DELETE of a following."""
    return client.delete(FOLLOWINGS, params={"following_user_id": followed["id"]})


def comments_path(clip: JsonObject) -> str:
    """Return the path of a clip's comments."""
    return f"{CLIPS_PATH}/{clip['id']}/comments"


def expect_following(response: Response, expected: bool) -> None:
    """Raise ExpectationFailed unless `following` in the body is this boolean."""
    found: Any = envelope_body(response)["following"]
    expect_true(found is expected, f"following: {to_json(expected)}", to_json(found), response)


def expect_count(client: Client, path: str, item: JsonObject, count: int) -> None:
    """Raise ExpectationFailed unless a list has the id of an item so many times."""

    def check() -> None:
        found = find_all_in_list(client, path, item)
        expect(len(found), count, f"number of items {item['id']} in {path}", found)

    client.eventually(check)
