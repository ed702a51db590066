"""Follow & Like (https://developers.soundcloud.com/docs/api/guide#follow-like)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track, follow, like
from tuningfork.apis.soundcloud.lookup import NONEXISTENT_IDS, fetch_my_id
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect_not_in, expect_once
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_unlisted

UniqueName = Callable[[str], str]
CreateLikeable = Callable[[str], int]

FOLLOWINGS = "/me/followings"
TRACKS_OF_FOLLOWED = "/me/followings/tracks"
RESOURCES = [
    pytest.param("tracks", marks=claim("SC-SOC-06")),
    pytest.param("playlists", marks=claim("SC-SOC-07")),
]


@pytest.fixture
def follow_pair(user: Client, other_user: Client) -> tuple[Client, Client]:
    """(follower, followee): two users of whom the first does not follow the second."""
    for follower, followee in ((user, other_user), (other_user, user)):
        with contextlib.suppress(AssertionError):
            wait_until_unlisted(follower, FOLLOWINGS, fetch_my_id(followee))
            return follower, followee
    return not_verified("the two users follow each other already")


@pytest.fixture
def follower(follow_pair: tuple[Client, Client]) -> Client:
    """The user who will follow the followee."""
    return follow_pair[0]


@pytest.fixture
def followee(follow_pair: tuple[Client, Client]) -> Client:
    """The user whom the follower will follow."""
    return follow_pair[1]


@pytest.fixture
def followee_id(followee: Client) -> Any:
    """The id of the followee."""
    return fetch_my_id(followee)


@pytest.fixture
def third_user_id(follower: Client, followee_id: Any) -> Any:
    """The id of another user whom the follower does not follow."""
    excluded = {fetch_my_id(follower), followee_id, *ids(follower.all_items(FOLLOWINGS))}
    candidates = ids(follower.get("/users", limit=50).expect_ok().items)
    others = [user_id for user_id in candidates if user_id not in excluded]
    return others[0] if others else not_verified("/users lists no third user")


@claim("SC-SOC-01")
def test_repeated_following_is_listed_once(follower: Client, followee_id: Any) -> None:
    for _ in range(3):
        response = follower.put(f"{FOLLOWINGS}/{followee_id}")

        response.expect_status(200, 201)
        expect_followed_once(follower, followee_id)


@claim("SC-SOC-01")
def test_two_users_can_follow_the_same_user(follower: Client, followee: Client, third_user_id: Any) -> None:
    for client in (follower, followee):
        client.put(f"{FOLLOWINGS}/{third_user_id}").expect_status(200, 201)

    for client in (follower, followee):
        expect_followed_once(client, third_user_id)


@claim("SC-SOC-01")
def test_user_is_followed_after_another_user_unfollows(
    follower: Client, followee: Client, third_user_id: Any
) -> None:
    for client in (follower, followee):
        follow(client, third_user_id)

    follower.delete(f"{FOLLOWINGS}/{third_user_id}").expect_ok()

    wait_until_unlisted(follower, FOLLOWINGS, third_user_id)
    expect_followed_once(followee, third_user_id)


@claim("SC-SOC-01")
@pytest.mark.live("several requests at the same moment")
def test_concurrent_followings_are_listed_once(follower: Client, followee_id: Any) -> None:
    """A server may refuse some of the requests."""
    path = f"{FOLLOWINGS}/{followee_id}"

    require_success(send_concurrently(follower, 4, lambda client: client.put(path)))

    expect_followed_once(follower, followee_id)


@claim("SC-SOC-02")
def test_unfollowed_user_is_not_listed(follower: Client, followee_id: Any) -> None:
    """One DELETE is enough, even after two PUTs."""
    for _ in range(2):
        follow(follower, followee_id)

    response = follower.delete(f"{FOLLOWINGS}/{followee_id}")

    response.expect_ok()
    wait_until_unlisted(follower, FOLLOWINGS, followee_id)


@claim("SC-SOC-02")
def test_unfollowing_a_user_who_is_not_followed_returns_200_or_404(
    follower: Client, followee_id: Any
) -> None:
    """Before the first PUT, and again after the DELETE that ends the following."""
    follower.delete(f"{FOLLOWINGS}/{followee_id}").expect_status(200, 404)
    follow(follower, followee_id)
    follower.delete(f"{FOLLOWINGS}/{followee_id}").expect_ok()

    response = follower.delete(f"{FOLLOWINGS}/{followee_id}")

    response.expect_status(200, 404)
    wait_until_unlisted(follower, FOLLOWINGS, followee_id)


@claim("SC-SOC-02")
def test_unfollowed_user_can_be_followed_again(
    follower: Client, followee_id: Any, third_user_id: Any
) -> None:
    """Other followings are unchanged."""
    for user_id in (followee_id, third_user_id):
        follow(follower, user_id)
    follower.delete(f"{FOLLOWINGS}/{followee_id}").expect_ok()
    wait_until_unlisted(follower, FOLLOWINGS, followee_id)
    expect_followed_once(follower, third_user_id)

    follower.put(f"{FOLLOWINGS}/{followee_id}").expect_status(200, 201)

    expect_followed_once(follower, followee_id)
    expect_followed_once(follower, third_user_id)


@claim("SC-SOC-03")
def test_following_a_nonexistent_user_returns_404(user: Client) -> None:
    for user_id in NONEXISTENT_IDS:
        user.put(f"{FOLLOWINGS}/{user_id}").expect_status(404)

    followings = user.all_items(FOLLOWINGS)

    for user_id in NONEXISTENT_IDS:
        expect_not_in(user_id, list(map(str, ids(followings))), FOLLOWINGS, followings)


@claim("SC-SOC-04")
def test_follower_is_listed_once_until_the_following_ends(
    follower: Client, api: Client, followee_id: Any
) -> None:
    """For the app and for the follower, even after two PUTs."""
    path, follower_id = f"/users/{followee_id}/followers", fetch_my_id(follower)
    for _ in range(2):
        follower.put(f"{FOLLOWINGS}/{followee_id}").expect_status(200, 201)

    for client in (api, follower):
        expect_listed_once(client, path, follower_id)
    follower.delete(f"{FOLLOWINGS}/{followee_id}").expect_ok()
    wait_until_unlisted(api, path, follower_id)


@claim("SC-SOC-05")
def test_tracks_of_followed_user_are_listed_once(
    follower: Client, followee: Client, unique_name: UniqueName, followee_id: Any, third_user_id: Any
) -> None:
    """A track from before the following and one from after it; the user follows another user, too."""
    older_id = create_track(followee, unique_name("before following"))["id"]
    for user_id in (followee_id, third_user_id):
        follower.put(f"{FOLLOWINGS}/{user_id}").expect_status(200, 201)
    newer_id = create_track(followee, unique_name("after following"))["id"]

    for track_id in (older_id, newer_id):
        expect_listed_once(follower, TRACKS_OF_FOLLOWED, track_id)


@claim("SC-SOC-05")
def test_tracks_of_unfollowed_user_are_not_listed(
    follower: Client, followee: Client, unique_name: UniqueName, followee_id: Any
) -> None:
    """A track from before the following ended and one from after it."""
    older_id = create_track(followee, unique_name("before unfollowing"))["id"]
    follow(follower, followee_id)
    follower.delete(f"{FOLLOWINGS}/{followee_id}").expect_ok()
    newer_id = create_track(followee, unique_name("after unfollowing"))["id"]

    for track_id in (older_id, newer_id):
        wait_until_unlisted(follower, TRACKS_OF_FOLLOWED, track_id)


@pytest.fixture
def create_likeable(user: Client, unique_name: UniqueName) -> CreateLikeable:
    """Creates one of the `tracks` or `playlists` of the user and returns its id."""

    def create(resource: str) -> int:
        title = unique_name("to like")
        created = create_track(user, title) if resource == "tracks" else create_playlist(user, [], title)
        return int(created["id"])

    return create


@pytest.mark.parametrize("resource", RESOURCES)
def test_repeated_like_is_listed_once(user: Client, create_likeable: CreateLikeable, resource: str) -> None:
    item_id = create_likeable(resource)

    for _ in range(3):
        response = user.post(f"/likes/{resource}/{item_id}")

        response.expect_status(200, 201)
        expect_listed_once(user, f"/me/likes/{resource}", item_id)


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.live("several requests at the same moment")
def test_concurrent_likes_are_listed_once(
    user: Client, create_likeable: CreateLikeable, resource: str
) -> None:
    """A server may refuse some of the requests."""
    item_id = create_likeable(resource)

    require_success(send_concurrently(user, 4, lambda client: client.post(f"/likes/{resource}/{item_id}")))

    expect_listed_once(user, f"/me/likes/{resource}", item_id)


@pytest.mark.parametrize("resource", RESOURCES)
def test_deleted_like_is_not_listed(user: Client, create_likeable: CreateLikeable, resource: str) -> None:
    """One DELETE is enough, even after two POSTs."""
    item_id = create_likeable(resource)
    for _ in range(2):
        like(user, resource, item_id)

    response = user.delete(f"/likes/{resource}/{item_id}")

    response.expect_ok()
    wait_until_unlisted(user, f"/me/likes/{resource}", item_id)


@pytest.mark.parametrize("resource", RESOURCES)
def test_deleting_a_nonexistent_like_returns_200_or_404(
    user: Client, create_likeable: CreateLikeable, resource: str
) -> None:
    """Before the first POST, and again after the DELETE that ends the like."""
    item_id = create_likeable(resource)
    user.delete(f"/likes/{resource}/{item_id}").expect_status(200, 404)
    like(user, resource, item_id)
    user.delete(f"/likes/{resource}/{item_id}").expect_ok()

    response = user.delete(f"/likes/{resource}/{item_id}")

    response.expect_status(200, 404)
    wait_until_unlisted(user, f"/me/likes/{resource}", item_id)


@pytest.mark.parametrize("resource", RESOURCES)
def test_deleted_like_can_be_created_again(
    user: Client, create_likeable: CreateLikeable, resource: str
) -> None:
    """Other likes are unchanged."""
    first, second, third = likes = [create_likeable(resource) for _ in range(3)]
    for item_id in likes:
        like(user, resource, item_id)
    user.delete(f"/likes/{resource}/{second}").expect_ok()
    wait_until_unlisted(user, f"/me/likes/{resource}", second)
    expect_listed_once(user, f"/me/likes/{resource}", first, third)

    user.post(f"/likes/{resource}/{second}").expect_status(200, 201)

    expect_listed_once(user, f"/me/likes/{resource}", first, third, second)


@pytest.mark.parametrize("resource", RESOURCES)
def test_deleting_a_like_keeps_the_like_of_another_user(
    user: Client, other_user: Client, create_likeable: CreateLikeable, resource: str
) -> None:
    """The liked track or playlist stays, too."""
    item_id = create_likeable(resource)
    for client in (user, other_user):
        client.post(f"/likes/{resource}/{item_id}").expect_status(200, 201)

    user.delete(f"/likes/{resource}/{item_id}").expect_ok()

    expect_listed_once(other_user, f"/me/likes/{resource}", item_id)
    wait_until_unlisted(user, f"/me/likes/{resource}", item_id)
    user.get(f"/{resource}/{item_id}").expect_ok()


@claim("SC-SOC-08")
@pytest.mark.parametrize("resource", ["tracks", "playlists"])
def test_liking_a_nonexistent_id_returns_404(user: Client, resource: str) -> None:
    for item_id in NONEXISTENT_IDS:
        user.post(f"/likes/{resource}/{item_id}").expect_status(404)

    likes = user.all_items(f"/me/likes/{resource}")

    for item_id in NONEXISTENT_IDS:
        expect_not_in(item_id, list(map(str, ids(likes))), f"/me/likes/{resource}", likes)


@claim("SC-SOC-08")
@pytest.mark.parametrize("resource", ["tracks", "playlists"])
def test_liking_a_deleted_resource_returns_404(
    user: Client, create_likeable: CreateLikeable, resource: str
) -> None:
    item_id = create_likeable(resource)
    user.delete(f"/{resource}/{item_id}")

    response = user.post(f"/likes/{resource}/{item_id}")

    response.expect_status(404)
    wait_until_unlisted(user, f"/me/likes/{resource}", item_id)


def require_success(responses: list[Response]) -> None:
    """Without any success the test is not verified."""
    if not any(response.status in (200, 201) for response in responses):
        not_verified(f"none of the concurrent requests succeeds: {responses[0].status}")


def expect_followed_once(follower: Client, user_id: Any) -> None:
    """Raise ExpectationFailed unless the follower's list of followings has this user exactly once."""
    expect_listed_once(follower, FOLLOWINGS, user_id)


def expect_listed_once(client: Client, path: str, *item_ids: Any) -> None:
    """Raise ExpectationFailed unless a list has each of these ids exactly once, the last one after a wait."""
    items = wait_until_listed(client, path, item_ids[-1])

    for item_id in item_ids:
        expect_once(item_id, ids(items), path, items)
