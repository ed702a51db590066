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
from tuningfork.testing.listings import ids, wait_until_listed, wait_until_unlisted

Fresh = Callable[[str], str]
Make = Callable[[str], int]

FOLLOWINGS = "/me/followings"
KINDS = [
    pytest.param("tracks", marks=claim("SC-SOC-06")),
    pytest.param("playlists", marks=claim("SC-SOC-07")),
]

pytestmark = pytest.mark.xdist_group("followings")  # two workers would undo each other's


@pytest.fixture
def pair(user: Client, other_user: Client) -> tuple[Client, Client]:
    """Of the two users one who does not follow the other, and that other one."""
    for fan, idol in ((user, other_user), (other_user, user)):
        with contextlib.suppress(AssertionError):
            wait_until_unlisted(fan, FOLLOWINGS, fetch_my_id(idol))
            return fan, idol
    return not_verified("the two users follow each other already")


@pytest.fixture
def fan(pair: tuple[Client, Client]) -> Client:
    """Who is going to follow."""
    return pair[0]


@pytest.fixture
def idol(pair: tuple[Client, Client]) -> Client:
    """Who is going to be followed."""
    return pair[1]


@pytest.fixture
def stranger(idol: Client) -> Any:
    """The id of the user whom nobody of the two follows yet."""
    return fetch_my_id(idol)


@pytest.fixture
def bystander(fan: Client, stranger: Any) -> Any:
    """The id of a third user, whom the first does not follow."""
    taken = {fetch_my_id(fan), stranger, *ids(fan.all_items(FOLLOWINGS))}
    users = [user for user in ids(fan.get("/users", limit=50).expect_ok().items) if user not in taken]
    return users[0] if users else not_verified("there is no third user to be found")


def follows_once(me: Client, user: Any) -> None:
    """Raise where a user is in the list of followings never, or more than once."""
    times = ids(wait_until_listed(me, FOLLOWINGS, user)).count(user)

    assert times == 1, f"expected user {user} once in {FOLLOWINGS}, found it {times} times"


@claim("SC-SOC-01")
def test_a_user_is_followed(fan: Client, stranger: Any) -> None:
    """Who is followed stands in /me/followings."""
    answer = fan.put(f"{FOLLOWINGS}/{stranger}")

    answer.expect_status(200, 201)
    follows_once(fan, stranger)


@claim("SC-SOC-01")
def test_a_user_is_followed_once(fan: Client, stranger: Any) -> None:
    """However often it is put, the user stands there once."""
    for _ in range(3):
        fan.put(f"{FOLLOWINGS}/{stranger}").expect_status(200, 201)

        follows_once(fan, stranger)


@claim("SC-SOC-01")
def test_several_users_are_followed(fan: Client, stranger: Any, bystander: Any) -> None:
    """A second following leaves the first."""
    for user in (stranger, bystander):
        fan.put(f"{FOLLOWINGS}/{user}").expect_status(200, 201)

    for user in (stranger, bystander):
        follows_once(fan, user)


@claim("SC-SOC-01")
def test_two_follow_one(fan: Client, idol: Client, bystander: Any) -> None:
    """Who is followed by one can be followed by another; neither takes it from the other."""
    for user in (fan, idol):
        user.put(f"{FOLLOWINGS}/{bystander}").expect_status(200, 201)

    for user in (fan, idol):
        follows_once(user, bystander)


@claim("SC-SOC-02")
def test_a_user_is_unfollowed(fan: Client, stranger: Any) -> None:
    """Who is unfollowed stands no longer in /me/followings, though put twice."""
    for _ in range(2):
        follow(fan, stranger)

    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_ok()

    wait_until_unlisted(fan, FOLLOWINGS, stranger)


@claim("SC-SOC-02")
def test_who_is_not_followed_can_t_be_unfollowed(fan: Client, stranger: Any) -> None:
    """To unfollow nobody is answered 200 or 404: before, and again afterwards."""
    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_status(200, 404)
    follow(fan, stranger)
    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_ok()

    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_status(200, 404)

    wait_until_unlisted(fan, FOLLOWINGS, stranger)


