"""Followings, favourites and comments (Audioboo's API reference)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.envelope import envelope_body
from tuningfork.apis.audioboo.error_assertions import assert_success
from tuningfork.apis.audioboo.factories import create_clip, create_comment, favourite, object_in_body
from tuningfork.apis.audioboo.lookup import (
    CLIPS_PATH,
    count_in_list,
    expect_listed,
    expect_unlisted,
    fetch_account_or_skip,
    fetch_newest_clips,
    find_unfollowed_clip,
    listed_item_or_skip,
    owner_id,
    owner_ids,
)
from tuningfork.apis.audioboo.pagination import fetch_all_ids
from tuningfork.client.client import Client
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.pagination import Listing
from tuningfork.testing.state_machine import expect_status_for_claim, for_claim

from .support.clip_updates import UNUSUAL_TITLE

Fresh = Callable[[str], str]

FOLLOWINGS = "/account/followings"
FAVOURITES = f"/account{CLIPS_PATH}/favourites"


def follow(client: Client, user: Any) -> Response:
    """POST a following, whatever comes of it."""
    return client.post(FOLLOWINGS, form={"following_user_id": user})


def unfollow(client: Client, user: Any) -> Response:
    """DELETE a following, whatever comes of it."""
    return client.delete(FOLLOWINGS, params={"following_user_id": user})


def is_following(answer: Response, wanted: bool) -> None:
    """Raise where an answer says otherwise of a following."""
    found = envelope_body(answer)["following"]
    assert found is wanted, f"expected following {wanted}, found {found!r}"


def is_listed(client: Client, path: str, thing: JsonObject, count: int) -> None:
    """Raise where a list has a thing more or less often."""

    def look() -> None:
        if (found := count_in_list(client, path, thing)) != count:
            expected = f"{count} items with the id {thing['id']} in {path}"
            raise ExpectationFailed(expected, f"{found} items with this id")

    client.eventually(look)


@pytest.fixture
def another(user: Client, other_user: Client) -> JsonObject:
    """The second user, whom the first does not follow."""
    found_user = fetch_account_or_skip(other_user)
    if count_in_list(user, FOLLOWINGS, found_user) > 0:
        not_verified("the first user follows the second one already")
    return found_user


@claim("AB-SOC-01")
def test_a_user_is_followed_once(user: Client, another: JsonObject) -> None:
    """However often: each time 200 or 201 and true, and listed once among those whom the user follows."""
    for _ in range(3):
        is_following(follow(user, another["id"]).expect_status(200, 201), True)

        is_listed(user, FOLLOWINGS, another, 1)


@claim("AB-SOC-01", "AB-SOC-03")
@pytest.mark.live("several requests at one moment")
def test_what_is_asked_for_at_one_moment_is_done_once(
    user: Client, unique_name: Fresh, another: JsonObject
) -> None:
    """A following and a favourite that are each sent several times together are listed once."""
    clip = create_clip(user, unique_name("liked by many hands"))

    for answer in send_concurrently(user, 4, lambda sender: follow(sender, another["id"])):
        expect_status_for_claim(answer, "AB-SOC-01", 200, 201)
    for answer in send_concurrently(
        user, 4, lambda sender: sender.post(f"{CLIPS_PATH}/{clip['id']}/favourites")
    ):
        expect_status_for_claim(answer, "AB-SOC-03", 200, 201)

    with for_claim("AB-SOC-01"):
        is_listed(user, FOLLOWINGS, another, 1)
    with for_claim("AB-SOC-03"):
        is_listed(user, FAVOURITES, clip, 1)


@claim("AB-SOC-01")
@pytest.mark.parametrize("times_followed", [1, 2])
def test_a_user_is_followed_no_more(user: Client, another: JsonObject, times_followed: int) -> None:
    """Once is enough, however often it was followed: false, and out of the list."""
    for _ in range(times_followed):
        follow(user, another["id"])
    listed_item_or_skip(user, FOLLOWINGS, another)

    is_following(assert_success(unfollow(user, another["id"])), False)

    is_listed(user, FOLLOWINGS, another, 0)


@claim("AB-SOC-01")
def test_a_user_is_followed_again(user: Client, another: JsonObject) -> None:
    """After it was followed no more."""
    for _ in range(2):
        is_following(follow(user, another["id"]).expect_status(200, 201), True)
        is_listed(user, FOLLOWINGS, another, 1)
        is_following(assert_success(unfollow(user, another["id"])), False)
        is_listed(user, FOLLOWINGS, another, 0)


@claim("AB-SOC-01")
def test_a_following_that_is_not_there_is_taken_out(user: Client, another: JsonObject) -> None:
    """200 and false, or 404: never followed, and followed no more."""
    for _ in range(2):
        answer = unfollow(user, another["id"])

        if answer.status == 200:
            is_following(answer, False)
        else:
            answer.expect_status(404)
        follow(user, another["id"])
        unfollow(user, another["id"])


@claim("AB-SOC-01")
def test_a_following_is_of_one_user_by_one(
    user: Client, other_user: Client, api: Client, another: JsonObject
) -> None:
    """Who follows is not followed for that, and nobody else is followed or lost with the one."""
    mine = fetch_account_or_skip(user)
    others = [
        found_user
        for found_user in owner_ids(fetch_newest_clips(api))
        if found_user not in (mine["id"], another["id"])
    ]
    third = JsonObject(id=others[0]) if others else not_verified("all listed clips are of the two users")
    back = count_in_list(other_user, FOLLOWINGS, mine)
    for found_user in (third, another):
        if not count_in_list(user, FOLLOWINGS, found_user):
            follow(user, found_user["id"])
    is_listed(other_user, FOLLOWINGS, mine, back)
    is_listed(user, FOLLOWINGS, third, 1)

    assert_success(unfollow(user, another["id"]))

    is_listed(user, FOLLOWINGS, third, 1)


@claim("AB-SOC-01")
def test_of_two_who_follow_each_other_one_goes_on(
    user: Client, other_user: Client, another: JsonObject
) -> None:
    """Whoever is followed no more follows all the same."""
    mine = fetch_account_or_skip(user)
    follow(other_user, mine["id"])
    follow(user, another["id"])
    listed_item_or_skip(other_user, FOLLOWINGS, mine)

    assert_success(unfollow(user, another["id"]))

    is_listed(user, FOLLOWINGS, another, 0)
    is_listed(other_user, FOLLOWINGS, mine, 1)


@claim("AB-SOC-01")
def test_everybody_sees_whom_a_user_follows(user: Client, api: Client, another: JsonObject) -> None:
    """Both ways: whom it follows, and who is followed by it; each once."""
    mine = fetch_account_or_skip(user)
    for _ in range(2):
        follow(user, another["id"]).expect_status(200, 201)
    is_listed(api, f"/users/{mine['id']}/followings", another, 1)
    is_listed(api, f"/users/{another['id']}/followers", mine, 1)

    assert_success(unfollow(user, another["id"]))

    is_listed(api, f"/users/{mine['id']}/followings", another, 0)
    is_listed(api, f"/users/{another['id']}/followers", mine, 0)


@claim("AB-SOC-02")
@pytest.mark.parametrize("whose", ["account", "user"])
def test_the_clips_of_a_followed_user_are_listed(
    user: Client, other_user: Client, api: Client, unique_name: Fresh, another: JsonObject, whose: str
) -> None:
    """Old and new ones, from the following to its end."""
    reader, path = (user, f"/account{CLIPS_PATH}/followed")
    if whose == "user":
        reader, path = (api, f"/users/{fetch_account_or_skip(user)['id']}{CLIPS_PATH}/followed")
    old = create_clip(other_user, unique_name("before"))
    is_listed(reader, path, old, 0)
    follow(user, another["id"])
    new = create_clip(other_user, unique_name("meanwhile"))

    for clip in (old, new):
        is_listed(reader, path, clip, 1)
    assert_success(unfollow(user, another["id"]))
    for clip in (old, new):
        expect_unlisted(reader, path, clip)


@claim("AB-SOC-02")
def test_the_clips_of_who_is_still_followed_stay(
    user: Client, other_user: Client, unique_name: Fresh, another: JsonObject
) -> None:
    """Of several who are followed, those of the unfollowed one go, for the user and for everybody."""
    known = [fetch_account_or_skip(user)["id"], another["id"]]
    stays = find_unfollowed_clip(user, *known)
    third = next(
        (one for one in owner_ids(fetch_newest_clips(user)) if one not in (*known, owner_id(stays))), None
    )
    goes = create_clip(other_user, unique_name("goes"))
    for found_user in (owner_id(stays), *([] if third is None else [third]), another["id"]):
        follow(user, found_user)
    paths = (f"/account{CLIPS_PATH}/followed", f"/users/{known[0]}{CLIPS_PATH}/followed")
    for path in paths:
        is_listed(user, path, goes, 1)

    assert_success(unfollow(user, another["id"]))

    for path in paths:
        expect_unlisted(user, path, goes)
        is_listed(user, path, stays, 1)


@claim("AB-SOC-02")
def test_only_the_follower_sees_the_clips(
    user: Client, other_user: Client, unique_name: Fresh, another: JsonObject
) -> None:
    """Who is followed does not get the clips of the follower."""
    back = count_in_list(other_user, FOLLOWINGS, fetch_account_or_skip(user))
    clip = create_clip(user, unique_name("mine"))
    follow(user, another["id"])
    listed_item_or_skip(user, f"/account{CLIPS_PATH}", clip)

    is_listed(other_user, f"/account{CLIPS_PATH}/followed", clip, back)


@claim("AB-SOC-02")
def test_all_clips_of_a_followed_user_are_listed(
    user: Client, other_user: Client, api: Client, unique_name: Fresh, another: JsonObject
) -> None:
    """None of them is missing, however many pages they fill."""
    made = [create_clip(other_user, unique_name("one of many")) for _ in range(3)]
    clips = f"/users/{another['id']}{CLIPS_PATH}"
    for clip in made:
        listed_item_or_skip(api, clips, clip)
    follow(user, another["id"])

    def look() -> None:
        theirs = fetch_all_ids(api, Listing(clips))
        followed = fetch_all_ids(user, Listing(f"/account{CLIPS_PATH}/followed"))
        assert theirs <= followed, f"expected all {len(theirs)} clips, found all but {theirs - followed}"

    user.eventually(look)


@claim("AB-SOC-03")
def test_a_favourite_is_listed_once(user: Client, unique_name: Fresh) -> None:
    """201, and 200 or 201 when it is repeated; listed once, until it is taken out, and again then."""
    clip, beside = (create_clip(user, unique_name(word)) for word in ("liked", "beside"))
    path = f"{CLIPS_PATH}/{clip['id']}/favourites"
    is_listed(user, FAVOURITES, clip, 0)

    for _ in range(2):
        user.post(path).expect_status(201)
        is_listed(user, FAVOURITES, clip, 1)
        user.post(path).expect_status(200, 201)
        user.post(path).expect_status(200, 201)
        is_listed(user, FAVOURITES, clip, 1)
        user.delete(path).expect_status(200)
        is_listed(user, FAVOURITES, clip, 0)
    is_listed(user, FAVOURITES, beside, 0)


@claim("AB-SOC-03")
def test_favourites_are_taken_out_one_by_one(user: Client, unique_name: Fresh) -> None:
    """The others stay."""
    clips = [create_clip(user, unique_name("liked")) for _ in range(3)]
    for clip in clips:
        user.post(f"{CLIPS_PATH}/{clip['id']}/favourites").expect_status(201)

    user.delete(f"{CLIPS_PATH}/{clips[1]['id']}/favourites").expect_status(200)

    for clip, count in zip(clips, (1, 0, 1), strict=True):
        is_listed(user, FAVOURITES, clip, count)


@claim("AB-SOC-03", needs=("user2",))
def test_favourites_are_a_user_s_own(user: Client, other_user: Client, unique_name: Fresh) -> None:
    """A clip of another's is a favourite as well; it is not the other's for that."""
    clip = create_clip(other_user, unique_name("liked"))
    path = f"{CLIPS_PATH}/{clip['id']}/favourites"
    favourite(other_user, clip["id"])

    user.post(path).expect_status(201)
    is_listed(user, FAVOURITES, clip, 1)
    user.delete(path).expect_status(200)

    is_listed(user, FAVOURITES, clip, 0)
    is_listed(other_user, FAVOURITES, clip, 1)


def comments_on(clip: JsonObject) -> str:
    """The path of a clip's comments."""
    return f"{CLIPS_PATH}/{clip['id']}/comments"


