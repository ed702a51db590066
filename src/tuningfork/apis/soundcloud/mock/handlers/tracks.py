"""Handlers of /tracks, and lists of tracks."""

from __future__ import annotations

from flask import Response

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.pagination import Page
from tuningfork.apis.soundcloud.mock.parts import SoundCloudParts
from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.apis.soundcloud.mock.request_parsing import TRACK_PROPERTIES, Properties
from tuningfork.mock.errors import HttpError

ANY_ACCESS = "playable,preview,blocked"


def index(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /tracks."""
    tracks = mock.search.filter_tracks(context, mock.tracks.list_public())
    return respond_newest(mock, context, mock.search.by_access(context, tracks))


def upload(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle POST /tracks."""
    if context.request.mimetype != "multipart/form-data":
        raise HttpError(422, "asset_data is missing")
    properties = mock.request_parser.read(context.request, "track")
    if "title" not in properties:
        raise HttpError(422, "title can't be blank")
    validated = _validate(mock, properties)
    duration = mock.uploads.read_audio(properties.get("asset_data"))
    track = mock.tracks.create(context.user, validated, duration)
    return json_response(mock.tracks.serialize(track, context), 201)


def show(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}."""
    return json_response(mock.tracks.serialize(mock.tracks.get_or_404(track_id, context), context))


def update(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle PUT /tracks/{track_id}; audio in the request is ignored (SC-META-04)."""
    track = _require_own(mock, context, track_id)
    mock.tracks.update(track, _validate(mock, mock.request_parser.read(context.request, "track")))
    return json_response(mock.tracks.serialize(track, context))


def delete(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle DELETE /tracks/{track_id}."""
    mock.tracks.delete(_require_own(mock, context, track_id))
    return json_response({"status": "200 - OK"})


def related(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/related."""
    tracks = mock.tracks.related(mock.tracks.get_or_404(track_id, context))
    page = mock.pagination.by_offset(context, mock.search.by_access(context, tracks))
    return respond_page(mock, context, page)


def favoriters(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Response:
    """Handle GET /tracks/{track_id}/favoriters."""
    users = mock.tracks.favoriters(mock.tracks.get_or_404(track_id, context))
    page = mock.pagination.by_cursor(context, users, lambda entry: (entry[0],))
    return mock.pagination.respond(
        context, page, [mock.profiles.serialize(user, context) for _, user in page.items]
    )


def list_by_user(mock: SoundCloudParts, context: RequestContext, user_id: str) -> Response:
    """Handle GET /users/{user_id}/tracks."""
    tracks = mock.tracks.list_public_by_user(mock.users.get_or_404(user_id))
    return respond_newest(mock, context, mock.search.by_access(context, tracks))


def mine(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/tracks."""
    tracks = mock.tracks.sort_newest_first(mock.tracks.list_by_user(context.user))
    return respond_newest(mock, context, mock.search.by_access(context, tracks, ANY_ACCESS))


def of_followings(mock: SoundCloudParts, context: RequestContext) -> Response:
    """Handle GET /me/followings/tracks (SC-SOC-05)."""
    tracks = [
        track
        for _, user in mock.users.followings(context.user)
        for track in mock.tracks.list_public_by_user(user)
    ]
    return respond_newest(
        mock, context, mock.tracks.sort_newest_first(mock.search.by_access(context, tracks))
    )


def respond_newest(mock: SoundCloudParts, context: RequestContext, tracks: list[Track]) -> Response:
    """Return the response for a page of tracks that are sorted newest first."""
    return respond_page(mock, context, mock.pagination.by_cursor(context, tracks, mock.tracks.sort_key))


def respond_page(mock: SoundCloudParts, context: RequestContext, page: Page[Track]) -> Response:
    """Return the response for a page of tracks."""
    return mock.pagination.respond(
        context, page, [mock.tracks.serialize(track, context) for track in page.items]
    )


def _require_own(mock: SoundCloudParts, context: RequestContext, track_id: str) -> Track:
    track = mock.tracks.get_or_404(track_id, context)
    mock.authorization.require_owner(track, context)
    return track


def _validate(mock: SoundCloudParts, properties: Properties) -> Properties:
    validated = mock.request_parser.validate(properties, TRACK_PROPERTIES)
    if "artwork_data" in properties:
        number = mock.artwork_ids.take()
        validated["artwork_url"] = mock.uploads.artwork_url(properties["artwork_data"], number)
    return validated
