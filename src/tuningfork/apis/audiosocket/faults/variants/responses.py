"""Conforming variants of statuses, headers and transfer."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.audiosocket.response_edits import edit_responses
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.audit.response_middleware import chunked, gzipped, rewrite_responses
from tuningfork.mock.errors import HttpError

CREATE = "POST /tracks"


@variant("AS-CODE-05")
def other_content_type_returns_415(mock: Any) -> None:
    """A body whose Content-Type is not JSON returns 415."""

    def is_json(original: Any, request: Any) -> bool:
        if not original(request):
            raise HttpError(415)
        return True

    wrap_method(mock.request_parser, "is_json", is_json)


@variant("AS-CODE-05")
def content_type_is_ignored(mock: Any) -> None:
    """A body is parsed as JSON, regardless of its Content-Type."""
    mock.request_parser.is_json = lambda *_: True


@variant("AS-CODE-06")
def malformed_id_returns_400(mock: Any) -> None:
    """A malformed id returns 400."""

    def find(original: Any, text: str, account: int) -> Any:
        if mock.tracks.parse_id(text) is None:
            raise HttpError(400)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@variant("AS-CODE-08")
def write_access_is_checked_last(mock: Any) -> None:
    """A write with a read-only token returns 404 for an unknown track, 400 for an invalid body, else 403."""

    def require_write_access(original: Any, context: Any) -> None:
        if context.request.endpoint == "DELETE /tracks/{id}":
            mock.tracks.get_or_404(context.request.view_args["id"], context.account)
        elif context.request.endpoint == CREATE and not context.token.can_write:
            mock.request_parser.parse(context.request)
        original(context)

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@variant("AS-CODE-11")
def head_returns_405(mock: Any) -> None:
    """HEAD returns 405."""

    def admit(original: Any) -> Any:
        if request.method == "HEAD":
            raise HttpError(405, headers={"Allow": "GET, POST, DELETE"})
        return original()

    wrap_method(mock, "admit", admit)


@variant("AS-CODE-11", "AS-CODE-14")
def undefined_method_returns_501_and_patch_404(mock: Any) -> None:
    """An undefined method returns 501; PATCH and other unsupported methods return 404 instead of 405."""

    def refuse(original: Any, error: HttpError) -> Any:
        if error.status != 405:
            return original(error)
        is_defined = request.environ["REQUEST_METHOD"] in (
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
        )
        return original(HttpError(404 if is_defined else 501))

    wrap_method(mock, "refuse", refuse)


@variant("AS-CODE-11", "AS-AUTH-09")
def method_is_checked_before_token(mock: Any) -> None:
    """A method that a path does not support returns 405, with or without a token."""

    def admit(original: Any) -> Any:
        error = request.routing_exception
        if getattr(error, "code", None) == 405:
            raise HttpError(405)
        return original()

    wrap_method(mock, "admit", admit)


@variant("AS-ENV-01", "AS-ENV-05", "AS-TRACK-01")
def other_accept_returns_406_without_body(mock: Any) -> None:
    """A request with a token and an Accept that excludes JSON returns 406 without a body."""

    def admit(original: Any) -> Any:
        response = original()
        if "Accept" in request.headers and not request.accept_mimetypes.accept_json:
            return mock.app.response_class(status=406)
        return response

    wrap_method(mock, "admit", admit)


@variant("AS-CODE-11")
def options_return_allow(mock: Any) -> None:
    """OPTIONS returns 200 with the header Allow and without a body."""

    def preflight(original: Any) -> Any:
        if request.method != "OPTIONS":
            return original()
        return mock.app.response_class(status=200, headers={"Allow": "GET, HEAD, POST, DELETE, OPTIONS"})

    wrap_method(mock, "preflight", preflight)


@variant("AS-TRACK-04")
def location_is_relative(mock: Any) -> None:
    """The Location header of a 201 is a relative path. RFC 9110 allows this."""
    _edit_location(mock, lambda context, response: response.headers["Location"].removeprefix(context.base))


@variant("AS-TRACK-04")
def location_is_missing(mock: Any) -> None:
    """A 201 has no Location header."""
    _edit_location(mock, lambda *_: None)


@variant("AS-AUTH-06")
def challenge_is_second_of_two(mock: Any) -> None:
    """A 401 has a Basic challenge before the Bearer challenge, whose scheme is lower case."""
    wrap_method(
        mock.responses,
        "error_headers",
        lambda original, status: (
            {"WWW-Authenticate": 'Basic realm="a, b", bearer error="invalid_token"'}
            if status == 401
            else original(status)
        ),
    )


@variant("AS-AUTH-06")
def challenge_has_no_parameters(mock: Any) -> None:
    """A 401 has the challenge `Bearer` without parameters."""
    wrap_method(
        mock.responses,
        "error_headers",
        lambda original, status: {"WWW-Authenticate": "Bearer"} if status == 401 else original(status),
    )


@variant("AS-ENV-01")
def content_type_has_charset(mock: Any) -> None:
    """The Content-Type of every response is `Application/JSON;charset="UTF-8"`."""

    def change(response: Any) -> Any:
        if response.mimetype == "application/json":
            response.headers["Content-Type"] = 'Application/JSON;charset="UTF-8"'
        return response

    edit_responses(mock, change)


@variant("AS-ENV-01")
def responses_are_chunked(mock: Any) -> None:
    """Responses have no Content-Length and are sent in small chunks."""
    chunked(mock)


@variant("AS-ENV-01")
def responses_are_compressed(mock: Any) -> None:
    """Responses to clients that accept gzip are compressed."""
    gzipped(mock)


@variant("AS-ENV-01", "AS-AUTH-06", "AS-TRACK-04")
def headers_are_lower_case(mock: Any) -> None:
    """Header names are lower case, and the reason phrase is always the same word."""
    rewrite_responses(
        mock,
        lambda status, fields, body: (
            f"{status[:3]} Answered",
            [(name.lower(), value) for name, value in fields],
            [body],
        ),
    )


@variant("AS-ENV-08")
def deletion_has_zero_content_length(mock: Any) -> None:
    """A 204 has a Content-Type and `Content-Length: 0`."""

    def send(status: str, fields: Any, body: bytes) -> Any:
        extra = [("Content-Length", "0"), ("Content-Type", "application/json")]
        unchanged = [pair for pair in fields if pair[0].lower() not in ("content-length", "content-type")]
        return status, unchanged + extra if status.startswith("204") else fields, [body]

    rewrite_responses(mock, send)


@variant("AS-CODE-12")
def responses_have_cookies(mock: Any) -> None:
    """Every response has a Set-Cookie, an X-Runtime and a Vary header."""
    rewrite_responses(
        mock,
        lambda status, fields, body: (
            status,
            [*fields, ("Set-Cookie", "seen=1; Path=/"), ("X-Runtime", "0.01"), ("Vary", "Accept")],
            [body],
        ),
    )


def _edit_location(mock: Any, location: Any) -> None:
    """Replace or remove the Location header of a 201."""

    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        new_location = location(context, response)
        del response.headers["Location"]
        if new_location is not None:
            response.headers["Location"] = new_location
            response.autocorrect_location_header = False
        return response

    wrap_handler(mock.handlers, CREATE, create)
