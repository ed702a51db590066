"""Faults of tracks (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-TRACK-01")
def track_in_fifty_has_no_title(mock: Any) -> None:
    """One track in fifty has no property `title`."""
    _edit_tracks(mock, _is_one_in_fifty, lambda body: {key: body[key] for key in body if key != "title"})


@fault("SC-TRACK-01")
def large_playback_count_is_a_string(mock: Any) -> None:
    """A `playback_count` over ten thousand is a string with a comma, such as "12,345"."""
    _edit_tracks(
        mock,
        lambda track: track.playback_count > 10_000,
        lambda body: body | {"playback_count": f"{body['playback_count']:,}"},
    )


@fault("SC-TRACK-01")
def user_of_a_single_track_is_a_string(mock: Any) -> None:
    """GET /tracks/{track_id} returns `user` as a string; lists return it as an object."""

    def show(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        body = original(mock, context, track_id)
        return edit_json(body, lambda track: track | {"user": track["user"]["username"]})

    wrap_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-TRACK-02")
def trailing_characters_of_an_id_are_ignored(mock: Any) -> None:
    """`/tracks/2003abc` returns the track 2003 instead of 404."""
    wrap_method(
        mock.tracks,
        "get_or_404",
        lambda original, text, context: original(_leading_digits(text) or text, context),
    )


@fault("SC-TRACK-02")
def non_numeric_track_id_returns_400(mock: Any) -> None:
    """A track id that is not a number returns 400 instead of 404."""

    def get_or_404(original: Any, text: str, context: Any) -> Track:
        if not text.isdigit():
            raise HttpError(400, "track_id is not a number")
        track: Track = original(text, context)
        return track

    wrap_method(mock.tracks, "get_or_404", get_or_404)


@fault("SC-TRACK-03")
def created_at_of_a_track_in_fifty_ends_with_z(mock: Any) -> None:
    """The `created_at` of one track in fifty ends with `Z` instead of ` +0000`."""
    _edit_tracks(
        mock, _is_one_in_fifty, lambda body: body | {"created_at": body["created_at"].replace(" +0000", "Z")}
    )


@fault("SC-TRACK-03")
def last_modified_of_an_updated_track_is_a_number(mock: Any) -> None:
    """The `last_modified` of a track that was updated is a number instead of a timestamp."""
    _edit_tracks(
        mock,
        lambda track: track.last_modified > track.created_at,
        lambda body: body | {"last_modified": 1_650_000_000},
    )


@fault("SC-TRACK-04")
def uri_of_a_track_in_fifty_is_of_another_track(mock: Any) -> None:
    """The property `uri` of one track in fifty is the URI of another track."""
    _edit_tracks(mock, _is_one_in_fifty, lambda body: body | {"uri": body["uri"][:-1] + "9"})


@fault("SC-TRACK-04")
def permalink_url_has_no_host(mock: Any) -> None:
    """`permalink_url` is a path without a host."""
    _edit_tracks(mock, _is_any_track, lambda body: body | {"permalink_url": body["permalink_url"][22:]})


@fault("SC-TRACK-05", "SC-TRACK-01")
def long_duration_is_in_seconds(mock: Any) -> None:
    """A `duration` over ten minutes is a fractional number of seconds instead of milliseconds."""
    _edit_tracks(
        mock,
        lambda track: track.duration > 600_000,
        lambda body: body | {"duration": body["duration"] / 1000 + 0.5},
    )


@fault("SC-TRACK-05")
def kind_of_a_track_in_fifty_is_sound(mock: Any) -> None:
    """The property `kind` of one track in fifty is `sound`."""
    _edit_tracks(mock, _is_one_in_fifty, lambda body: body | {"kind": "sound"})


@fault("SC-TRACK-06")
def deleted_track_stays_in_search(mock: Any) -> None:
    """A deleted track stays in the results of GET /tracks."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "list_public",
        lambda original: mock.tracks.sort_newest_first([*original(), *mock.tracks.filter_public(deleted)]),
    )


@fault("SC-TRACK-06")
def deleted_track_stays_in_playlists(mock: Any) -> None:
    """A deleted track stays in the playlists of its owner."""
    deleted: dict[int, Track] = {}

    def delete(original: Any, track: Track) -> None:
        deleted[track.id] = track
        track_ids = {
            playlist.id: list(playlist.tracks) for playlist in mock.playlists.list_by_user(track.owner)
        }
        original(track)
        for playlist in mock.playlists.list_by_user(track.owner):
            playlist.tracks = track_ids[playlist.id]

    def visible_tracks(original: Any, playlist: Any, context: Any) -> list[Track]:
        deleted_tracks = [deleted[id_] for id_ in playlist.tracks if id_ in deleted]
        return [*original(playlist, context), *deleted_tracks]

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.playlists, "visible_tracks", visible_tracks)


