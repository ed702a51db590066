"""What goes wrong with tracks (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.apis.soundcloud.mock.models import Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-TRACK-01")
def track_in_fifty_has_no_title(mock: Any) -> None:
    """One track in fifty has no title, in lists and alone."""
    _showing(mock, _in_fifty, lambda shown: {key: shown[key] for key in shown if key != "title"})


@fault("SC-TRACK-01")
def play_count_is_a_text_where_it_is_large(mock: Any) -> None:
    """A playback_count over ten thousand is written for people: "12,345"."""
    _showing(
        mock,
        lambda track: track.playback_count > 10_000,
        lambda shown: shown | {"playback_count": f"{shown['playback_count']:,}"},
    )


@fault("SC-TRACK-01")
def track_alone_has_a_name_for_a_user(mock: Any) -> None:
    """GET /tracks/{track_id} gives the user as a text, where lists have an object."""

    def show(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        shown = original(mock, context, track_id)
        return edit_json(shown, lambda track: track | {"user": track["user"]["username"]})

    wrap_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-TRACK-02")
def id_is_read_up_to_its_first_letter(mock: Any) -> None:
    """`/tracks/2003abc` is answered with the track 2003."""
    wrap_method(
        mock.tracks,
        "require",
        lambda original, text, context: original(_leading_digits(text) or text, context),
    )


@fault("SC-TRACK-02")
def id_that_is_no_number_is_a_bad_request(mock: Any) -> None:
    """GET /tracks/abc is answered 400 instead of 404."""

    def require(original: Any, text: str, context: Any) -> Track:
        if not text.isdigit():
            raise HttpError(400, "track_id is no number")
        track: Track = original(text, context)
        return track

    wrap_method(mock.tracks, "require", require)


@fault("SC-TRACK-03")
def track_in_fifty_has_an_iso_time(mock: Any) -> None:
    """The created_at of one track in fifty reads 2021-05-01T12:00:00Z."""
    _showing(
        mock, _in_fifty, lambda shown: shown | {"created_at": shown["created_at"].replace(" +0000", "Z")}
    )


@fault("SC-TRACK-03")
def changed_track_has_a_number_for_a_time(mock: Any) -> None:
    """last_modified is a number of seconds once a track was changed."""
    _showing(
        mock,
        lambda track: track.last_modified > track.created_at,
        lambda shown: shown | {"last_modified": 1_650_000_000},
    )


@fault("SC-TRACK-04")
def uri_is_of_the_next_track(mock: Any) -> None:
    """The uri of one track in fifty leads to another."""
    _showing(mock, _in_fifty, lambda shown: shown | {"uri": shown["uri"][:-1] + "9"})


@fault("SC-TRACK-04")
def permalink_url_has_no_host(mock: Any) -> None:
    """permalink_url is only the path."""
    _showing(mock, _every, lambda shown: shown | {"permalink_url": shown["permalink_url"][22:]})


@fault("SC-TRACK-05", "SC-TRACK-01")
def long_duration_is_in_seconds(mock: Any) -> None:
    """The duration of a track of over ten minutes is in seconds, with a fraction."""
    _showing(
        mock,
        lambda track: track.duration > 600_000,
        lambda shown: shown | {"duration": shown["duration"] / 1000 + 0.5},
    )


@fault("SC-TRACK-05")
def track_alone_is_a_sound(mock: Any) -> None:
    """The kind is `sound` for one track in fifty."""
    _showing(mock, _in_fifty, lambda shown: shown | {"kind": "sound"})


@fault("SC-TRACK-06")
def deleted_track_is_still_found(mock: Any) -> None:
    """A deleted track stays in the results of search."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "public",
        lambda original: mock.tracks.newest_first([*original(), *mock.tracks.filter_public(deleted)]),
    )


