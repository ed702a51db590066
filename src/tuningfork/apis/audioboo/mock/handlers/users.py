"""/users, and lists of users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def index(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /users, by a name or by a query (AB-USER-01)."""
    name, query = call.text("find[username]"), call.text("find[query]")
    if name is not None and query is None:
        return listed(mock, call, mock.users.named(name))
    if query is not None and name is None:
        return listed(mock, call, mock.users.found(query))
    raise HttpError(400, "either find[username] or find[query]")


def show(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}."""
    return reply(call, {"user": mock.users.show(mock.users.need(user_id), call)})


def followings(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/followings."""
    return listed(mock, call, mock.users.followings(mock.users.need(user_id)))


def followers(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/followers."""
    return listed(mock, call, mock.users.followers(mock.users.need(user_id)))


def listed(mock: AudioBoo, call: RequestContext, users: Sequence[User]) -> Response:
    """A page of users, of those whom `find[user_id]` names where it is given."""
    if (ids := call.text("find[user_id]")) is not None:
        wanted = {whole_number(text.strip()) for text in ids.split(",")}
        users = [user for user in users if user.id in wanted]
    return mock.pages.answer(call, "users", users, mock.users.show)
