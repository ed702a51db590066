"""What goes wrong with tracks (https://developers.soundcloud.com/docs/api/guide#uploading)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tuningfork.apis.soundcloud.mock.entities import Track
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler, edited
from tuningfork.mock.errors import Refusal


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

    def show(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        shown = handle(mock, call, track_id)
        return edited(shown, lambda track: track | {"user": track["user"]["username"]})

    around_handler(mock.handlers, "GET /tracks/{track_id}", show)


@fault("SC-TRACK-02")
def id_is_read_up_to_its_first_letter(mock: Any) -> None:
    """`/tracks/2003abc` is answered with the track 2003."""
    around(mock.tracks, "need", lambda need, text, call: need(_leading_digits(text) or text, call))


@fault("SC-TRACK-02")
def id_that_is_no_number_is_a_bad_request(mock: Any) -> None:
    """GET /tracks/abc is answered 400 instead of 404."""

    def need(need: Any, text: str, call: Any) -> Track:
        if not text.isdigit():
            raise Refusal(400, "track_id is no number")
        track: Track = need(text, call)
        return track

    around(mock.tracks, "need", need)


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

    def delete(delete: Any, track: Track) -> None:
        deleted.append(track)
        delete(track)

    around(mock.tracks, "delete", delete)
    around(
        mock.tracks,
        "public",
        lambda public: mock.tracks.newest([*public(), *mock.tracks.visible(deleted)]),
    )


@fault("SC-TRACK-06")
def deleted_track_is_counted_in_playlists(mock: Any) -> None:
    """A playlist goes on showing a track that was deleted."""
    deleted: dict[int, Track] = {}

    def delete(delete: Any, track: Track) -> None:
        deleted[track.id] = track
        within = {playlist.id: list(playlist.tracks) for playlist in mock.playlists.of(track.owner)}
        delete(track)
        for playlist in mock.playlists.of(track.owner):
            playlist.tracks = within[playlist.id]

    def tracks_of(tracks_of: Any, playlist: Any, call: Any) -> list[Track]:
        gone = [deleted[id_] for id_ in playlist.tracks if id_ in deleted]
        return [*tracks_of(playlist, call), *gone]

    around(mock.tracks, "delete", delete)
    around(mock.playlists, "tracks_of", tracks_of)


@fault("SC-TRACK-06")
def deleted_track_answers_gone(mock: Any) -> None:
    """GET of a track that was deleted is answered 410."""
    deleted: set[str] = set()

    def delete(delete: Any, track: Track) -> None:
        deleted.add(str(track.id))
        delete(track)

    def need(need: Any, text: str, call: Any) -> Track:
        if text in deleted:
            raise Refusal(410)
        track: Track = need(text, call)
        return track

    around(mock.tracks, "delete", delete)
    around(mock.tracks, "need", need)


@fault("SC-TRACK-07")
def strangers_change_is_refused_and_done(mock: Any) -> None:
    """Somebody else who changes a track is answered 403, but the change is kept."""

    def change(handle: Any, mock: Any, call: Any, track_id: str) -> Any:
        track = mock.tracks.need(track_id, call)
        if not mock.guard.owns(track, call.viewer):
            fields = mock.inputs.read(call.request, "track")
            track.title = fields.get("title", track.title)
        return handle(mock, call, track_id)

    around_handler(mock.handlers, "PUT /tracks/{track_id}", change)


@fault("SC-TRACK-07")
def any_user_deletes_tracks(mock: Any) -> None:
    """DELETE of a track does not ask whose it is."""

    def need_owner(need: Any, thing: Any, call: Any) -> None:
        if call.operation != "DELETE /tracks/{track_id}":
            need(thing, call)

    around(mock.guard, "need_owner", need_owner)


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

    def need_owner(need_owner: Any, thing: Any, call: Any) -> None:
        if call.request.mimetype != "application/x-www-form-urlencoded":
            need_owner(thing, call)

    around(mock.guard, "need_owner", need_owner)


@fault("SC-TRACK-06", "SC-FIND-03")
def deleted_track_is_found_by_its_genre(mock: Any) -> None:
    """A deleted track stays in the index of genres."""
    gone: list[Track] = []

    def delete(delete: Any, track: Track) -> None:
        gone.append(track)
        delete(track)

    around(mock.tracks, "delete", delete)
    around(mock.search, "genres", lambda keep, tracks, genres: keep([*tracks, *gone], genres))


@fault("SC-TRACK-06", "SC-FIND-11")
def tracks_of_a_user_keep_the_deleted_for_others(mock: Any) -> None:
    """A user's public list goes on holding what that user has deleted."""
    gone: list[Track] = []

    def delete(delete: Any, track: Track) -> None:
        gone.append(track)
        delete(track)

    def public_of(public_of: Any, user: Any) -> list[Track]:
        left = [track for track in gone if track.owner.id == user.id and track.sharing == "public"]
        return list(mock.tracks.newest([*public_of(user), *left]))

    around(mock.tracks, "delete", delete)
    around(mock.tracks, "public_of", public_of)


def _showing(mock: Any, which: Callable[[Track], bool], change: Callable[[dict[str, Any]], Any]) -> None:
    """Change how some tracks are shown."""

    def show(show: Any, track: Track, call: Any) -> Any:
        shown = show(track, call)
        return change(shown) if which(track) else shown

    around(mock.tracks, "show", show)


def _every(_: Track) -> bool:
    return True


def _in_fifty(track: Track) -> bool:
    return track.id % 50 == 7


def _leading_digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip("0123456789"))]
