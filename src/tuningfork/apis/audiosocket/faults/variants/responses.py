"""Other statuses, fields and ways to send that the claims allow."""

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
def body_of_another_type_is_unsupported(mock: Any) -> None:
    """A body that is no JSON by its Content-Type is answered 415."""

    def is_json(original: Any, request: Any) -> bool:
        if not original(request):
            raise HttpError(415)
        return True

    wrap_method(mock.request_parser, "is_json", is_json)


@variant("AS-CODE-05")
def type_of_a_body_means_nothing(mock: Any) -> None:
    """A body is read as JSON whatever its Content-Type says."""
    mock.request_parser.is_json = lambda *_: True


@variant("AS-CODE-06")
def odd_ids_are_bad_requests(mock: Any) -> None:
    """An id that can't be one is answered 400."""

    def find(original: Any, text: str, account: int) -> Any:
        if mock.tracks.parse_id(text) is None:
            raise HttpError(400)
        return original(text, account)

    wrap_method(mock.tracks, "find", find)


@variant("AS-CODE-08")
def rights_are_judged_last(mock: Any) -> None:
    """A token that only reads is answered 404 for removing what is not there, 400 for what is no track."""

    def require_write_access(original: Any, context: Any) -> None:
        if context.request.endpoint == "DELETE /tracks/{id}":
            mock.tracks.get_or_404(context.request.view_args["id"], context.account)
        elif context.request.endpoint == CREATE and not context.token.can_write:
            mock.request_parser.parse(context.request)
        original(context)

    wrap_method(mock.authorization, "require_write_access", require_write_access)


@variant("AS-CODE-11")
def head_is_not_allowed(mock: Any) -> None:
    """HEAD is answered 405."""

    def admit(original: Any) -> Any:
        if request.method == "HEAD":
            raise HttpError(405, headers={"Allow": "GET, POST, DELETE"})
        return original()

    wrap_method(mock, "admit", admit)


@variant("AS-CODE-11", "AS-CODE-14")
def unknown_method_is_not_implemented(mock: Any) -> None:
    """A method that HTTP does not define is answered 501, and PATCH 404."""

    def refuse(original: Any, error: HttpError) -> Any:
        if error.status != 405:
            return original(error)
        known = request.environ["REQUEST_METHOD"] in (
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
        )
        return original(HttpError(404 if known else 501))

    wrap_method(mock, "refuse", refuse)


@variant("AS-CODE-11", "AS-AUTH-09")
def method_is_judged_before_the_token(mock: Any) -> None:
    """A method that a path does not have is answered 405, token or not."""

    def admit(original: Any) -> Any:
        error = request.routing_exception
        if getattr(error, "code", None) == 405:
            raise HttpError(405)
        return original()

    wrap_method(mock, "admit", admit)


@variant("AS-CODE-11")
def options_are_told(mock: Any) -> None:
    """OPTIONS is answered 200 with Allow and without a body."""

    def preflight(original: Any) -> Any:
        if request.method != "OPTIONS":
            return original()
        return mock.app.response_class(status=200, headers={"Allow": "GET, HEAD, POST, DELETE, OPTIONS"})

    wrap_method(mock, "preflight", preflight)


@variant("AS-TRACK-04")
def location_is_a_path(mock: Any) -> None:
    """Location is a path, as RFC 9110 lets it be."""
    _locating(mock, lambda context, response: response.headers["Location"].removeprefix(context.base))


@variant("AS-TRACK-04")
def location_is_not_told(mock: Any) -> None:
    """A 201 has no Location."""
    _locating(mock, lambda *_: None)


@variant("AS-AUTH-06")
def challenge_is_one_of_two(mock: Any) -> None:
    """A 401 challenges for a password first, and says `bearer` in small letters."""
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
def challenge_is_a_word(mock: Any) -> None:
    """A 401 challenges with `Bearer` and nothing else."""
    wrap_method(
        mock.responses,
        "error_headers",
        lambda original, status: {"WWW-Authenticate": "Bearer"} if status == 401 else original(status),
    )


@variant("AS-ENV-01")
def type_of_envelopes_has_a_charset(mock: Any) -> None:
    """The content type is `Application/JSON;charset="UTF-8"`."""

    def change(response: Any) -> Any:
        if response.mimetype == "application/json":
            response.headers["Content-Type"] = 'Application/JSON;charset="UTF-8"'
        return response

    edit_responses(mock, change)


@variant("AS-ENV-01")
def envelopes_come_in_chunks(mock: Any) -> None:
    """No answer says its length, and each comes in pieces of a few bytes."""
    chunked(mock)


@variant("AS-ENV-01")
def envelopes_are_compressed(mock: Any) -> None:
    """A client that takes gzip gets gzip."""
    gzipped(mock)


@variant("AS-ENV-01", "AS-AUTH-06", "AS-TRACK-04")
def fields_are_in_small_letters(mock: Any) -> None:
    """The names of all header fields are in small letters, and the reason phrase is always the same word."""
    rewrite_responses(
        mock,
        lambda status, fields, body: (
            f"{status[:3]} Answered",
            [(name.lower(), value) for name, value in fields],
            [body],
        ),
    )


@variant("AS-ENV-08")
def removal_says_that_it_has_no_body(mock: Any) -> None:
    """A 204 has a content type and `Content-Length: 0`."""

    def send(status: str, fields: Any, body: bytes) -> Any:
        more = [("Content-Length", "0"), ("Content-Type", "application/json")]
        values = [pair for pair in fields if pair[0].lower() not in ("content-length", "content-type")]
        return status, values + more if status.startswith("204") else fields, [body]

    rewrite_responses(mock, send)


@variant("AS-CODE-12")
def answers_have_tags_and_cookies(mock: Any) -> None:
    """Every answer sets a cookie, counts itself and says how long it took."""
    rewrite_responses(
        mock,
        lambda status, fields, body: (
            status,
            [*fields, ("Set-Cookie", "seen=1; Path=/"), ("X-Runtime", "0.01"), ("Vary", "Accept")],
            [body],
        ),
    )


def _locating(mock: Any, location: Any) -> None:
    def create(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        told = location(context, response)
        del response.headers["Location"]
        if told is not None:
            response.headers["Location"] = told
            response.autocorrect_location_header = False
        return response

    wrap_handler(mock.handlers, CREATE, create)
