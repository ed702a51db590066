"""Faults of error responses (Response Status Codes)."""

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
def status_405_has_no_error_headers(mock: Any) -> None:
    """A 405 has no error headers."""
    _edit_error_headers(mock, status=405, change=lambda _headers: {})


@fault("AB-ERR-01")
def unknown_playlist_has_no_error_code(mock: Any) -> None:
    """The 404 of GET /playlists/{id} has the header for the description, but none for the error code."""
    _edit_error_headers(
        mock,
        status=404,
        change=lambda headers: (
            headers
            if not _is_operation("GET /playlists/{playlist_id}")
            else {DESCRIPTION: headers[DESCRIPTION]}
        ),
    )


@fault("AB-ERR-01", "AB-ERR-03")
def error_code_of_422_is_word(mock: Any) -> None:
    """The error code in the headers of a 422 is the word `invalid`."""
    wrap_method(
        mock.errors,
        "code",
        lambda original, error: "invalid" if error.status == 422 else original(error),
    )


@fault("AB-ERR-01", "AB-ERR-03")
def unknown_path_has_empty_description(mock: Any) -> None:
    """The error description in the headers of the 404 for an unknown path is empty."""

    def description(original: Any, error: HttpError) -> Any:
        unknown = error.status == 404 and has_request_context() and request.url_rule is None
        return "" if unknown else original(error)

    wrap_method(mock.errors, "description", description)


@fault("AB-ERR-02")
def status_201_has_error_code_0(mock: Any) -> None:
    """A 201 has the header X-Audioboo-Error_code with the value 0."""

    def finish(original: Any, response: Any) -> Any:
        response = original(response)
        if response.status_code == 201:
            response.headers[CODE] = "0"
        return response

    wrap_method(mock, "finish", finish)