@claim("AB-SOC-04")
@pytest.mark.parametrize("odd", ["plain", UNUSUAL_TITLE, "word after word " * 20 + "end"])
def test_a_comment_is_listed(user: Client, api: Client, unique_name: Fresh, odd: str) -> None:
    """201; then it is in the clip's list, once, with its words, and in no other clip's."""
    clip, beside = (create_clip(user, unique_name(word)) for word in ("commented", "beside"))
    text = f"{unique_name('said')} {odd}"

    answer = user.post(comments_on(clip), form={"comment[body]": text}).expect_created()

    comment = object_in_body(answer, "comment")
    for reader in (user, api):
        is_listed(reader, comments_on(clip), comment, 1)
        listed = expect_listed(reader, comments_on(clip), comment)
        assert text in listed.values(), f"expected the words {text!r}, found {listed}"
        is_listed(reader, comments_on(beside), comment, 0)


@claim("AB-SOC-04")
def test_every_comment_is_listed(user: Client, other_user: Client, api: Client, unique_name: Fresh) -> None:
    """Those of several users, and the same words twice."""
    clip, text = create_clip(user, unique_name("commented")), unique_name("said")

    made = [create_comment(client, clip["id"], text) for client in (user, other_user, user)]

    for comment in made:
        is_listed(api, comments_on(clip), comment, 1)


