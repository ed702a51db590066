"""/reposts, and who has reposted: served for information only, no claim is about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from tuningfork.apis.soundcloud.mock.call import Call, reply
from tuningfork.mock.errors import Refusal
from tuningfork.mock.state import Relation

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud


def repost_track(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """POST /reposts/tracks/{track_id}."""
    return _reposted(mock.tracks.reposts, call, mock.tracks.need(track_id, call).id)


def remove_repost_of_track(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """DELETE /reposts/tracks/{track_id}."""
    return _removed(mock.tracks.reposts, call, mock.tracks.need(track_id, call).id)


def repost_playlist(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """POST /reposts/playlists/{playlist_id}."""
    return _reposted(mock.playlists.reposts, call, mock.playlists.need(playlist_id, call).id)


def remove_repost_of_playlist(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """DELETE /reposts/playlists/{playlist_id}."""
    return _removed(mock.playlists.reposts, call, mock.playlists.need(playlist_id, call).id)


def reposters_of_track(mock: SoundCloud, call: Call, track_id: str) -> Response:
    """GET /tracks/{track_id}/reposters."""
    return _people(mock, call, mock.tracks.reposts, mock.tracks.need(track_id, call).id)


def reposters_of_playlist(mock: SoundCloud, call: Call, playlist_id: str) -> Response:
    """GET /playlists/{playlist_id}/reposters."""
    return _people(mock, call, mock.playlists.reposts, mock.playlists.need(playlist_id, call).id)


def _reposted(reposts: Relation, call: Call, id_: int) -> Response:
    new = reposts.add(call.user.id, id_)
    return reply({"status": "201 - Created"}, 201) if new else reply({"status": "200 - OK"})


def _removed(reposts: Relation, call: Call, id_: int) -> Response:
    if not reposts.remove(call.user.id, id_):
        raise Refusal(404)
    return reply({"status": "200 - OK"})


def _people(mock: SoundCloud, call: Call, reposts: Relation, id_: int) -> Response:
    found = reposts.subjects(id_).items()
    people = [(place, user) for who, place in found if (user := mock.users.find(who))]
    page = mock.pages.by_cursor(call, people, lambda placed: (placed[0],))
    return mock.pages.answer(call, page, [mock.users.show(user, call) for _, user in page.items], always=True)
