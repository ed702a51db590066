"""Other ways to send an answer, which no claim fixes."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_middleware import HeaderPairs, RawResponse, chunked, gzipped, rewrite_responses


@variant("SC-TRACK-01")
def answers_are_compressed(mock: Any) -> None:
    """A client that takes gzip gets gzip."""
    gzipped(mock)


@variant("SC-TRACK-01")
def answers_come_in_chunks(mock: Any) -> None:
    """No answer says its length, and each comes in pieces of a few bytes."""
    chunked(mock)


@variant("SC-AUTH-10", "SC-CORS-01")
def header_names_are_in_small_letters(mock: Any) -> None:
    """The names of all headers are in small letters."""
    rewrite_responses(
        mock, lambda status, headers, body: (status, [(k.lower(), v) for k, v in headers], [body])
    )


@variant("SC-AUTH-10", "SC-CORS-01")
def header_names_are_in_capitals(mock: Any) -> None:
    """The names of all headers are in capitals, and in another order."""
    rewrite_responses(
        mock, lambda status, headers, body: (status, [(k.upper(), v) for k, v in headers[::-1]], [body])
    )


@variant("SC-ERR-02")
def reason_phrase_is_another(mock: Any) -> None:
    """The reason phrase, which means nothing, is always the same word."""
    rewrite_responses(mock, lambda status, headers, body: (f"{status[:3]} Answered", headers, [body]))


@variant("SC-ERR-01", "SC-TOKEN-18")
def type_of_json_has_no_charset(mock: Any) -> None:
    """JSON is `application/json`, without a parameter."""
    _typed(mock, "application/json")


@variant("SC-ERR-01", "SC-TOKEN-18")
def type_of_json_is_written_differently(mock: Any) -> None:
    """JSON is `Application/JSON;charset="UTF-8"`."""
    _typed(mock, 'Application/JSON;charset="UTF-8"')


@variant("SC-AUTH-10")
def challenge_is_bearers(mock: Any) -> None:
    """A 401 challenges with RFC 6750's words, and says why."""
    wrap_method(
        mock.errors,
        "headers",
        lambda original, code: (
            {"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'}
            if code == 401
            else original(code)
        ),
    )


@variant("SC-CORS-01", "SC-CORS-03", "SC-CORS-04")
def origin_is_echoed_without_credentials(mock: Any) -> None:
    """Access-Control-Allow-Origin is the origin that asks, without credentials."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@variant("SC-CORS-02")
def preflight_says_only_what_it_must(mock: Any) -> None:
    """A preflight names PUT and DELETE, `authorization` in small letters and a `*`."""
    mock.cors.preflight_headers = lambda: {
        "Access-Control-Allow-Methods": "PUT,DELETE",
        "Access-Control-Allow-Headers": "*, authorization",
    }


@variant("SC-CORS-02")
def preflight_is_answered_200(mock: Any) -> None:
    """A preflight is answered 200 with a body."""

    def preflight(original: Any) -> Any:
        answer = original()
        if answer is not None:
            answer.status_code = 200
            answer.set_data("ok")
            answer.content_type = "text/plain; charset=utf-8"
        return answer

    wrap_method(mock, "preflight", preflight)


@variant("SC-TOKEN-13")
def answers_are_never_stored(mock: Any) -> None:
    """Every answer forbids caches, in capitals and with more words; each sets a cookie."""

    def send(status: str, headers: HeaderPairs, body: bytes) -> RawResponse:
        kept = [pair for pair in headers if pair[0].lower() != "cache-control"]
        more = [("Cache-Control", "private, NO-STORE, max-age=0"), ("Set-Cookie", "seen=1; Path=/")]
        return status, [*kept, *more, ("ETag", 'W/"1"'), ("X-Request-Id", "1")], [body]

    rewrite_responses(mock, send)


def _typed(mock: Any, content_type: str) -> None:
    def finish(original: Any, response: Any) -> Any:
        made = original(response)
        if made.mimetype == "application/json":
            made.headers["Content-Type"] = content_type
        return made

    wrap_method(mock, "finish", finish)
