"""Faults of reads: the list, single tracks, and unknown or malformed ids."""

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
def list_returns_206(mock: Any) -> None:
    """GET /tracks returns 206 instead of 200."""
    _replace_status(mock, LIST, status=206)


@fault("AS-CODE-01", "AS-ENV-02", "AS-ENV-03")
def list_returns_201(mock: Any) -> None:
    """GET /tracks returns 201 instead of 200."""
    _replace_status(mock, LIST, status=201)


@fault("AS-CODE-01", "AS-CODE-12")
def every_second_list_returns_304(mock: Any) -> None:
    """Every second GET /tracks returns 304, though the request is not conditional."""
    requests: list[str] = []

    def index(handle: Any, mock: Any, context: Any) -> Any:
        requests.append(context.request.method)
        response = handle(mock, context)
        if len(requests) % 2 == 0:
            response.status_code = 304
            response.set_data(b"")
        return response

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-01")
def list_has_the_newest_100(mock: Any) -> None:
    """GET /tracks has the newest 100 tracks."""
    wrap_method(mock.tracks, "serialize_list", lambda original, tracks: original(tracks[-100:]))


@fault("AS-CODE-02", "AS-TRACK-02")
def one_track_in_fifty_is_replaced(mock: Any) -> None:
    """GET of one track in fifty, and of the newest track, returns the track before it."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.get_or_404(id, context.account)
        own = mock.tracks.list_by_account(context.account)
        wrong = track.id % 50 == 1 or track is own[-1]
        return handle(mock, context, str(own[own.index(track) - 1].id) if wrong else id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02")
def newest_track_returns_404(mock: Any) -> None:
    """GET of the newest track returns 404."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        own = mock.tracks.list_by_account(context.account)
        if own and id == str(own[-1].id):
            raise HttpError(404)
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-02", "AS-CODE-11", "AS-ENV-02")
def track_returns_203(mock: Any) -> None:
    """GET of a track returns 203, with the status 200 in its body."""
    _replace_status(mock, ONE, status=203)


@fault("AS-CODE-06")
def unknown_track_returns_403(mock: Any) -> None:
    """GET of an unknown track returns 403 instead of 404."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, context.account) is None:
            raise HttpError(403)
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06", "AS-TRACK-01")
def unknown_track_returns_empty_object(mock: Any) -> None:
    """GET of an unknown track returns 200 with an empty object instead of 404."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if mock.tracks.find(id, context.account) is None:
            return mock.responses.success({})
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-06")
def id_with_trailing_letters_is_accepted(mock: Any) -> None:
    """The id `51201abc` is accepted as 51201."""
    wrap_method(mock.tracks, "parse_id", lambda original, text: original(re.sub(r"(?<=\d)[a-z]+$", "", text)))


@fault("AS-CODE-06")
def negative_id_is_accepted(mock: Any) -> None:
    """A negative id is accepted: `-1` returns the newest track."""

    def find(original: Any, text: str, account: int) -> Any:
        own = mock.tracks.list_by_account(account)
        return own[-1] if text == "-1" and own else original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06")
def long_id_returns_414(mock: Any) -> None:
    """An id of 200 characters or more returns 414."""

    def find(original: Any, text: str, account: int) -> Any:
        if len(text) >= 200:
            raise HttpError(414)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-06", "AS-CODE-11")
def non_numeric_id_returns_422(mock: Any) -> None:
    """An id with characters other than digits returns 422."""

    def find(original: Any, text: str, account: int) -> Any:
        if not text.isdigit():
            raise HttpError(422)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@fault("AS-CODE-12")
def read_increments_plays(mock: Any) -> None:
    """Every GET of a track increments its property `plays`."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        track = mock.tracks.get_or_404(id, context.account)
        track.properties["plays"] = track.properties.get("plays", 0) + 1
        return handle(mock, context, id)

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-12")
def list_deletes_oldest_track(mock: Any) -> None:
    """GET /tracks deletes the oldest track."""

    def index(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        for track in mock.tracks.list_by_account(context.account)[:1]:
            mock.tracks.delete(track)
        return response

    wrap_handler(mock.handlers, LIST, index)


@fault("AS-CODE-12")
def read_sets_explicit(mock: Any) -> None:
    """GET of a track sets its property `explicit` to true."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        response = handle(mock, context, id)
        mock.tracks.get_or_404(id, context.account).properties["explicit"] = True
        return response

    wrap_handler(mock.handlers, ONE, show)


@fault("AS-CODE-11")
def long_query_returns_429(mock: Any) -> None:
    """A query of more than 1,000 characters returns 429."""

    def require_write_access(original: Any, context: Any) -> None:
        if len(request.query_string) > 1000:
            raise HttpError(429)
        original(context)

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@fault("AS-CODE-11", "AS-CODE-06")
def large_unknown_id_returns_410(mock: Any) -> None:
    """GET of an unknown id above 1,000,000 returns 410."""

    def find(original: Any, text: str, account: int) -> Any:
        track = original(text, account)
        if track is None and (mock.tracks.parse_id(text) or 0) > 1_000_000:
            raise HttpError(410)
        return track

    wrap_method(mock.tracks, "find", find)


@fault("AS-ENV-02")
def every_second_list_has_status_0(mock: Any) -> None:
    """The property `status` in the body of every second GET /tracks is 0."""
    requests: list[str] = []

    def change(response: Any) -> Any:
        if request.endpoint != LIST or response.status_code != 200:
            return response
        requests.append(LIST)
        return edit_json(response, lambda body: body | {"status": 0}) if len(requests) % 2 == 0 else response

    edit_responses(mock, change)


def _replace_status(mock: Any, operation: str, status: int) -> None:
    """Give the responses of an operation this status."""

    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)
