"""Faults of reading: the list, one track, ids that are none."""

from __future__ import annotations

import re
from typing import Any

from flask import request

from tuningfork.apis.audiosocket.response_edits import edit_responses
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import edit_json, wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError

LIST = "GET /tracks"
ONE = "GET /tracks/{id}"


@fault("AS-CODE-01", "AS-CODE-11", "AS-ENV-02")
def list_is_partial(mock: Any) -> None:
    """GET /tracks is answered 206."""
    _answering(mock, LIST, 206)


@fault("AS-CODE-01", "AS-ENV-02", "AS-ENV-03")
def list_is_created(mock: Any) -> None:
    """GET /tracks is answered 201."""
    _answering(mock, LIST, 201)


@fault("AS-CODE-01", "AS-CODE-12")
def second_list_is_not_modified(mock: Any) -> None:
    """Every second GET /tracks is answered 304, though nobody asked for that."""
    seen: list[str] = []

    def index(handle: Any, mock: Any, context: Any) -> Any:
        seen.append(context.request.method)
        response = handle(mock, context)
        if len(seen) % 2 == 0:
            response.status_code = 304
            response.set_data(b"")
        return response

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-02", "AS-TRACK-02")
def one_track_in_fifty_is_its_neighbour(mock: Any) -> None:
    """GET of one track in fifty, and of the newest, gives the one before it."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.get_or_404(id, context.account)
        own = mock.tracks.list_by_account(context.account)
        wrong = track.id % 50 == 1 or track is own[-1]
        return handle(mock, context, str(own[own.index(track) - 1].id) if wrong else id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02")
def newest_track_is_not_found(mock: Any) -> None:
    """GET of the track that was created last is answered 404."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        own = mock.tracks.list_by_account(context.account)
        if own and id == str(own[-1].id):
            raise HttpError(404)
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02", "AS-CODE-11", "AS-ENV-02")
def track_is_found_at_another_status(mock: Any) -> None:
    """GET of a track is answered 203, with a body that says 200."""
    _answering(mock, ONE, 203)


@fault("AS-CODE-06")
def unknown_track_is_forbidden(mock: Any) -> None:
    """GET of a track that is not there is answered 403."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, context.account) is None:
            raise HttpError(403)
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06", "AS-TRACK-01")
def unknown_track_is_empty(mock: Any) -> None:
    """GET of a track that is not there is answered 200 with an empty object."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, context.account) is None:
            return mock.responses.success({})
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06")
def id_with_letters_behind_it_is_found(mock: Any) -> None:
    """`51201abc` leads to the track 51201."""
    wrap_method(mock.tracks, "parse_id", lambda original, text: original(re.sub(r"(?<=\d)[a-z]+$", "", text)))


@fault("AS-CODE-06")
def negative_id_counts_from_the_end(mock: Any) -> None:
    """`-1` leads to the newest track."""

    def find(original: Any, text: str, account: int) -> Any:
        own = mock.tracks.list_by_account(account)
        return own[-1] if text == "-1" and own else original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06")
def long_id_is_too_long(mock: Any) -> None:
    """An id of 200 characters or more is answered 414."""

    def find(original: Any, text: str, account: int) -> Any:
        if len(text) >= 200:
            raise HttpError(414)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06", "AS-CODE-11")
def id_that_is_no_number_is_unprocessable(mock: Any) -> None:
    """An id with other characters than digits is answered 422."""

    def find(original: Any, text: str, account: int) -> Any:
        if not text.isdigit():
            raise HttpError(422)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-12")
def reading_counts(mock: Any) -> None:
    """Every reading of a track adds to its `plays`."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.get_or_404(id, context.account)
        track.properties["plays"] = track.properties.get("plays", 0) + 1
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-12")
def second_list_has_a_track_less(mock: Any) -> None:
    """Listing removes the oldest track."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        for track in mock.tracks.list_by_account(context.account)[:1]:
            mock.tracks.delete(track)
        return response

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-12")
def what_is_read_becomes_explicit(mock: Any) -> None:
    """A track that was read is explicit from then on."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        response = handle(mock, context, id)
        mock.tracks.get_or_404(id, context.account).properties["explicit"] = True
        return response

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-11")
def long_query_is_too_many(mock: Any) -> None:
    """A query of over 1,000 characters is answered 429."""

    def require_write_access(original: Any, context: Any) -> None:
        if len(request.query_string) > 1000:
            raise HttpError(429)
        original(context)

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@fault("AS-CODE-11", "AS-CODE-06")
def great_id_is_gone(mock: Any) -> None:
    """GET of an id over a million that is not there is answered 410."""

    def find(original: Any, text: str, account: int) -> Any:
        track = original(text, account)
        if track is None and (mock.tracks.parse_id(text) or 0) > 1_000_000:
            raise HttpError(410)
        return track

    wrap_method(mock.tracks, "find", find)


@fault("AS-ENV-02")
def list_says_another_status(mock: Any) -> None:
    """The status in the body of the list is 0 when it is read a second time."""
    seen: list[str] = []

    def change(response: Any) -> Any:
        if request.endpoint != LIST or response.status_code != 200:
            return response
        seen.append(LIST)
        return edit_json(response, lambda body: body | {"status": 0}) if len(seen) % 2 == 0 else response

    edit_responses(mock, change)


def _answering(mock: Any, operation: str, status: int) -> None:
    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)
