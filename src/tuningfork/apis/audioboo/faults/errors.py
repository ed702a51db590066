"""What goes wrong with errors (Response Status Codes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from flask import has_request_context, request

from tuningfork.apis.audioboo.mock.errors import CODE, DESCRIPTION
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError
from tuningfork.model import METHODS


@fault("AB-ERR-01")
def method_that_is_not_allowed_has_no_reason(mock: Any) -> None:
    """A 405 has no error headers."""
    _headers(mock, 405, lambda _told: {})


@fault("AB-ERR-01")
def missing_playlist_has_no_code(mock: Any) -> None:
    """The 404 of GET /playlists/{id} has no error code in its header."""
    _headers(
        mock,
        404,
        lambda told: told if not _on("GET /playlists/{playlist_id}") else {DESCRIPTION: told[DESCRIPTION]},
    )


@fault("AB-ERR-01", "AB-ERR-03")
def code_of_the_unprocessable_is_a_word(mock: Any) -> None:
    """The error code of a 422 is a word."""
    wrap_method(
        mock.errors,
        "code",
        lambda original, error: "invalid" if error.status == 422 else original(error),
    )


@fault("AB-ERR-01", "AB-ERR-03")
def unknown_path_is_described_by_nothing(mock: Any) -> None:
    """The description of the 404 of an unknown path is empty."""

    def description(original: Any, error: HttpError) -> Any:
        unknown = error.status == 404 and has_request_context() and request.url_rule is None
        return "" if unknown else original(error)

    wrap_method(mock.errors, "description", description)


@fault("AB-ERR-02")
def success_of_writing_has_error_code_0(mock: Any) -> None:
    """What is created comes with X-Audioboo-Error_code: 0."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if response.status_code == 201:
            response.headers[CODE] = "0"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ERR-02")
