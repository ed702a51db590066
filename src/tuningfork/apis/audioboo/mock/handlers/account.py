"""/account: the linked user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.handlers import clips as lists
from tuningfork.apis.audioboo.mock.handlers import users
from tuningfork.apis.audioboo.mock.request_context import RequestContext

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def show(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /account (AB-USER-02)."""
    return reply(call, {"user": mock.users.show_own(call.user, call)})


def change(mock: AudioBoo, call: RequestContext) -> Response:
    """PUT /account (AB-USER-03)."""
    kept = mock.fields.user(call)
    if mock.uploads.image(call, "user[profile_picture_data]"):
        kept["has_picture"] = True
    mock.users.change(call.user, kept)
    return show(mock, call)


def clips(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /account/audio_clips."""
    return lists.listed(mock, call, mock.clips.of(call.user))


def followed(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /account/audio_clips/followed."""
    return lists.listed(mock, call, mock.clips.followed_by(call.user))


def favourites(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /account/audio_clips/favourites."""
    return lists.listed(mock, call, mock.clips.favourites_of(call.user))


def followings(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /account/followings."""
    return users.listed(mock, call, mock.users.followings(call.user))
