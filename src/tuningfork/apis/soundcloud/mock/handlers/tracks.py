"""/tracks, and lists of tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.apis.soundcloud.mock.inputs import TRACK, Fields
from tuningfork.apis.soundcloud.mock.pages import Page
from tuningfork.mock.errors import Refusal

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud

ALL = "playable,preview,blocked"


def index(mock: SoundCloud, call: Call) -> Response:
    """GET /tracks."""
    return newest(mock, call, mock.search.access(call, mock.search.tracks(call, mock.tracks.public())))


def upload(mock: SoundCloud, call: Call) -> Response:
    """POST /tracks."""
    if call.request.mimetype != "multipart/form-data":
        raise Refusal(422, "asset_data is missing")
    fields = mock.inputs.read(call.request, "track")
    if "title" not in fields:
        raise Refusal(422, "title can't be blank")
    kept = _kept(mock, fields)
    track = mock.tracks.create(call.user, kept, mock.uploads.audio(fields.get("asset_data")))
    return reply(mock.tracks.show(track, call), 201)


def show(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}."""
    return reply(mock.tracks.show(mock.tracks.need(track_id, call), call))


def change(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """PUT /tracks/{track_id}; audio is passed over (SC-META-04)."""
    track = _own(mock, call, track_id)
    mock.tracks.change(track, _kept(mock, mock.inputs.read(call.request, "track")))
    return reply(mock.tracks.show(track, call))


def delete(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """DELETE /tracks/{track_id}."""
    mock.tracks.delete(_own(mock, call, track_id))
    return reply({"status": "200 - OK"})


def related(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/related."""
    found = mock.tracks.related(mock.tracks.need(track_id, call))
    return shown(mock, call, mock.pages.by_offset(call, mock.search.access(call, found)))


def favoriters(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/favoriters."""
    people = mock.tracks.favoriters(mock.tracks.need(track_id, call))
    page = mock.pages.by_cursor(call, people, lambda placed: (placed[0],))
    return mock.pages.answer(call, page, [mock.users.show(user, call) for _, user in page.items])


def of_user(mock: SoundCloud, call: Call, user_id: str) -> Response:
    """GET /users/{user_id}/tracks."""
    return newest(mock, call, mock.search.access(call, mock.tracks.public_of(mock.users.need(user_id))))


def mine(mock: SoundCloud, call: Call) -> Response:
    """GET /me/tracks."""
    return newest(mock, call, mock.search.access(call, mock.tracks.newest(mock.tracks.of(call.user)), ALL))


def of_followings(mock: SoundCloud, call: Call) -> Response:
    """GET /me/followings/tracks (SC-SOC-05)."""
    found = [track for _, user in mock.users.followings(call.user) for track in mock.tracks.public_of(user)]
    return newest(mock, call, mock.tracks.newest(mock.search.access(call, found)))


def newest(mock: SoundCloud, call: Call, tracks: list[Track]) -> Response:
    """A page of tracks that are newest first."""
    return shown(mock, call, mock.pages.by_cursor(call, tracks, mock.tracks.key))


def shown(mock: SoundCloud, call: Call, page: Page[Track]) -> Response:
    """A page of tracks."""
    return mock.pages.answer(call, page, [mock.tracks.show(track, call) for track in page.items])


def _own(mock: SoundCloud, call: Call, track_id: str) -> Track:
    track = mock.tracks.need(track_id, call)
    mock.guard.need_owner(track, call)
    return track


def _kept(mock: SoundCloud, fields: Fields) -> Fields:
    kept = mock.inputs.judge(fields, TRACK)
    if "artwork_data" in fields:
        kept["artwork_url"] = mock.uploads.artwork(fields["artwork_data"], mock.artworks.take())
    return kept