@fault("AB-ERR-02")
def popular_clips_have_error_description(mock: Any) -> None:
    """A successful GET /audio_clips/popular has the header X-Audioboo-Error_description."""

    def popular(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.headers[DESCRIPTION] = "OK"
        return response

    wrap_handler(mock.handlers, "GET /audio_clips/popular", popular)


@fault("AB-ERR-03")
def body_of_404_has_code_200(mock: Any) -> None:
    """The property `error.code` in the body of a 404 is 200."""
    _edit_error_bodies(mock, status=404, change=lambda error: error | {"code": 200})


@fault("AB-ERR-03")
def description_of_401_differs_from_header(mock: Any) -> None:
    """The `error.description` in the body of a 401 differs from the one in its header."""
    _edit_error_bodies(mock, status=401, change=lambda error: error | {"description": "Please log in."})


@fault("AB-ERR-04")
def new_playlist_returns_200(mock: Any) -> None:
    """POST /playlists returns 200 instead of 201."""
    _replace_status(mock, "POST /playlists", status=200)


@fault("AB-ERR-04", "AB-SOC-04")
def new_comment_returns_202(mock: Any) -> None:
    """POST of a comment returns 202 instead of 201."""
    _replace_status(mock, "POST /audio_clips/{clip_id}/comments", status=202)


@fault("AB-ERR-05")
def server_error_has_error_headers(mock: Any) -> None:
    """A 5xx has the error headers, which only a 4xx may have."""

    def headers(original: Any, error: HttpError) -> Any:
        if error.status >= 500:
            return {CODE: "500", DESCRIPTION: "The server has failed"}
        return original(error)

    wrap_method(mock.errors, "headers", headers)


@fault("AB-ERR-05")
def server_error_returns_504(mock: Any) -> None:
    """Every 5xx is replaced by 504."""

    def respond(original: Any, error: HttpError) -> Any:
        return original(HttpError(504) if error.status >= 500 else error)

    wrap_method(mock.errors, "respond", respond)


@fault("AB-ERR-05")
def clips_return_404_after_outage(mock: Any) -> None:
    """After the first server error of an outage, every GET /audio_clips returns 404."""
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
def error_description_contains_raw_path(mock: Any) -> None:
    """The error description of a 404 contains the path and the query unescaped, with line breaks."""

    def wsgi(original: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            path = f"{environ['PATH_INFO']} {unquote(environ['QUERY_STRING'])}"
            edited = [(name, f"{value} {path}" if name == DESCRIPTION else value) for name, value in headers]
            return start_response(status, edited if status.startswith("404") else headers)

        response: Iterable[bytes] = original(environ, start)
        return response

    wrap_method(mock, "wsgi", wsgi)


@fault("AB-ERR-06")
def error_description_contains_control_characters(mock: Any) -> None:
    """The error description contains the path with its control characters, except CR and LF."""

    def description(original: Any, error: HttpError) -> str:
        text = str(original(error))
        if not has_request_context():
            return text
        path = f"{request.path} {request.query_string.decode('latin-1')}"
        printable = unquote(path).replace("\r", "").replace("\n", "")
        return f"{text} {printable}".encode("latin-1", "replace").decode("latin-1")

    wrap_method(mock.errors, "description", description)


@fault("AB-ERR-07")
def non_numeric_user_id_returns_500(mock: Any) -> None:
    """GET /users/{id} returns 500 if the id is not a number."""

    def show(handle: Any, mock: Any, context: Any, user_id: str) -> Any:
        if not user_id.isdigit():
            raise HttpError(500)
        return handle(mock, context, user_id)

    wrap_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("AB-ERR-07")
def undefined_method_returns_500(mock: Any) -> None:
    """A method that HTTP does not define returns 500."""

    def admit(original: Any) -> Any:
        if request.method not in METHODS:
            raise HttpError(500)
        return original()

    wrap_method(mock, "admit", admit)


@fault("AB-ERR-07")
def known_method_returns_501(mock: Any) -> None:
    """A method that HTTP defines and the path does not support returns 501 instead of 405."""

    def refuse(original: Any, error: HttpError) -> Any:
        is_unknown = error.status == 405 and request.method in METHODS
        return original(HttpError(501, error.message) if is_unknown else error)

    wrap_method(mock, "refuse", refuse)


@fault("AB-ERR-07")
def null_character_returns_500(mock: Any) -> None:
    """A parameter value with a null character (U+0000) returns 500."""

    def parse(original: Any, context: Any) -> None:
        original(context)
        if any("\0" in value for _, value in context.parameters):
            raise HttpError(500)

    wrap_method(mock.request_parser, "parse", parse)


@fault("AB-ERR-07")
def invalid_utf8_returns_500(mock: Any) -> None:
    """A parameter that is not valid UTF-8 returns 500."""

    def decode_pairs(original: Any, encoded: bytes) -> Any:
        pairs = original(encoded)
        if any("\ufffd" in name + value for name, value in pairs):
            raise HttpError(500)
        return pairs

    wrap_method(mock.request_parser, "decode_pairs", decode_pairs)


def _is_operation(operation: str) -> bool:
    """Return True if the current request is of this operation."""
    return has_request_context() and request.endpoint == operation


def _edit_error_headers(mock: Any, status: int, change: Any) -> None:
    """Replace the error headers of responses with this status by `change(headers)`."""

    def headers(original: Any, error: HttpError) -> Any:
        unchanged = original(error)
        return change(unchanged) if error.status == status else unchanged

    wrap_method(mock.errors, "headers", headers)


def _edit_error_bodies(mock: Any, status: int, change: Any) -> None:
    """Replace `error` in the body of responses with this status by `change(error)`."""

    def body(original: Any, error: HttpError) -> Any:
        unchanged = original(error)
        return {"error": change(unchanged["error"])} if error.status == status else unchanged

    wrap_method(mock.errors, "body", body)


def _replace_status(mock: Any, operation: str, status: int) -> None:
    """Give the successful responses of an operation this status."""

    def handle(handle: Any, *args: Any, **ids: str) -> Any:
        response = handle(*args, **ids)
        response.status_code = status
        return response

    wrap_handler(mock.handlers, operation, handle)
