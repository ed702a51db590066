"""Faults of failing: what a 500 tells, who is spared by maintenance, what a server does not live through."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.response_edits import edit_bodies, edit_responses, replace_with_html
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.controls import PATH
from tuningfork.mock.errors import HttpError

TRACE = 'Traceback (most recent call last):\n  File "/srv/app/tracks.py", line 41, in show\nKeyError: 51201'


@fault("AS-CODE-09")
def failure_shows_its_trace(mock: Any) -> None:
    """The error of a 500 is a trace."""
    edit_bodies(mock, lambda body: body | {"error": TRACE}, 500)


@fault("AS-CODE-09")
def failure_of_the_list_shows_its_query(mock: Any) -> None:
    """The error of a 500 of GET /tracks has the query that failed."""
    query = "An unexpected error occurred: SELECT * FROM tracks WHERE account = 1"
    edit_bodies(mock, lambda body: body | {"error": query}, 500, on="GET /tracks")


@fault("AS-CODE-09")
def failure_shows_a_path_beside_the_error(mock: Any) -> None:
    """A 500 has a member with the file that failed."""
    edit_bodies(mock, lambda body: body | {"at": "/var/www/api/app/models/track.rb:17"}, 500)


@fault("AS-CODE-09", "AS-ENV-01", "AS-ENV-05")
def failure_is_a_page(mock: Any) -> None:
    """A 500 is a page for people."""
    edit_responses(
        mock, lambda response: replace_with_html(response) if response.status_code == 500 else response
    )


@fault("AS-CODE-09", "AS-ENV-05")
def failure_has_no_error(mock: Any) -> None:
    """A 500 has no error."""
    edit_bodies(mock, lambda body: {name: body[name] for name in ("status", "message")}, 500)


@fault("AS-CODE-10")
def maintenance_spares_removals(mock: Any) -> None:
    """DELETE is answered while all else is 503."""
    wrap_method(mock.outage, "take", lambda original: None if request.method == "DELETE" else original())


@fault("AS-CODE-10")
def maintenance_spares_reading_one(mock: Any) -> None:
    """GET /tracks/{id} is answered while all else is 503."""
    wrap_method(
        mock.outage, "take", lambda original: None if request.endpoint == "GET /tracks/{id}" else original()
    )


@fault("AS-CODE-10")
def maintenance_lasts_a_request_longer(mock: Any) -> None:
    """The first request after the announced ones is answered 503 too."""
    wrap_method(
        mock.outage, "start", lambda original, status, count: original(status, count + 1 if count else 0)
    )


@fault("AS-CODE-10", "AS-CODE-14")
def nothing_is_created_after_maintenance(mock: Any) -> None:
    """POST is answered 503 from the first outage on."""
    seen: list[int] = []

    def take(original: Any) -> int | None:
        status: int | None = original()
        seen.extend([status] if status == 503 else [])
        return 503 if seen and request.method == "POST" else status

    wrap_method(mock.outage, "take", take)


@fault("AS-CODE-10", "AS-ENV-01", "AS-ENV-05")
def maintenance_of_writing_is_a_page(mock: Any) -> None:
    """A 503 to POST or DELETE is a page for people."""

    def change(response: Any) -> Any:
        return (
            replace_with_html(response)
            if response.status_code == 503 and request.method != "GET"
            else response
        )

    edit_responses(mock, change)


@fault("AS-CODE-10", "AS-ENV-03")
def maintenance_has_a_message_of_its_own(mock: Any) -> None:
    """The message of a 503 is "Down for maintenance"."""
    edit_bodies(mock, lambda body: body | {"message": "Down for maintenance"}, 503)


@fault("AS-CODE-14")
def nul_in_a_path_is_a_failure(mock: Any) -> None:
    """An id with a NUL is answered 500."""
    _failing(mock, lambda: "\0" in request.path)


@fault("AS-CODE-14")
def letters_beyond_ascii_in_a_path_are_a_failure(mock: Any) -> None:
    """A path with letters beyond ASCII is answered 500."""
    _failing(mock, lambda: not request.path.isascii())


@fault("AS-CODE-14")
def long_header_is_a_failure(mock: Any) -> None:
    """A header field of over 4,000 characters is answered 500."""
    _failing(mock, lambda: any(len(value) > 4000 for value in request.headers.values()))


@fault("AS-CODE-14", "AS-CODE-11")
def long_path_is_a_failure(mock: Any) -> None:
    """A path of over 900 characters is answered 502."""
    _failing(mock, lambda: len(request.path) > 900, 502)


@fault("AS-CODE-14", "AS-CODE-05")
def deep_json_is_a_failure(mock: Any) -> None:
    """JSON that is nested a hundred deep is answered 500."""
    _failing(mock, lambda: request.method == "POST" and request.get_data().count(b"[" * 100) > 0)


@fault("AS-CODE-14")
def lone_surrogate_is_a_failure(mock: Any) -> None:
    """A title with half a letter is answered 500."""
    _failing(mock, lambda: b"\\ud8" in request.get_data().lower())


@fault("AS-CODE-14")
def object_for_a_title_is_a_failure(mock: Any) -> None:
    """A title that is an object is answered 500."""

    def parse_title(original: Any, value: Any) -> Any:
        if isinstance(value, dict):
            raise HttpError(500)
        return original(value)

    wrap_method(mock.request_parser, "parse_title", parse_title)


@fault("AS-CODE-14")
def great_length_is_a_failure(mock: Any) -> None:
    """A length over 32 bits is answered 500."""

    def parse_optional(original: Any, name: str, given: Any) -> Any:
        values = original(name, given)
        if name == "length" and values > 2**31:
            raise HttpError(500)
        return values

    wrap_method(mock.request_parser, "parse_optional", parse_optional)


def _failing(mock: Any, which: Any, status: int = 500) -> None:
    """Answer some requests, tokens or not, as a server does that has failed."""

    def require_token(original: Any, context: Any) -> Any:
        if not request.path.startswith(PATH) and which():
            raise HttpError(status)
        return original(context)

    wrap_method(mock.authorization, "require_token", require_token)
