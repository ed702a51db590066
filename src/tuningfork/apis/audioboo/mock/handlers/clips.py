"""/audio_clips, and lists of clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Clip
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock import silence
from tuningfork.mock.errors import HttpError

if TYPE_CHECKING:
    from tuningfork.apis.audioboo.mock.app import AudioBoo


def index(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /audio_clips."""
    query, name = call.text("find[query]"), call.text("username")
    found = mock.clips.all() if query is None else mock.clips.found(query)
    return listed(mock, call, found if name is None else [it for it in found if it.owner.username == name])


def featured(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /audio_clips/featured."""
    return listed(mock, call, mock.clips.featured())


def popular(mock: AudioBoo, call: RequestContext) -> Response:
    """GET /audio_clips/popular."""
    return listed(mock, call, mock.clips.popular())


def of_tag(mock: AudioBoo, call: RequestContext, tag: str) -> Response:
    """GET /tag/{tag}/audio_clips."""
    return listed(mock, call, mock.clips.tagged(tag))


def of_user(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/audio_clips."""
    return listed(mock, call, mock.clips.of(mock.users.need(user_id)))


def followed_by_user(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/audio_clips/followed."""
    return listed(mock, call, mock.clips.followed_by(mock.users.need(user_id)))


def favourites_of_user(mock: AudioBoo, call: RequestContext, user_id: str) -> Response:
    """GET /users/{user_id}/audio_clips/favourites."""
    return listed(mock, call, mock.clips.favourites_of(mock.users.need(user_id)))


def show(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """GET /audio_clips/{clip_id}."""
    return _shown(mock, call, mock.clips.need(clip_id))


def mp3(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """GET /audio_clips/{clip_id}.mp3 (AB-CLIP-06)."""
    location = mock.clips.urls(mock.clips.need(clip_id), call)["high_mp3"]
    return Response(status=302, headers={"Location": str(location)})


def audio(mock: AudioBoo, call: RequestContext, name: str) -> Response:
    """GET /boos/{id}-{title}.mp3: a second of silence, to which a clip's high_mp3 leads."""
    mock.clips.need(name.partition("-")[0])
    return silence.send(silence.mp3(), "audio/mpeg", call.request)


def upload(mock: AudioBoo, call: RequestContext) -> Response:
    """POST /account/audio_clips; what has come before is not made again (AB-REQ-06)."""
    kept = _kept(mock, call)
    if "title" not in kept:
        raise HttpError(422, "title is missing")
    duration = mock.uploads.duration(mock.uploads.audio(call))
    if known := mock.clips.of_uuid(call.user, kept.get("uuid")):
        return _shown(mock, call, known)
    return _shown(mock, call, mock.clips.create(call.user, kept, duration), 201)


def change(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """PUT /audio_clips/{clip_id}; audio is passed over."""
    clip = _own(mock, call, clip_id)
    mock.clips.change(clip, _kept(mock, call))
    return _shown(mock, call, clip)


def delete(mock: AudioBoo, call: RequestContext, clip_id: str) -> Response:
    """DELETE /audio_clips/{clip_id}."""
    mock.clips.delete(_own(mock, call, clip_id))
    return reply(call, {"deleted": True})


def listed(mock: AudioBoo, call: RequestContext, clips: Sequence[Clip]) -> Response:
    """A page of clips, of those that were there at `max_time`."""
    there = mock.clips.until(clips, mock.pages.max_time(call))
    return mock.pages.answer(call, "audio_clips", there, mock.clips.show)


def _shown(mock: AudioBoo, call: RequestContext, clip: Clip, status: int = 200) -> Response:
    return reply(call, {"audio_clip": mock.clips.show(clip, call)}, status)


def _own(mock: AudioBoo, call: RequestContext, clip_id: str) -> Clip:
    clip = mock.clips.need(clip_id)
    mock.rights.need_owner(clip, call)
    return clip


def _kept(mock: AudioBoo, call: RequestContext) -> Values:
    kept = mock.fields.clip(call)
    if mock.uploads.image(call, "audio_clip[uploaded_image]"):
        kept["has_image"] = True
    return kept