@claim("SC-SOC-02")
def test_one_user_is_unfollowed(fan: Client, stranger: Any, bystander: Any) -> None:
    """The others stay, and who was unfollowed can be followed again."""
    for user in (stranger, bystander):
        follow(fan, user)

    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_ok()
    wait_until_unlisted(fan, FOLLOWINGS, stranger)
    follows_once(fan, bystander)
    fan.put(f"{FOLLOWINGS}/{stranger}").expect_status(200, 201)

    follows_once(fan, stranger)
    follows_once(fan, bystander)


@claim("SC-SOC-03")
def test_nobody_can_t_be_followed(user: Client) -> None:
    """A user who does not exist is answered 404, and followed by nobody."""
    for found_user in NONEXISTENT_IDS:
        user.put(f"{FOLLOWINGS}/{found_user}").expect_status(404)

    followed = {str(found_user) for found_user in ids(user.all_items(FOLLOWINGS))}
    assert followed.isdisjoint(NONEXISTENT_IDS), f"expected nobody, found {followed & {*NONEXISTENT_IDS}}"


@claim("SC-SOC-04")
def test_a_follower_is_listed(fan: Client, api: Client, stranger: Any) -> None:
    """The follower stands among the followers of the followed, once, for everybody."""
    for _ in range(2):
        follow(fan, stranger)

    for reader, path in ((api, f"/users/{stranger}/followers"), (fan, f"/users/{stranger}/followers")):
        times = ids(wait_until_listed(reader, path, fetch_my_id(fan))).count(fetch_my_id(fan))
        assert times == 1, f"expected the follower once in {path}, found it {times} times"


@claim("SC-SOC-04")
def test_a_follower_who_leaves_is_not_listed(fan: Client, api: Client, stranger: Any) -> None:
    """Who has unfollowed a user is no follower any more."""
    follow(fan, stranger)
    fan.delete(f"{FOLLOWINGS}/{stranger}")

    wait_until_unlisted(api, f"/users/{stranger}/followers", fetch_my_id(fan))


@claim("SC-SOC-05")
def test_tracks_of_the_followed_are_listed(
    fan: Client, idol: Client, unique_name: Fresh, stranger: Any
) -> None:
    """What a followed user made before and makes after is in /me/followings/tracks."""
    before = create_track(idol, unique_name("made before"))["id"]
    follow(fan, stranger)
    after = create_track(idol, unique_name("made after"))["id"]

    for track in (before, after):
        times = ids(wait_until_listed(fan, "/me/followings/tracks", track)).count(track)
        assert times == 1, f"expected the track once, found it {times} times"


@claim("SC-SOC-05")
def test_tracks_of_the_followed_stay_listed(
    fan: Client, idol: Client, unique_name: Fresh, stranger: Any, bystander: Any
) -> None:
    """When another is followed after them."""
    track = create_track(idol, unique_name("made before"))["id"]

    for user in (stranger, bystander):
        follow(fan, user)

    wait_until_listed(fan, "/me/followings/tracks", track)


@claim("SC-SOC-05")
def test_tracks_of_the_unfollowed_are_not_listed(
    fan: Client, idol: Client, unique_name: Fresh, stranger: Any
) -> None:
    """With the user the tracks go: those of the time before and later ones."""
    before = create_track(idol, unique_name("made before"))["id"]
    follow(fan, stranger)
    fan.delete(f"{FOLLOWINGS}/{stranger}").expect_ok()
    after = create_track(idol, unique_name("made after"))["id"]

    for track in (before, after):
        wait_until_unlisted(fan, "/me/followings/tracks", track)