def popular_clips_are_described_as_an_error(mock: Any) -> None:
    """/audio_clips/popular has X-Audioboo-Error_description, though nothing is wrong."""

    def popular(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.headers[DESCRIPTION] = "OK"
        return response

    wrap_handler(mock.handlers, "GET /audio_clips/popular", popular)


@fault("AB-ERR-03")
def body_of_a_missing_thing_says_200(mock: Any) -> None:
    """The body of a 404 has the code 200."""
    _bodies(mock, 404, lambda error: error | {"code": 200})


@fault("AB-ERR-03")
def body_of_the_unauthorized_is_described_differently(mock: Any) -> None:
    """The body of a 401 has another description than its header."""
    _bodies(mock, 401, lambda error: error | {"description": "Please log in."})


@fault("AB-ERR-04")
def new_playlist_is_answered_200(mock: Any) -> None:
    """POST /playlists answers 200."""
    _status(mock, "POST /playlists", 200)


@fault("AB-ERR-04", "AB-SOC-04")
def new_comment_is_answered_202(mock: Any) -> None:
    """POST comments answers 202."""
    _status(mock, "POST /audio_clips/{clip_id}/comments", 202)


@fault("AB-ERR-05")
def outage_is_the_requests_fault(mock: Any) -> None:
    """A failure of the server has the error headers."""

    def headers(original: Any, error: HttpError) -> Any:
        if error.status >= 500:
            return {CODE: "500", DESCRIPTION: "The server has failed"}
        return original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-ERR-05")
def failure_is_said_to_be_the_gateways(mock: Any) -> None:
    """A failure of the server is answered 504."""

    def respond(original: Any, error: HttpError) -> Any:
        return original(HttpError(504) if error.status >= 500 else error)

    wrap_method(mock.errors, "respond", respond)


@fault("AB-ERR-05")
def clips_stay_away_after_an_outage(mock: Any) -> None:
    """Once the server has failed, /audio_clips is 404."""
    failed: list[int] = []

    def take(original: Any) -> int | None:
        status: int | None = original()
        failed.extend([status] if status else [])
        return status

    def index(handle: Any, mock: Any, context: Any) -> Any:
        if failed:
            raise HttpError(404)
        return handle(mock, context)

    wrap_method(mock.outage, "take", take)
    wrap_handler(mock.handlers, "GET /audio_clips", index)


@fault("AB-ERR-06", "AB-ERR-03")
def description_has_a_line_end_of_the_path(mock: Any) -> None:
    """The description of a 404 ends with the path, line ends and all."""

    def wsgi(original: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            path = f"{environ['PATH_INFO']} {unquote(environ['QUERY_STRING'])}"
            told = [(name, f"{value} {path}" if name == DESCRIPTION else value) for name, value in headers]
            return start_response(status, told if status.startswith("404") else headers)

        response: Iterable[bytes] = original(environ, start)
        return response

    wrap_method(mock, "wsgi", wsgi)


@fault("AB-ERR-06")
def description_has_control_characters(mock: Any) -> None:
    """A description repeats the path; only CR and LF are taken out."""

    def description(original: Any, error: HttpError) -> str:
        text = str(original(error))
        if not has_request_context():
            return text
        path = f"{request.path} {request.query_string.decode('latin-1')}"
        printable = unquote(path).replace("\r", "").replace("\n", "")
        return f"{text} {printable}".encode("latin-1", "replace").decode("latin-1")

    wrap_method(mock.errors, "description", description)


@fault("AB-ERR-07")
def letters_as_a_user_are_a_server_error(mock: Any) -> None:
    """/users/{id} with an id that is no number is 500."""

    def show(handle: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not user_id.isdigit():
            raise HttpError(500)
        return handle(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("AB-ERR-07")
def undefined_method_is_a_server_error(mock: Any) -> None:
    """A method that HTTP does not define is 500."""

    def admit(original: Any) -> Any:
        if request.method not in METHODS:
            raise HttpError(500)
        return original()

    wrap_method(mock, "admit", admit)


@fault("AB-ERR-07")
def method_that_is_not_allowed_is_not_implemented(mock: Any) -> None:
    """A method of HTTP that a path does not know is 501."""

    def refuse(original: Any, error: HttpError) -> Any:
        is_unknown = error.status == 405 and request.method in METHODS
        return original(HttpError(501, error.message) if is_unknown else error)

    wrap_method(mock, "refuse", refuse)


@fault("AB-ERR-07")
def null_character_is_a_server_error(mock: Any) -> None:
    """A parameter with U+0000 in its value is 500."""

    def parse(original: Any, context: Any) -> None:
        original(context)
        if any("\0" in value for _, value in context.parameters):
            raise HttpError(500)

    wrap_method(mock.request_parser, "parse", parse)


@fault("AB-ERR-07")
def bytes_that_are_no_text_are_a_server_error(mock: Any) -> None:
    """A parameter that is no UTF-8 is 500."""

    def decode_pairs(original: Any, encoded: bytes) -> Any:
        pairs = original(encoded)
        if any("\ufffd" in name + value for name, value in pairs):
            raise HttpError(500)
        return pairs

    wrap_method(mock.request_parser, "decode_pairs", decode_pairs)


def _on(operation: str) -> bool:
    return has_request_context() and request.endpoint == operation


def _headers(mock: Any, status: int, change: Any) -> None:
    """Change the error headers of one status."""

    def headers(original: Any, error: HttpError) -> Any:
        told = original(error)
        return change(told) if error.status == status else told

    wrap_method(mock.errors, "headers", headers)


def _bodies(mock: Any, status: int, change: Any) -> None:
    """Change `error` in the body of one status."""

    def body(original: Any, error: HttpError) -> Any:
        told = original(error)
        return {"error": change(told["error"])} if error.status == status else told

    wrap_method(mock.errors, "body", body)


def _status(mock: Any, operation: str, status: int) -> None:
    """Another status of one operation's success."""

    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)
