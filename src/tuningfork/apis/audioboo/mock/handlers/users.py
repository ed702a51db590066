"""Handlers of /users and of all lists of users."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number


def search(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /users: search by find[username] or find[query] (AB-USER-01)."""
    name, query = context.text("find[username]"), context.text("find[query]")
    if name is not None and query is None:
        return respond_with_users(mock, context, mock.users.find_by_pattern(name))
    if query is not None and name is None:
        return respond_with_users(mock, context, mock.users.search(query))
    raise HttpError(400, "the query needs either find[username] or find[query]")


def show(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}."""
    return mock.envelope.respond({"user": mock.profiles.serialize(mock.users.get_or_404(user_id), context)})


def list_followings(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/followings."""
    return respond_with_users(mock, context, mock.users.followings(mock.users.get_or_404(user_id)))


def list_followers(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/followers."""
    return respond_with_users(mock, context, mock.users.followers(mock.users.get_or_404(user_id)))


def respond_with_users(mock: Parts, context: RequestContext, users: Sequence[User]) -> Response:
    """Return the requested page of `users`, limited to the ids in `find[user_id]` if it is given."""
    if (text := context.text("find[user_id]")) is not None:
        ids = {whole_number(part.strip()) for part in text.split(",")}
        users = [user for user in users if user.id in ids]
    return mock.pagination.respond(context, "users", users, mock.profiles.serialize)