@claim("AB-SOC-04")
@pytest.mark.parametrize("form", [{}, {"body": "x"}, {"comment": "x"}, {"comment[text]": "x"}])
def test_a_comment_needs_a_body(user: Client, unique_name: Fresh, form: dict[str, str]) -> None:
    """Without comment[body]: 4xx, and there is no comment."""
    clip = create_clip(user, unique_name("silent"))

    user.post(comments_on(clip), form=form).expect_client_error()

    after = create_comment(user, clip["id"], unique_name("after"))
    listed_item_or_skip(user, comments_on(clip), after)
    found = user.all_items(comments_on(clip))
    assert len(found) == 1, f"expected one comment, found {len(found)}"


@claim("AB-SOC-04")
@pytest.mark.parametrize("deleter", ["author", "owner"])
def test_author_and_owner_delete_a_comment(
    user: Client, other_user: Client, unique_name: Fresh, deleter: str
) -> None:
    """Its author on another's clip, and the clip's owner what another wrote; other comments stay."""
    clip = create_clip(user, unique_name("commented"))
    comment, beside = (create_comment(other_user, clip["id"], unique_name("said")) for _ in range(2))
    listed_item_or_skip(user, comments_on(clip), comment)

    assert_success(
        (other_user if deleter == "author" else user).delete(f"{comments_on(clip)}/{comment['id']}")
    )

    expect_unlisted(user, comments_on(clip), comment)
    expect_listed(user, comments_on(clip), beside)


@claim("AB-SOC-04")
@pytest.mark.parametrize("who", ["user", "api"])
def test_nobody_else_deletes_a_comment(
    other_user: Client, request: pytest.FixtureRequest, unique_name: Fresh, who: str
) -> None:
    """Who is neither its author nor the clip's owner is refused, and the comment stays."""
    clip = create_clip(other_user, unique_name("commented"))
    comment = create_comment(other_user, clip["id"], unique_name("said"))
    stranger: Client = request.getfixturevalue(who)
    if who == "user":
        create_comment(stranger, clip["id"], unique_name("said too"))

    stranger.delete(f"{comments_on(clip)}/{comment['id']}").expect_client_error()

    expect_listed(other_user, comments_on(clip), comment)


@claim("AB-SOC-04")
def test_an_owner_deletes_on_the_own_clip_only(user: Client, other_user: Client, unique_name: Fresh) -> None:
    """By way of an own clip, another's comment on another's clip is not deleted."""
    theirs, mine = create_clip(other_user, unique_name("commented")), create_clip(user, unique_name("way in"))
    comment = create_comment(other_user, theirs["id"], unique_name("said"))

    user.delete(f"{comments_on(mine)}/{comment['id']}")

    expect_listed(other_user, comments_on(theirs), comment)
