"""/account/followings: following and unfollowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def follow(mock: AudioBoo, call: RequestContext) -> Response:
    """POST /account/followings (AB-SOC-01)."""
    followed = _named(mock, call)
    if followed.id == call.user.id:
        raise HttpError(422, "nobody follows themselves")
    new = mock.users.follow(call.user, followed)
    return reply(call, {"following": True}, 201 if new else 200)


def unfollow(mock: AudioBoo, call: RequestContext) -> Response:
    """DELETE /account/followings; what is not there is no longer there either (AB-SOC-01)."""
    mock.users.unfollow(call.user, _named(mock, call))
    return reply(call, {"following": False})


def _named(mock: AudioBoo, call: RequestContext) -> User:
    text = call.text("following_user_id")
    if text is None:
        raise HttpError(422, "following_user_id is missing")
    return mock.users.need(text)
