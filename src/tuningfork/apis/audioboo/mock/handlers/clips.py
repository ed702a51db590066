"""Handlers of /audio_clips and of all lists of clips."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from tuningfork.apis.audioboo.mock.form_fields import Values
from tuningfork.apis.audioboo.mock.models import Clip
from tuningfork.apis.audioboo.mock.parts import Parts
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock import silence
from tuningfork.mock.errors import HttpError


def search(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /audio_clips."""
    query, name = context.text("find[query]"), context.text("username")
    clips = mock.clips.list_all() if query is None else mock.clips.search(query)
    if name is not None:
        clips = [clip for clip in clips if clip.owner.username == name]
    return respond_with_clips(mock, context, clips)


def list_featured(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /audio_clips/featured."""
    return respond_with_clips(mock, context, mock.clips.list_featured())


def list_popular(mock: Parts, context: RequestContext) -> Response:
    """Handle GET /audio_clips/popular."""
    return respond_with_clips(mock, context, mock.clips.list_popular())


def list_by_tag(mock: Parts, context: RequestContext, tag: str) -> Response:
    """Handle GET /tag/{tag}/audio_clips."""
    return respond_with_clips(mock, context, mock.clips.list_by_tag(tag))


def list_by_user(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/audio_clips."""
    return respond_with_clips(mock, context, mock.clips.list_by_user(mock.users.get_or_404(user_id)))


def list_followed_by_user(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/audio_clips/followed."""
    return respond_with_clips(mock, context, mock.clips.list_followed_by(mock.users.get_or_404(user_id)))


def list_favourites_of_user(mock: Parts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/audio_clips/favourites."""
    return respond_with_clips(mock, context, mock.clips.list_favourites(mock.users.get_or_404(user_id)))


def show(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle GET /audio_clips/{clip_id}."""
    return _respond_with_clip(mock, context, mock.clips.get_or_404(clip_id))


def redirect_to_mp3(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle GET /audio_clips/{clip_id}.mp3 (AB-CLIP-06)."""
    location = mock.clips.urls(mock.clips.get_or_404(clip_id), context)["high_mp3"]
    return Response(status=302, headers={"Location": str(location)})


def stream_mp3(mock: Parts, context: RequestContext, name: str) -> Response:
    """Handle GET /boos/{id}-{title}.mp3, the URL in high_mp3: a second of silence."""
    mock.clips.get_or_404(name.partition("-")[0])
    return silence.send(silence.mp3(), "audio/mpeg", context.request)


def upload(mock: Parts, context: RequestContext) -> Response:
    """Handle POST /account/audio_clips; a repeated uuid returns the existing clip (AB-REQ-06)."""
    values = _read_values(mock, context)
    if "title" not in values:
        raise HttpError(422, "title is missing")
    duration = mock.uploads.measure_duration(mock.uploads.read_audio(context))
    if existing := mock.clips.find_by_uuid(context.user, values.get("uuid")):
        return _respond_with_clip(mock, context, existing)
    return _respond_with_clip(mock, context, mock.clips.create(context.user, values, duration), 201)


def update(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle PUT /audio_clips/{clip_id}; audio in the request is ignored."""
    clip = _get_own_clip(mock, context, clip_id)
    mock.clips.update(clip, _read_values(mock, context))
    return _respond_with_clip(mock, context, clip)


def delete(mock: Parts, context: RequestContext, clip_id: str) -> Response:
    """Handle DELETE /audio_clips/{clip_id}."""
    mock.clips.delete(_get_own_clip(mock, context, clip_id))
    return mock.envelope.respond({"deleted": True})


def respond_with_clips(mock: Parts, context: RequestContext, clips: Sequence[Clip]) -> Response:
    """Return the requested page of `clips`, limited to those uploaded until `max_time`."""
    listed = mock.clips.uploaded_until(clips, mock.pagination.max_time(context))
    return mock.pagination.respond(context, "audio_clips", listed, mock.clips.serialize)


def _respond_with_clip(mock: Parts, context: RequestContext, clip: Clip, status: int = 200) -> Response:
    return mock.envelope.respond({"audio_clip": mock.clips.serialize(clip, context)}, status)


def _get_own_clip(mock: Parts, context: RequestContext, clip_id: str) -> Clip:
    clip = mock.clips.get_or_404(clip_id)
    mock.permissions.require_owner(clip, context)
    return clip


def _read_values(mock: Parts, context: RequestContext) -> Values:
    values = mock.form_fields.read_clip(context)
    if mock.uploads.has_image(context, "audio_clip[uploaded_image]"):
        values["has_image"] = True
    return values
