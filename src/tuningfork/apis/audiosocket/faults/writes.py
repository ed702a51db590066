"""Faults of creating and deleting tracks."""

from __future__ import annotations

from typing import Any

from flask import g

from tuningfork.apis.audiosocket.mock.tracks import Track
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"
DELETE = "DELETE /tracks/{id}"


@fault("AS-CODE-03")
def created_track_returns_200(mock: Any) -> None:
    """POST /tracks returns 200 instead of 201."""
    wrap_method(mock.responses, "success", lambda original, data, *_: original(data))


@fault("AS-CODE-03", "AS-TRACK-02")
def moods_are_not_stored(mock: Any) -> None:
    """The `moods` of a new track are in the response to POST, but are not stored."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        mock.tracks.list_by_account(context.account)[-1].properties.pop("moods", None)
        return response

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-03")
def explicit_is_not_stored(mock: Any) -> None:
    """The property `explicit` of a new track is stored as false, even if the request has true."""
    _edit_stored_values(mock, lambda fields: fields | {"explicit": False} if "explicit" in fields else fields)


@fault("AS-CODE-03")
def length_is_stored_as_integer(mock: Any) -> None:
    """The `length` of a new track is stored as an integer: its fraction is lost."""
    _edit_stored_values(
        mock, lambda fields: fields | {"length": int(fields["length"])} if "length" in fields else fields
    )


@fault("AS-CODE-03")
def length_of_a_long_track_is_capped(mock: Any) -> None:
    """A `length` of more than an hour is stored as an hour."""
    _edit_stored_values(
        mock,
        lambda fields: fields | {"length": min(fields["length"], 3600)} if "length" in fields else fields,
    )


@fault("AS-CODE-03")
def ten_genres_are_stored(mock: Any) -> None:
    """Of the `genres` of a new track the first ten are stored."""
    _edit_stored_values(
        mock, lambda fields: fields | {"genres": fields["genres"][:10]} if "genres" in fields else fields
    )


@fault("AS-CODE-03")
def moods_are_stored_in_latin_1(mock: Any) -> None:
    """A character beyond U+00FF in the `moods` of a new track is stored as a question mark."""

    def to_latin_1(word: str) -> str:
        return word.encode("latin-1", "replace").decode("latin-1")

    _edit_stored_values(
        mock,
        lambda fields: (
            fields | {"moods": list(map(to_latin_1, fields["moods"]))} if "moods" in fields else fields
        ),
    )


@fault("AS-CODE-03", "AS-CODE-02")
def first_read_of_new_track_returns_404(mock: Any) -> None:
    """The first GET of a new track returns 404."""
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
def deletion_returns_200(mock: Any) -> None:
    """DELETE returns 200 with a body instead of 204."""
    mock.responses.no_content = lambda: mock.responses.success({"deleted": True})


@fault("AS-CODE-04")
def deleted_track_stays_in_list(mock: Any) -> None:
    """A deleted track stays in the list."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "serialize_list",
        lambda original, tracks: original([*tracks, *(track for track in deleted if tracks)]),
    )


@fault("AS-CODE-04")
def deleted_track_stays_in_list_of_reader(mock: Any) -> None:
    """A deleted track stays in the list that a read-only token gets."""
    deleted: list[Track] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track)
        original(track)

    def index(original: Any, tracks: list[Track]) -> Any:
        return original(tracks if g.context.token.can_write else [*tracks, *deleted])

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "serialize_list", index)


