"""Faults of server errors: disclosures of a 500, the scope of an outage, input that causes a 5xx."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.response_edits import edit_bodies, edit_responses, replace_with_html
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError

TRACE = 'Traceback (most recent call last):\n  File "/srv/app/tracks.py", line 41, in show\nKeyError: 51201'


@fault("AS-CODE-09")
def error_of_500_is_traceback(mock: Any) -> None:
    """The property `error` of a 500 is a traceback."""
    edit_bodies(mock, lambda body: body | {"error": TRACE}, status=500)


@fault("AS-CODE-09")
def error_of_500_contains_sql(mock: Any) -> None:
    """The property `error` of a 500 for GET /tracks contains an SQL query."""
    query = "An unexpected error occurred: SELECT * FROM tracks WHERE account = 1"
    edit_bodies(mock, lambda body: body | {"error": query}, status=500, operation="GET /tracks")


@fault("AS-CODE-09")
def status_500_contains_file_path(mock: Any) -> None:
    """The body of a 500 has a property with the path of a source file."""
    edit_bodies(mock, lambda body: body | {"at": "/var/www/api/app/models/track.rb:17"}, status=500)


@fault("AS-CODE-09", "AS-ENV-01", "AS-ENV-05")
def status_500_is_html(mock: Any) -> None:
    """The body of a 500 is HTML."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 500 else response
    )


@fault("AS-CODE-09", "AS-ENV-05")
def status_500_has_no_error(mock: Any) -> None:
    """The body of a 500 has no property `error`."""
    edit_bodies(mock, lambda body: {name: body[name] for name in ("status", "message")}, status=500)


@fault("AS-CODE-10")
def outage_skips_delete(mock: Any) -> None:
    """An outage skips DELETE: it succeeds while all other requests fail."""
    wrap_method(mock.outage, "take", lambda original: None if request.method == "DELETE" else original())


@fault("AS-CODE-10")
def outage_skips_single_track(mock: Any) -> None:
    """An outage skips GET /tracks/{id}: it succeeds while all other requests fail."""
    wrap_method(
        mock.outage, "take", lambda original: None if request.endpoint == "GET /tracks/{id}" else original()
    )


@fault("AS-CODE-10")
def outage_lasts_one_request_longer(mock: Any) -> None:
    """An outage affects one request more than requested."""
    wrap_method(
        mock.outage, "start", lambda original, status, count: original(status, count + 1 if count else 0)
    )


@fault("AS-CODE-10", "AS-CODE-14")
def post_fails_after_outage(mock: Any) -> None:
    """After the first outage every POST returns 503."""
    statuses: list[int] = []

    def take(original: Any) -> int | None:
        status: int | None = original()
        statuses.extend([status] if status == 503 else [])
        return 503 if statuses and request.method == "POST" else status

    wrap_method(mock.outage, "take", take)


@fault("AS-CODE-10", "AS-ENV-01", "AS-ENV-05")
def status_503_of_write_is_html(mock: Any) -> None:
    """The body of a 503 for POST or DELETE is HTML."""

    def change(response: Any) -> Any:
        return (
            replace_with_html(response)
            if response.status_code == 503 and request.method != "GET"
            else response
        )

    edit_responses(mock, change)


@fault("AS-CODE-10", "AS-ENV-03")
def status_503_has_other_message(mock: Any) -> None:
    """The property `message` of a 503 is "Down for maintenance"."""
    edit_bodies(mock, lambda body: body | {"message": "Down for maintenance"}, status=503)


@fault("AS-CODE-14")
def null_in_path_returns_500(mock: Any) -> None:
    """A path with a null character (U+0000) returns 500."""
    _fail(mock, lambda: "\0" in request.path)


@fault("AS-CODE-14")
def non_ascii_path_returns_500(mock: Any) -> None:
    """A path with characters beyond ASCII returns 500."""
    _fail(mock, lambda: not request.path.isascii())


@fault("AS-CODE-14")
def long_header_returns_500(mock: Any) -> None:
    """A request header of more than 4,000 characters returns 500."""
    _fail(mock, lambda: any(len(value) > 4000 for value in request.headers.values()))


@fault("AS-CODE-14", "AS-CODE-11")
def long_path_returns_502(mock: Any) -> None:
    """A path of more than 900 characters returns 502."""
    _fail(mock, lambda: len(request.path) > 900, status=502)


@fault("AS-CODE-14", "AS-CODE-05")
def deep_json_returns_500(mock: Any) -> None:
    """A JSON body with a hundred nested arrays returns 500."""
    _fail(mock, lambda: request.method == "POST" and request.get_data().count(b"[" * 100) > 0)


@fault("AS-CODE-14")
def lone_surrogate_returns_500(mock: Any) -> None:
    """A body with a lone surrogate returns 500."""
    _fail(mock, lambda: b"\\ud8" in request.get_data().lower())


@fault("AS-CODE-14")
def object_as_title_returns_500(mock: Any) -> None:
    """An object as `title` returns 500."""

    def parse_title(original: Any, value: Any) -> Any:
        if isinstance(value, dict):
            raise HttpError(500)
        return original(value)

    wrap_method(mock.request_parser, "parse_title", parse_title)


@fault("AS-CODE-14")
def large_length_returns_500(mock: Any) -> None:
    """A `length` of more than 2**31 returns 500."""

    def parse_optional(original: Any, name: str, value: Any) -> Any:
        parsed = original(name, value)
        if name == "length" and parsed > 2**31:
            raise HttpError(500)
        return parsed

    wrap_method(mock.request_parser, "parse_optional", parse_optional)


@fault("AS-CODE-14")
def head_of_unknown_track_returns_500(mock: Any) -> None:
    """HEAD of an unknown track returns 500."""

    def show(handle: Any, mock: Any, context: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        if request.method == "HEAD" and mock.tracks.find(id, context.account) is None:
            raise HttpError(500)
        return handle(mock, context, id)

    wrap_handler(mock.handlers, "GET /tracks/{id}", show)


def _fail(mock: Any, condition: Any, status: int = 500) -> None:
    """Return this status, with or without a token, if `condition` is true for the current request."""

    def require_token(original: Any, context: Any) -> Any:
        if not request.path.startswith(PATH) and condition():
            raise HttpError(status)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)
