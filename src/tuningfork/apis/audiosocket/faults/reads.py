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

    def index(handle: Any, mock: Any, call: Any) -> Any:
        seen.append(call.request.method)
        answer = handle(mock, call)
        if len(seen) % 2 == 0:
            answer.status_code = 304
            answer.set_data(b"")
        return answer

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-02", "AS-TRACK-02")
def one_track_in_fifty_is_its_neighbour(mock: Any) -> None:
    """GET of one track in fifty, and of the newest, gives the one before it."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.need(id, call.account)
        own = mock.tracks.of(call.account)
        wrong = track.id % 50 == 1 or track is own[-1]
        return handle(mock, call, str(own[own.index(track) - 1].id) if wrong else id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02")
def newest_track_is_not_found(mock: Any) -> None:
    """GET of the track that was created last is answered 404."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        own = mock.tracks.of(call.account)
        if own and id == str(own[-1].id):
            raise HttpError(404)
        return handle(mock, call, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02", "AS-CODE-11", "AS-ENV-02")
def track_is_found_at_another_status(mock: Any) -> None:
    """GET of a track is answered 203, with a body that says 200."""
    _answering(mock, ONE, 203)


@fault("AS-CODE-06")
def unknown_track_is_forbidden(mock: Any) -> None:
    """GET of a track that is not there is answered 403."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, call.account) is None:
            raise HttpError(403)
        return handle(mock, call, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06", "AS-TRACK-01")
def unknown_track_is_empty(mock: Any) -> None:
    """GET of a track that is not there is answered 200 with an empty object."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, call.account) is None:
            return mock.answers.ok({})
        return handle(mock, call, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06")
def id_with_letters_behind_it_is_found(mock: Any) -> None:
    """`51201abc` leads to the track 51201."""
    wrap_method(mock.tracks, "number", lambda number, text: number(re.sub(r"(?<=\d)[a-z]+$", "", text)))


@fault("AS-CODE-06")
def negative_id_counts_from_the_end(mock: Any) -> None:
    """`-1` leads to the newest track."""

    def find(find: Any, text: str, account: int) -> Any:
        own = mock.tracks.of(account)
        return own[-1] if text == "-1" and own else find(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06")
def long_id_is_too_long(mock: Any) -> None:
    """An id of 200 characters or more is answered 414."""

    def find(find: Any, text: str, account: int) -> Any:
        if len(text) >= 200:
            raise HttpError(414)
        return find(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06", "AS-CODE-11")
def id_that_is_no_number_is_unprocessable(mock: Any) -> None:
    """An id with other characters than digits is answered 422."""

    def find(find: Any, text: str, account: int) -> Any:
        if not text.isdigit():
            raise HttpError(422)
        return find(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-12")
def reading_counts(mock: Any) -> None:
    """Every reading of a track adds to its `plays`."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.need(id, call.account)
        track.fields["plays"] = track.fields.get("plays", 0) + 1
        return handle(mock, call, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-12")
def second_list_has_a_track_less(mock: Any) -> None:
    """Listing removes the oldest track."""

    def index(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        for track in mock.tracks.of(call.account)[:1]:
            mock.tracks.delete(track)
        return answer

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-12")
def what_is_read_becomes_explicit(mock: Any) -> None:
    """A track that was read is explicit from then on."""

    def show(handle: Any, mock: Any, call: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        answer = handle(mock, call, id)
        mock.tracks.need(id, call.account).fields["explicit"] = True
        return answer

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-11")
def long_query_is_too_many(mock: Any) -> None:
    """A query of over 1,000 characters is answered 429."""

    def need_rights(need: Any, call: Any) -> None:
        if len(request.query_string) > 1000:
            raise HttpError(429)
        need(call)

    wrap_method(mock.guard, "need_rights", need_rights)


@fault("AS-CODE-11", "AS-CODE-06")
def great_id_is_gone(mock: Any) -> None:
    """GET of an id over a million that is not there is answered 410."""

    def find(find: Any, text: str, account: int) -> Any:
        track = find(text, account)
        if track is None and (mock.tracks.number(text) or 0) > 1_000_000:
            raise HttpError(410)
        return track

    wrap_method(mock.tracks, "find", find)


@fault("AS-ENV-02")
def list_says_another_status(mock: Any) -> None:
    """The status in the body of the list is 0 when it is read a second time."""
    seen: list[str] = []

    def change(made: Any) -> Any:
        if request.endpoint != LIST or made.status_code != 200:
            return made
        seen.append(LIST)
        return edit_json(made, lambda body: body | {"status": 0}) if len(seen) % 2 == 0 else made

    edit_responses(mock, change)


def _answering(mock: Any, operation: str, status: int) -> None:
    def handle(handle: Any, *of: Any, **ids: str) -> Any:
        answer = handle(*of, **ids)
        answer.status_code = status
        return answer

    wrap_handler(mock.handlers, operation, handle)
