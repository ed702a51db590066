"""Handlers of /users and /me."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from tuningfork.apis.soundcloud.mock.models import User
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock.errors import HttpError

NumberedUsers = Sequence[tuple[int, User]]
"""Users with their sequence numbers, which are the keys of a cursor."""


def index(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /users."""
    page = mock.pagination.by_offset(context, mock.search.filter_users(context, mock.users.list_all()))
    return mock.pagination.respond(
        context, page, [mock.profiles.serialize(user, context) for user in page.items], always_linked=True
    )


def show(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}."""
    return json_response(mock.profiles.serialize(mock.users.get_or_404(user_id), context))


def followers(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/followers."""
    return _respond_users(mock, context, mock.users.followers(mock.users.get_or_404(user_id)))


def followings(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/followings."""
    return _respond_users(mock, context, mock.users.followings(mock.users.get_or_404(user_id)))


def me(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me."""
    return json_response(mock.profiles.serialize_own(context.user, context))


def my_followers(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/followers."""
    return _respond_users(mock, context, mock.users.followers(context.user))


def my_followings(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/followings."""
    return _respond_users(mock, context, mock.users.followings(context.user))


def followed(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /me/followings/{user_id}."""
    user = mock.users.get_or_404(user_id)
    if not mock.users.follows.has(context.user.id, user.id):
        raise HttpError(404)
    return json_response(mock.profiles.serialize(user, context))


def follow(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle PUT /me/followings/{user_id}."""
    user = mock.users.get_or_404(user_id)
    if user.id == context.user.id:
        raise HttpError(422, "You can't follow yourself.")
    if mock.users.follow(context.user, user):
        return json_response(mock.profiles.serialize(user, context), 201)
    return json_response({"status": "200 - Successful"})


def unfollow(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle DELETE /me/followings/{user_id}."""
    if not mock.users.unfollow(context.user, mock.users.get_or_404(user_id)):
        raise HttpError(404)
    return json_response({"status": "200 - OK"})


def my_follower(mock: SoundCloudParts, context: RequestContext, follower_id: str) -> Response:
    """Handle GET /me/followers/{follower_id}."""
    follower = mock.users.get_or_404(follower_id)
    if not mock.users.follows.has(follower.id, context.user.id):
        raise HttpError(404)
    return json_response(mock.profiles.serialize(follower, context))


def following(mock: SoundCloudParts, context: RequestContext, user_id: str, following_id: str) -> Response:
    """Handle GET /users/{user_id}/followings/{following_id}."""
    user, followed = mock.users.get_or_404(user_id), mock.users.get_or_404(following_id)
    if not mock.users.follows.has(user.id, followed.id):
        raise HttpError(404)
    return json_response(mock.profiles.serialize(followed, context))


def web_profiles(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/web-profiles."""
    return json_response(
        [mock.profiles.serialize_web_profile(mock.users.get_or_404(user_id))][
            : mock.pagination.page_size(context)
        ]
    )


def _respond_users(mock: SoundCloudParts, context: RequestContext, users: NumberedUsers) -> Response:
    page = mock.pagination.by_cursor(context, users, lambda entry: (entry[0],))
    return mock.pagination.respond(
        context, page, [mock.profiles.serialize(user, context) for _, user in page.items], always_linked=True
    )
