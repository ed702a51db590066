"""Handlers of /account: the authenticated user."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.audioboo.mock.handlers.clips import respond_with_clips
from tuningfork.apis.audioboo.mock.handlers.users import respond_with_users
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext


def show(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /account (AB-USER-02)."""
    return mock.envelope.respond({"user": mock.profiles.serialize_own(context.user, context)})


def update(mock: Parts, context: RequestContext) -> Response:
    """Handle PUT /account (AB-USER-03)."""
    values = mock.form_fields.read_user(context)
    if mock.uploads.has_image(context, "user[profile_picture_data]"):
        values["has_picture"] = True
    mock.users.update(context.user, values)
    return show(mock, context)


def list_clips(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /account/audio_clips."""
    return respond_with_clips(mock, context, mock.clips.list_by_user(context.user))


def list_followed_clips(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /account/audio_clips/followed."""
    return respond_with_clips(mock, context, mock.clips.list_followed_by(context.user))


def list_favourites(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /account/audio_clips/favourites."""
    return respond_with_clips(mock, context, mock.clips.list_favourites(context.user))


def list_followings(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /account/followings."""
    return respond_with_users(mock, context, mock.users.followings(context.user))
