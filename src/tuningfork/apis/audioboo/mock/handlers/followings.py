"""Handlers of POST and DELETE /account/followings."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.models import User
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError


def follow(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /account/followings (AB-SOC-01)."""
    followed = _get_named_user(mock, context)
    if followed.id == context.user.id:
        raise HttpError(422, "users cannot follow themselves")
    is_new = mock.users.follow(context.user, followed)
    return mock.envelope.respond({"following": True}, 201 if is_new else 200)


def unfollow(mock: Parts, context: RequestContext) -> Response:
    """Handle DELETE /account/followings: return 200, also if there was no following (AB-SOC-01)."""
    mock.users.unfollow(context.user, _get_named_user(mock, context))
    return mock.envelope.respond({"following": False})


def _get_named_user(mock: Parts, context: RequestContext) -> User:
    text = context.text("following_user_id")
    if text is None:
        raise HttpError(422, "following_user_id is missing")
    return mock.users.get_or_404(text)