@fault("SC-TRACK-06")
def deleted_track_is_counted_in_playlists(mock: Any) -> None:
    """A playlist goes on showing a track that was deleted."""
    deleted: dict[int, Track] = {}

    def delete(original: Any, track: Track) -> None:
        deleted[track.id] = track
        within = {playlist.id: list(playlist.tracks) for playlist in mock.playlists.of_user(track.owner)}
        original(track)
        for playlist in mock.playlists.of_user(track.owner):
            playlist.tracks = within[playlist.id]

    def visible_tracks(original: Any, playlist: Any, context: Any) -> list[Track]:
        gone = [deleted[id_] for id_ in playlist.tracks if id_ in deleted]
        return [*original(playlist, context), *gone]

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.playlists, "visible_tracks", visible_tracks)


@fault("SC-TRACK-06")
def deleted_track_answers_gone(mock: Any) -> None:
    """GET of a track that was deleted is answered 410."""
    deleted: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        deleted.add(str(track.id))
        original(track)

    def require(original: Any, text: str, context: Any) -> Track:
        if text in deleted:
            raise HttpError(410)
        track: Track = original(text, context)
        return track

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "require", require)


@fault("SC-TRACK-07")
def strangers_change_is_refused_and_done(mock: Any) -> None:
    """Somebody else who changes a track is answered 403, but the change is kept."""

    def change(original: Any, mock: Any, context: Any, track_id: str) -> Any:
        track = mock.tracks.require(track_id, context)
        if not mock.authorization.owns(track, context.viewer):
            fields = mock.request_parser.read(context.request, "track")
            track.title = fields.get("title", track.title)
        return original(mock, context, track_id)

    wrap_handler(mock.handlers, "PUT /tracks/{track_id}", change)


@fault("SC-TRACK-07")
def any_user_deletes_tracks(mock: Any) -> None:
    """DELETE of a track does not ask whose it is."""

    def require_owner(original: Any, thing: Any, context: Any) -> None:
        if context.operation != "DELETE /tracks/{track_id}":
            original(thing, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-TRACK-01")
def blocked_track_has_a_text_for_a_count(mock: Any) -> None:
    """The playback_count of a track that is blocked is written as a text."""
    _showing(
        mock,
        lambda track: track.access == "blocked",
        lambda shown: shown | {"playback_count": str(shown["playback_count"])},
    )


@fault("SC-TRACK-07")
def any_user_changes_tracks_by_a_form(mock: Any) -> None:
    """Who sends a urlencoded form is not asked whose track it is."""

    def require_owner(original: Any, thing: Any, context: Any) -> None:
        if context.request.mimetype != "application/x-www-form-urlencoded":
            original(thing, context)

    wrap_method(mock.authorization, "require_owner", require_owner)


@fault("SC-TRACK-06", "SC-FIND-03")
def deleted_track_is_found_by_its_genre(mock: Any) -> None:
    """A deleted track stays in the index of genres."""
    gone: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        gone.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.search, "by_genres", lambda original, tracks, genres: original([*tracks, *gone], genres))


@fault("SC-TRACK-06", "SC-FIND-11")
def tracks_of_a_user_keep_the_deleted_for_others(mock: Any) -> None:
    """A user's public list goes on holding what that user has deleted."""
    gone: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        gone.append(track)
        original(track)

    def public_of_user(original: Any, user: Any) -> list[Track]:
        left = [track for track in gone if track.owner.id == user.id and track.sharing == "public"]
        return list(mock.tracks.newest_first([*original(user), *left]))

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "public_of_user", public_of_user)


def _showing(mock: Any, which: Callable[[Track], bool], change: Callable[[dict[str, Any]], Any]) -> None:
    """Change how some tracks are shown."""

    def to_json(original: Any, track: Track, context: Any) -> Any:
        shown = original(track, context)
        return change(shown) if which(track) else shown

    wrap_method(mock.tracks, "to_json", to_json)


def _every(_: Track) -> bool:
    return True


def _in_fifty(track: Track) -> bool:
    return track.id % 50 == 7


def _leading_digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip("0123456789"))]
