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
    wrap_method(mock.responses, "success", lambda original, data, *_: original(data))


@fault("AS-CODE-03", "AS-TRACK-02")
def moods_are_not_kept(mock: Any) -> None:
    """A created track has its moods in the 201, and none when it is read."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        mock.tracks.list_by_account(context.account)[-1].properties.pop("moods", None)
        return response

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

    def add(original: Any, *args: Any) -> Track:
        track: Track = original(*args)
        hidden.add(track.id)
        return track

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.parse_id(id) in hidden:
            hidden.discard(int(id))
            raise HttpError(404)
        return handle(mock, context, id)

    wrap_method(mock.tracks, "add", add)
    wrap_handler(mock.handlers, "GET /tracks/{id}", show)


@fault("AS-CODE-04")
def removal_is_ok(mock: Any) -> None:
    """DELETE is answered 200 with the track that is gone."""
    mock.responses.no_content = lambda: mock.responses.success({"removed": True})


@fault("AS-CODE-04")
def removed_track_stays_in_the_list(mock: Any) -> None:
    """A removed track is found no more, and listed all the same."""
    removed: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        removed.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "serialize_list",
        lambda original, tracks: original([*tracks, *(gone for gone in removed if tracks)]),
    )


@fault("AS-CODE-04")
def second_removal_is_no_content(mock: Any) -> None:
    """DELETE of a track that was removed is answered 204 again."""
    removed: set[str] = set()

    def delete(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if id in removed:
            return mock.responses.no_content()
        response = handle(mock, context, id)
        removed.add(id)
        return response

    wrap_handler(mock.handlers, REMOVE, delete)


@fault("AS-CODE-04", "AS-CODE-11")
def removed_track_is_gone(mock: Any) -> None:
    """GET and DELETE of a track that was removed are answered 410."""
    removed: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        removed.add(str(track.id))
        original(track)

    def get_or_404(original: Any, text: str, account: int) -> Track:
        if text in removed:
            raise HttpError(410)
        track: Track = original(text, account)
        return track

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "get_or_404", get_or_404)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_is_created(mock: Any) -> None:
    """POST with the same body again makes another track."""
    mock.tracks.is_duplicate = lambda *_: False


@fault("AS-CODE-07")
def duplicate_is_refused_and_kept(mock: Any) -> None:
    """POST with the same body again is answered 409, and the list has it twice."""

    def create(original: Any, account: int, fields: Any, source: bytes) -> Track:
        if mock.tracks.is_duplicate(source, account):
            mock.tracks.add(account, fields["title"], {})
        track: Track = original(account, fields, source)
        return track

    wrap_method(mock.tracks, "create", create)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_is_given_back(mock: Any) -> None:
    """POST with the same body again is answered 200 with the track that is there."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        source = context.request.get_data()
        there = [
            track for track in mock.tracks.list_by_account(context.account) if track.request_body == source
        ]
        return mock.responses.success(mock.tracks.serialize(there[0])) if there else handle(mock, context)

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-07", "AS-CODE-03")
def duplicate_of_a_removed_track_is_a_conflict(mock: Any) -> None:
    """POST with the body of a track that was removed is answered 409."""
    removed: list[Any] = []

    def delete(original: Any, track: Track) -> None:
        removed.append(track.request_body)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "is_duplicate",
        lambda original, source, account: original(source, account) or source in removed,
    )


@fault("AS-CODE-07")
def third_creation_is_a_track(mock: Any) -> None:
    """POST with the same body for the third time makes a track again."""
    refused: list[bytes] = []

    def is_duplicate(original: Any, source: bytes, account: int) -> bool:
        if not original(source, account) or source in refused:
            return False
        refused.append(source)
        return True

    wrap_method(mock.tracks, "is_duplicate", is_duplicate)


@fault("AS-CODE-07")
def only_the_newest_is_a_duplicate(mock: Any) -> None:
    """A body is only compared with that of the track that was created last."""
    mock.tracks.is_duplicate = lambda source, account: any(
        track.request_body == source for track in mock.tracks.list_by_account(account)[-1:]
    )


@fault("AS-CODE-13")
def two_at_once_are_both_created(mock: Any) -> None:
    """Two creations with one body at the same moment are both answered 201."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda original, *args: original(*args) and not crowd.is_set())


@fault("AS-CODE-13")
def two_at_once_are_both_refused(mock: Any) -> None:
    """Two creations with one body at the same moment are both answered 409."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda original, *args: original(*args) or crowd.is_set())


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
        mock.tracks,
        "create",
        lambda original, account, fields, source: original(account, change(fields), source),
    )


def _locating(mock: Any, change: Any) -> None:
    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.headers["Location"] = change(response.headers["Location"])
        return response

    wrap_handler(mock.handlers, CREATE, create)
