"""Faults of creating and removing."""

from __future__ import annotations

from typing import Any

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"
REMOVE = "DELETE /tracks/{id}"


@fault("AS-CODE-03")
def created_track_is_ok(mock: Any) -> None:
    """POST /tracks is answered 200."""
    wrap_method(mock.answers, "ok", lambda ok, data, *_: ok(data))


@fault("AS-CODE-03", "AS-TRACK-02")
def moods_are_not_kept(mock: Any) -> None:
    """A created track has its moods in the 201, and none when it is read."""

    def create(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        mock.tracks.of(call.account)[-1].fields.pop("moods", None)
        return answer

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-03")
def no_created_track_is_explicit(mock: Any) -> None:
    """A track that is created as explicit is read as one that is not."""
    _creating(mock, lambda fields: fields | {"explicit": False} if "explicit" in fields else fields)


@fault("AS-CODE-03")
def created_length_is_whole(mock: Any) -> None:
    """The length of a created track is kept without its fraction."""
    _creating(
        mock, lambda fields: fields | {"length": int(fields["length"])} if "length" in fields else fields
    )


@fault("AS-CODE-03", "AS-CODE-02")
def created_track_is_read_at_the_second_try(mock: Any) -> None:
    """The first reading of a created track is answered 404."""
    hidden: set[int] = set()

    def add(add: Any, *of: Any) -> Track:
        track: Track = add(*of)
        hidden.add(track.id)
        return track

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.number(id) in hidden:
            hidden.discard(int(id))
            raise HttpError(404)
        return handle(mock, call, id)

    wrap_method(mock.tracks, "add", add)
    wrap_handler(mock.handlers, "GET /tracks/{id}", show)


@fault("AS-CODE-04")
def removal_is_ok(mock: Any) -> None:
    """DELETE is answered 200 with the track that is gone."""
    mock.answers.nothing = lambda: mock.answers.ok({"removed": True})


@fault("AS-CODE-04")
def removed_track_stays_in_the_list(mock: Any) -> None:
    """A removed track is found no more, and listed all the same."""
    removed: list[Track] = []

    def delete(delete: Any, track: Track) -> None:
        removed.append(track)
        delete(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "listed",
        lambda listed, tracks: listed([*tracks, *(gone for gone in removed if tracks)]),
    )


@fault("AS-CODE-04")
def second_removal_is_no_content(mock: Any) -> None:
    """DELETE of a track that was removed is answered 204 again."""
    removed: set[str] = set()

    def delete(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if id in removed:
            return mock.answers.nothing()
        answer = handle(mock, call, id)
        removed.add(id)
        return answer

    wrap_handler(mock.handlers, REMOVE, delete)


@fault("AS-CODE-04", "AS-CODE-11")
def removed_track_is_gone(mock: Any) -> None:
    """GET and DELETE of a track that was removed are answered 410."""
    removed: set[str] = set()

    def delete(delete: Any, track: Track) -> None:
        removed.add(str(track.id))
        delete(track)

    def need(need: Any, text: str, account: int) -> Track:
        if text in removed:
            raise HttpError(410)
        track: Track = need(text, account)
        return track

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "need", need)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_is_created(mock: Any) -> None:
    """POST with the same body again makes another track."""
    mock.tracks.is_duplicate = lambda *_: False


@fault("AS-CODE-07")
def duplicate_is_refused_and_kept(mock: Any) -> None:
    """POST with the same body again is answered 409, and the list has it twice."""

    def create(create: Any, account: int, fields: Any, source: bytes) -> Track:
        if mock.tracks.is_duplicate(source, account):
            mock.tracks.add(account, fields["title"], {})
        track: Track = create(account, fields, source)
        return track

    wrap_method(mock.tracks, "create", create)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_is_given_back(mock: Any) -> None:
    """POST with the same body again is answered 200 with the track that is there."""

    def create(handle: Any, mock: Any, call: Any) -> Any:
        source = call.request.get_data()
        there = [track for track in mock.tracks.of(call.account) if track.source == source]
        return mock.answers.ok(mock.tracks.show(there[0])) if there else handle(mock, call)

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-07", "AS-CODE-03")
def duplicate_of_a_removed_track_is_a_conflict(mock: Any) -> None:
    """POST with the body of a track that was removed is answered 409."""
    removed: list[Any] = []

    def delete(delete: Any, track: Track) -> None:
        removed.append(track.source)
        delete(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "is_duplicate",
        lambda known, source, account: known(source, account) or source in removed,
    )


@fault("AS-CODE-07")
def third_creation_is_a_track(mock: Any) -> None:
    """POST with the same body for the third time makes a track again."""
    refused: list[bytes] = []

    def is_duplicate(known: Any, source: bytes, account: int) -> bool:
        if not known(source, account) or source in refused:
            return False
        refused.append(source)
        return True

    wrap_method(mock.tracks, "is_duplicate", is_duplicate)


@fault("AS-CODE-07")
def only_the_newest_is_a_duplicate(mock: Any) -> None:
    """A body is only compared with that of the track that was created last."""
    mock.tracks.is_duplicate = lambda source, account: any(
        track.source == source for track in mock.tracks.of(account)[-1:]
    )


@fault("AS-CODE-13")
def two_at_once_are_both_created(mock: Any) -> None:
    """Two creations with one body at the same moment are both answered 201."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda known, *of: known(*of) and not crowd.is_set())


@fault("AS-CODE-13")
def two_at_once_are_both_refused(mock: Any) -> None:
    """Two creations with one body at the same moment are both answered 409."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda known, *of: known(*of) or crowd.is_set())


@fault("AS-TRACK-04")
def location_is_of_the_next_track(mock: Any) -> None:
    """Location of a 201 leads to a track that is not there yet."""
    _locating(mock, lambda location: f"{location[:-1]}{(int(location[-1]) + 1) % 10}")


@fault("AS-TRACK-04")
def location_is_the_list(mock: Any) -> None:
    """Location of a 201 leads to the list."""
    _locating(mock, lambda location: location.rpartition("/")[0])


def _creating(mock: Any, change: Any) -> None:
    """Keep other fields than those that were sent."""
    wrap_method(
        mock.tracks, "create", lambda create, account, fields, source: create(account, change(fields), source)
    )


def _locating(mock: Any, change: Any) -> None:
    def create(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        answer.headers["Location"] = change(answer.headers["Location"])
        return answer

    wrap_handler(mock.handlers, CREATE, create)
