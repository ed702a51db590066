"""/users and /me."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import User
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

Placed = Sequence[tuple[int, User]]


def index(mock: SoundCloud, call: Call) -> Response:
    """GET /users."""
    page = mock.pages.by_offset(call, mock.search.users(call, mock.users.all()))
    return mock.pages.answer(call, page, [mock.users.show(user, call) for user in page.items], always=True)


def show(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}."""
    return reply(mock.users.show(mock.users.need(user_id), call))


def followers(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/followers."""
    return _people(mock, call, mock.users.followers(mock.users.need(user_id)))


def followings(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/followings."""
    return _people(mock, call, mock.users.followings(mock.users.need(user_id)))


def me(mock: SoundCloud, call: Call) -> Response:
    """GET /me."""
    return reply(mock.users.show_own(call.user, call))


def my_followers(mock: SoundCloud, call: Call) -> Response:
    """GET /me/followers."""
    return _people(mock, call, mock.users.followers(call.user))


def my_followings(mock: SoundCloud, call: Call) -> Response:
    """GET /me/followings."""
    return _people(mock, call, mock.users.followings(call.user))


def followed(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /me/followings/{user_id}."""
    user = mock.users.need(user_id)
    if not mock.users.follows.has(call.user.id, user.id):
        raise Refusal(404)
    return reply(mock.users.show(user, call))


def follow(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """PUT /me/followings/{user_id}."""
    user = mock.users.need(user_id)
    if user.id == call.user.id:
        raise Refusal(422, "Nobody follows themselves.")
    if mock.users.follow(call.user, user):
        return reply(mock.users.show(user, call), 201)
    return reply({"status": "200 - Successful"})


def unfollow(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """DELETE /me/followings/{user_id}."""
    if not mock.users.unfollow(call.user, mock.users.need(user_id)):
        raise Refusal(404)
    return reply({"status": "200 - OK"})


def my_follower(mock: SoundCloud, call: Call, follower_id: str) -> Response:
    """GET /me/followers/{follower_id}."""
    follower = mock.users.need(follower_id)
    if not mock.users.follows.has(follower.id, call.user.id):
        raise Refusal(404)
    return reply(mock.users.show(follower, call))


def following(mock: SoundCloud, call: Call, user_id: str, following_id: str) -> Response:
    """GET /users/{user_id}/followings/{following_id}."""
    user, followed = mock.users.need(user_id), mock.users.need(following_id)
    if not mock.users.follows.has(user.id, followed.id):
        raise Refusal(404)
    return reply(mock.users.show(followed, call))


def web_profiles(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/web-profiles."""
    return reply([mock.users.web_profile(mock.users.need(user_id))][: mock.pages.size(call)])


def _people(mock: SoundCloud, call: Call, people: Placed) -> Response:
    page = mock.pages.by_cursor(call, people, lambda placed: (placed[0],))
    return mock.pages.answer(call, page, [mock.users.show(user, call) for _, user in page.items], always=True)