@fault("AS-CODE-04")
def repeated_deletion_returns_204(mock: Any) -> None:
    """DELETE of a deleted track returns 204 instead of 404."""
    deleted: set[str] = set()

    def delete(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if id in deleted:
            return mock.responses.no_content()
        response = handle(mock, context, id)
        deleted.add(id)
        return response

    wrap_handler(mock.handlers, DELETE, delete)


@fault("AS-CODE-04", "AS-CODE-11")
def deleted_track_returns_410(mock: Any) -> None:
    """GET and DELETE of a deleted track return 410 instead of 404."""
    deleted: set[str] = set()

    def delete(original: Any, track: Track) -> None:
        deleted.add(str(track.id))
        original(track)

    def get_or_404(original: Any, text: str, account: int) -> Track:
        if text in deleted:
            raise HttpError(410)
        track: Track = original(text, account)
        return track

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(mock.tracks, "get_or_404", get_or_404)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_is_created(mock: Any) -> None:
    """A second POST with the same body creates another track."""
    mock.tracks.is_duplicate = lambda *_: False


@fault("AS-CODE-07")
def duplicate_is_refused_but_created(mock: Any) -> None:
    """A second POST with the same body returns 409, but creates another track."""

    def create(original: Any, account: int, fields: Any, body: bytes) -> Track:
        if mock.tracks.is_duplicate(body, account):
            mock.tracks.add(account, fields["title"], {})
        track: Track = original(account, fields, body)
        return track

    wrap_method(mock.tracks, "create", create)


@fault("AS-CODE-07", "AS-CODE-13")
def duplicate_returns_existing_track(mock: Any) -> None:
    """A second POST with the same body returns 200 with the existing track."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        body = context.request.get_data()
        existing = [
            track for track in mock.tracks.list_by_account(context.account) if track.request_body == body
        ]
        return (
            mock.responses.success(mock.tracks.serialize(existing[0])) if existing else handle(mock, context)
        )

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-07", "AS-CODE-03")
def duplicate_of_deleted_track_returns_409(mock: Any) -> None:
    """POST with the body of a deleted track returns 409."""
    deleted: list[Any] = []

    def delete(original: Any, track: Track) -> None:
        deleted.append(track.request_body)
        original(track)

    wrap_method(mock.tracks, "delete", delete)
    wrap_method(
        mock.tracks,
        "is_duplicate",
        lambda original, body, account: original(body, account) or body in deleted,
    )


@fault("AS-CODE-07")
def third_duplicate_is_created(mock: Any) -> None:
    """A third POST with the same body creates another track."""
    refused: list[bytes] = []

    def is_duplicate(original: Any, body: bytes, account: int) -> bool:
        if not original(body, account) or body in refused:
            return False
        refused.append(body)
        return True

    wrap_method(mock.tracks, "is_duplicate", is_duplicate)


@fault("AS-CODE-07")
def duplicate_is_created_an_hour_later(mock: Any) -> None:
    """A POST with the same body creates another track after an hour."""
    created: dict[bytes, float] = {}

    def is_duplicate(original: Any, body: bytes, account: int) -> bool:
        is_recent = mock.clock.now() <= created.setdefault(body, mock.clock.now()) + 3600
        return bool(original(body, account)) and is_recent

    wrap_method(mock.tracks, "is_duplicate", is_duplicate)


@fault("AS-CODE-11")
def preferred_async_creation_returns_202(mock: Any) -> None:
    """POST with `Prefer: respond-async` returns 202."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        is_async = context.request.headers.get("Prefer") == "respond-async"
        return mock.responses.success(response.get_json()["data"], 202) if is_async else response

    wrap_handler(mock.handlers, CREATE, create)


@fault("AS-CODE-07")
def only_newest_track_counts_as_duplicate(mock: Any) -> None:
    """POST of a duplicate returns 409 only if it repeats the newest track."""
    mock.tracks.is_duplicate = lambda body, account: any(
        track.request_body == body for track in mock.tracks.list_by_account(account)[-1:]
    )


@fault("AS-CODE-13")
def concurrent_duplicates_are_both_created(mock: Any) -> None:
    """Two concurrent POST requests with the same body both return 201."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda original, *args: original(*args) and not crowd.is_set())


@fault("AS-CODE-13")
def concurrent_duplicates_are_both_refused(mock: Any) -> None:
    """Two concurrent POST requests with the same body both return 409."""
    crowd = concurrent_requests_event(mock)
    wrap_method(mock.tracks, "is_duplicate", lambda original, *args: original(*args) or crowd.is_set())


@fault("AS-TRACK-04")
def location_is_of_other_track(mock: Any) -> None:
    """The Location header of a 201 is the URL of another track."""
    _edit_location(mock, lambda location: f"{location[:-1]}{(int(location[-1]) + 1) % 10}")


@fault("AS-TRACK-04")
def location_is_list(mock: Any) -> None:
    """The Location header of a 201 is the URL of the list."""
    _edit_location(mock, lambda location: location.rpartition("/")[0])


def _edit_stored_values(mock: Any, change: Any) -> None:
    """Replace the values of a new track by `change(values)` before they are stored."""
    wrap_method(
        mock.tracks,
        "create",
        lambda original, account, fields, body: original(account, change(fields), body),
    )


def _edit_location(mock: Any, change: Any) -> None:
    """Replace the Location header of a 201 by `change(location)`."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.headers["Location"] = change(response.headers["Location"])
        return response

    wrap_handler(mock.handlers, CREATE, create)
