"""What goes wrong with errors (Response Status Codes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from flask import has_request_context, request

from tuningfork.apis.audioboo.mock.errors import CODE, DESCRIPTION
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal
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
    around(
        mock.errors,
        "code",
        lambda code, refusal: "invalid" if refusal.status == 422 else code(refusal),
    )


@fault("AB-ERR-01", "AB-ERR-03")
def unknown_path_is_described_by_nothing(mock: Any) -> None:
    """The description of the 404 of an unknown path is empty."""

    def description(description: Any, refusal: Refusal) -> Any:
        unknown = refusal.status == 404 and has_request_context() and request.url_rule is None
        return "" if unknown else description(refusal)

    around(mock.errors, "description", description)


@fault("AB-ERR-02")
def success_of_writing_has_error_code_0(mock: Any) -> None:
    """What is created comes with X-Audioboo-Error_code: 0."""

    def finish(finish: Any, response: Any) -> Any:
        made = finish(response)
        if made.status_code == 201:
            made.headers[CODE] = "0"
        return made

    around(mock, "finish", finish)


@fault("AB-ERR-02")
def popular_clips_are_described_as_an_error(mock: Any) -> None:
    """/audio_clips/popular has X-Audioboo-Error_description, though nothing is wrong."""

    def popular(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        answer.headers[DESCRIPTION] = "OK"
        return answer

    around_handler(mock.handlers, "GET /audio_clips/popular", popular)


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

    def headers(headers: Any, refusal: Refusal) -> Any:
        if refusal.status >= 500:
            return {CODE: "500", DESCRIPTION: "The server has failed"}
        return headers(refusal)

    around(mock.errors, "headers", headers)


@fault("AB-ERR-05")
def failure_is_said_to_be_the_gateways(mock: Any) -> None:
    """A failure of the server is answered 504."""

    def answer(answer: Any, refusal: Refusal) -> Any:
        return answer(Refusal(504) if refusal.status >= 500 else refusal)

    around(mock.errors, "answer", answer)


@fault("AB-ERR-05")
def clips_stay_away_after_an_outage(mock: Any) -> None:
    """Once the server has failed, /audio_clips is 404."""
    failed: list[int] = []

    def take(take: Any) -> int | None:
        status: int | None = take()
        failed.extend([status] if status else [])
        return status

    def index(handle: Any, mock: Any, call: Any) -> Any:
        if failed:
            raise Refusal(404)
        return handle(mock, call)

    around(mock.outage, "take", take)
    around_handler(mock.handlers, "GET /audio_clips", index)


@fault("AB-ERR-06", "AB-ERR-03")
def description_has_a_line_end_of_the_path(mock: Any) -> None:
    """The description of a 404 ends with the path, line ends and all."""

    def wsgi(wsgi: Any, environ: Any, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            path = f"{environ['PATH_INFO']} {unquote(environ['QUERY_STRING'])}"
            told = [(name, f"{value} {path}" if name == DESCRIPTION else value) for name, value in headers]
            return start_response(status, told if status.startswith("404") else headers)

        answer: Iterable[bytes] = wsgi(environ, start)
        return answer

    around(mock, "wsgi", wsgi)


@fault("AB-ERR-06")
def description_has_control_characters(mock: Any) -> None:
    """A description repeats the path; only CR and LF are taken out."""

    def description(description: Any, refusal: Refusal) -> str:
        text = str(description(refusal))
        if not has_request_context():
            return text
        path = f"{request.path} {request.query_string.decode('latin-1')}"
        shown = unquote(path).replace("\r", "").replace("\n", "")
        return f"{text} {shown}".encode("latin-1", "replace").decode("latin-1")

    around(mock.errors, "description", description)


@fault("AB-ERR-07")
def letters_as_a_user_are_a_server_error(mock: Any) -> None:
    """/users/{id} with an id that is no number is 500."""

    def show(handle: Any, mock: Any, call: Any, user_id: str) -> Any:
        if not user_id.isdigit():
            raise Refusal(500)
        return handle(mock, call, user_id)

    around_handler(mock.handlers, "GET /users/{user_id}", show)


@fault("AB-ERR-07")
def undefined_method_is_a_server_error(mock: Any) -> None:
    """A method that HTTP does not define is 500."""

    def admit(admit: Any) -> Any:
        if request.method not in METHODS:
            raise Refusal(500)
        return admit()

    around(mock, "admit", admit)


@fault("AB-ERR-07")
def method_that_is_not_allowed_is_not_implemented(mock: Any) -> None:
    """A method of HTTP that a path does not know is 501."""

    def refuse(refuse: Any, refusal: Refusal) -> Any:
        is_unknown = refusal.status == 405 and request.method in METHODS
        return refuse(Refusal(501, refusal.message) if is_unknown else refusal)

    around(mock, "refuse", refuse)


@fault("AB-ERR-07")
def null_character_is_a_server_error(mock: Any) -> None:
    """A parameter with U+0000 in its value is 500."""

    def read(read: Any, call: Any) -> None:
        read(call)
        if any("\0" in value for _, value in call.parameters):
            raise Refusal(500)

    around(mock.inputs, "read", read)


@fault("AB-ERR-07")
def bytes_that_are_no_text_are_a_server_error(mock: Any) -> None:
    """A parameter that is no UTF-8 is 500."""

    def decode(decode: Any, encoded: bytes) -> Any:
        pairs = decode(encoded)
        if any("\ufffd" in name + value for name, value in pairs):
            raise Refusal(500)
        return pairs

    around(mock.inputs, "decode", decode)


def _on(operation: str) -> bool:
    return has_request_context() and request.endpoint == operation


def _headers(mock: Any, status: int, change: Any) -> None:
    """Change the error headers of one status."""

    def headers(headers: Any, refusal: Refusal) -> Any:
        told = headers(refusal)
        return change(told) if refusal.status == status else told

    around(mock.errors, "headers", headers)


def _bodies(mock: Any, status: int, change: Any) -> None:
    """Change `error` in the body of one status."""

    def body(body: Any, refusal: Refusal) -> Any:
        told = body(refusal)
        return {"error": change(told["error"])} if refusal.status == status else told

    around(mock.errors, "body", body)


def _status(mock: Any, operation: str, status: int) -> None:
    """Another status of one operation's success."""

    def handle(handle: Any, *of: Any, **ids: str) -> Any:
        answer = handle(*of, **ids)
        answer.status_code = status
        return answer

    around_handler(mock.handlers, operation, handle)