@fault("SC-TRACK-06")
def deleted_track_returns_gone(mock: Any) -> None:
    """GET of a deleted track returns 410 (Gone) instead of 404."""
    deleted: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        deleted.add(str(track.id))
        original(track)

    def get_or_404(original: Any, text: str, context: Any) -> Track:
        if text in deleted:
            raise HttpError(410)
        track: Track = original(text, context)
        return track

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "get_or_404", get_or_404)


@fault("SC-TRACK-07")
def refused_update_changes_the_title(mock: Any) -> None:
    """An update by another user returns 403, but the title of the track changes."""

    def update(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.get_or_404(track_id, context)
        if not mock.authorization.owns(track, context.viewer):
            properties = mock.request_parser.read(context.request, "track")
            track.title = properties.get("title", track.title)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "PUT /tracks/{track_id}", update)


@fault("SC-TRACK-07")
def any_user_can_delete_a_track(mock: Any) -> None:
    """DELETE /tracks/{track_id} accepts users who do not own the track."""

    def require_owner(original: Any, item: Any, context: Any) -> None:
        if context.operation != "DELETE /tracks/{track_id}":
            original(item, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-TRACK-01")
def playback_count_of_a_blocked_track_is_a_string(mock: Any) -> None:
    """The `playback_count` of a blocked track is a string."""
    _edit_tracks(
        mock,
        lambda track: track.access == "blocked",
        lambda body: body | {"playback_count": str(body["playback_count"])},
    )


@fault("SC-TRACK-07")
def any_user_can_update_a_track_by_a_form(mock: Any) -> None:
    """An update by a urlencoded form is accepted from users who do not own the track."""

    def require_owner(original: Any, item: Any, context: Any) -> None:
        if context.request.mimetype != "application/x-www-form-urlencoded":
            original(item, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-TRACK-06", "SC-FIND-03")
def deleted_track_is_found_by_its_genre(mock: Any) -> None:
    """A search by genre returns deleted tracks."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.search, "by_genres", lambda original, tracks, genres: original([*tracks, *deleted], genres)
    )


@fault("SC-TRACK-06", "SC-FIND-11")
def deleted_track_stays_in_the_users_list(mock: Any) -> None:
    """GET /users/{user_id}/tracks returns deleted public tracks of the user."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    def list_public_by_user(original: Any, user: Any) -> list[Track]:
        deleted_of_user = [
            track for track in deleted if track.owner.id == user.id and track.sharing == "public"
        ]
        return list(mock.tracks.sort_newest_first([*original(user), *deleted_of_user]))

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "list_public_by_user", list_public_by_user)


@fault("SC-TRACK-06")
def deleted_track_stays_related(mock: Any) -> None:
    """GET /tracks/{track_id}/related returns deleted tracks, too."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "related", lambda original, track: [*deleted, *original(track)])


@fault("SC-TRACK-06")
def deleted_track_can_be_played(mock: Any) -> None:
    """GET /tracks/{track_id}/stream of a deleted track still redirects to its audio."""
    location_of: dict[str, str] = {}

    def delete(original: Any, track: Track) -> None:
        location_of[str(track.id)] = mock.streams.location(track)
        original(track)

    def redirect(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        if location := location_of.get(track_id):
            return json_response({"location": location}, 302, {"Location": location})
        return original(mock, context, track_id)

    wrap_method(mock.tracks, "delete", delete)
    wrap_handler(mock.handlers, "GET /tracks/{track_id}/stream", redirect)


def _edit_tracks(
    mock: Any, is_affected: Callable[[Track], bool], change: Callable[[dict[str, Any]], Any]
) -> None:
    """Replace the JSON of the tracks for which `is_affected(track)` is true by `change(json)`."""

    def serialize(original: Any, track: Track, context: Any) -> Any:
        body = original(track, context)
        return change(body) if is_affected(track) else body

    wrap_method(mock.tracks, "serialize", serialize)


def _is_any_track(_: Track) -> bool:
    return True


def _is_one_in_fifty(track: Track) -> bool:
    return track.id % 50 == 7


def _leading_digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip("0123456789"))]