@pytest.fixture
def make(user: Client, unique_name: Fresh) -> Make:
    """Makes a track or a playlist of the user's, and gives its id."""

    def make_one(kind: str) -> int:
        title = unique_name("to like")
        made: int = (create_track(user, title) if kind == "tracks" else create_playlist(user, [], title))[
            "id"
        ]
        return made

    return make_one


def likes_once(me: Client, kind: str, *things: int) -> None:
    """Raise where one of these is in the list of likes never, or more than once."""
    found = ids(wait_until_listed(me, f"/me/likes/{kind}", things[-1]))

    for thing in things:
        times = found.count(thing)
        assert times == 1, f"expected {thing} once in /me/likes/{kind}, found it {times} times"


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_liked_once(user: Client, make: Make, kind: str) -> None:
    """However often it is posted, it stands in the list of likes once."""
    thing = make(kind)

    for _ in range(3):
        user.post(f"/likes/{kind}/{thing}").expect_status(200, 201)

        likes_once(user, kind, thing)


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_liked_no_more(user: Client, make: Make, kind: str) -> None:
    """DELETE takes it out, though it was posted twice; of what is not there it is 200 or 404."""
    thing = make(kind)
    user.delete(f"/likes/{kind}/{thing}").expect_status(200, 404)
    for _ in range(2):
        like(user, kind, thing)

    user.delete(f"/likes/{kind}/{thing}").expect_ok()

    wait_until_unlisted(user, f"/me/likes/{kind}", thing)
    user.delete(f"/likes/{kind}/{thing}").expect_status(200, 404)
    wait_until_unlisted(user, f"/me/likes/{kind}", thing)


@pytest.mark.parametrize("kind", KINDS)
def test_one_thing_is_liked_no_more(user: Client, make: Make, kind: str) -> None:
    """The other likes stay, and what was taken out can be liked again."""
    things = [make(kind) for _ in range(3)]
    for thing in things:
        user.post(f"/likes/{kind}/{thing}").expect_status(200, 201)
    likes_once(user, kind, *things)

    user.delete(f"/likes/{kind}/{things[1]}").expect_ok()
    wait_until_unlisted(user, f"/me/likes/{kind}", things[1])
    likes_once(user, kind, things[0], things[2])
    user.post(f"/likes/{kind}/{things[1]}").expect_status(200, 201)

    likes_once(user, kind, *things[::2], things[1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_like_is_its_user_s(user: Client, other_user: Client, make: Make, kind: str) -> None:
    """What one user likes, another can like too; when one stops, the other goes on, and the thing stays."""
    thing = make(kind)
    for found_user in (user, other_user):
        found_user.post(f"/likes/{kind}/{thing}").expect_status(200, 201)

    user.delete(f"/likes/{kind}/{thing}").expect_ok()

    likes_once(other_user, kind, thing)
    wait_until_unlisted(user, f"/me/likes/{kind}", thing)
    user.get(f"/{kind}/{thing}").expect_ok()


@claim("SC-SOC-08")
@pytest.mark.parametrize("kind", ["tracks", "playlists"])
def test_nothing_can_t_be_liked(user: Client, kind: str) -> None:
    """What does not exist is answered 404, and liked by nobody."""
    for thing in NONEXISTENT_IDS:
        user.post(f"/likes/{kind}/{thing}").expect_status(404)

    liked = {str(thing) for thing in ids(user.all_items(f"/me/likes/{kind}"))}
    assert liked.isdisjoint(NONEXISTENT_IDS), (
        f"expected no like of nothing, found {liked & {*NONEXISTENT_IDS}}"
    )


@claim("SC-SOC-08")
@pytest.mark.parametrize("kind", ["tracks", "playlists"])
def test_what_is_deleted_can_t_be_liked(user: Client, make: Make, kind: str) -> None:
    """What does not exist any more is answered 404."""
    thing = make(kind)
    user.delete(f"/{kind}/{thing}")

    user.post(f"/likes/{kind}/{thing}").expect_status(404)
    wait_until_unlisted(user, f"/me/likes/{kind}", thing)
