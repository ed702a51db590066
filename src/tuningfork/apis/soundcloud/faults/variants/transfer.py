"""Variants of headers and of the encoding of responses."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_method
from tuningfork.audit.response_middleware import HeaderPairs, RawResponse, chunked, gzipped, rewrite_responses


@variant("SC-TRACK-01")
def responses_are_gzipped(mock: Any) -> None:
    """Responses are compressed with gzip if the client accepts it. HTTP allows this."""
    gzipped(mock)


@variant("SC-TRACK-01")
def responses_have_no_content_length(mock: Any) -> None:
    """Responses have no Content-Length and are sent in chunks of a few bytes. HTTP allows this."""
    chunked(mock)


@variant("SC-AUTH-10", "SC-CORS-01")
def all_header_names_are_lower_case(mock: Any) -> None:
    """All header names are in lower case. Header names are case-insensitive."""
    rewrite_responses(
        mock, lambda status, headers, body: (status, [(k.lower(), v) for k, v in headers], [body])
    )


@variant("SC-AUTH-10", "SC-CORS-01")
def all_header_names_are_upper_case_in_reverse_order(mock: Any) -> None:
    """All headers are in reverse order, with names in upper case. Case and order have no meaning."""
    rewrite_responses(
        mock, lambda status, headers, body: (status, [(k.upper(), v) for k, v in headers[::-1]], [body])
    )


@variant("SC-ERR-02")
def reason_phrase_is_always_the_same(mock: Any) -> None:
    """The reason phrase is the same for every status. It has no meaning."""
    rewrite_responses(mock, lambda status, headers, body: (f"{status[:3]} Answered", headers, [body]))


@variant("SC-ERR-01", "SC-TOKEN-18")
def json_type_has_no_charset(mock: Any) -> None:
    """The Content-Type of JSON is `application/json` without a charset. The claims allow this."""
    _set_json_type(mock, "application/json")


@variant("SC-ERR-01", "SC-TOKEN-18")
def json_type_has_another_spelling(mock: Any) -> None:
    """The Content-Type of JSON is `Application/JSON;charset="UTF-8"`. It means the same."""
    _set_json_type(mock, 'Application/JSON;charset="UTF-8"')


@variant("SC-AUTH-10")
def challenge_is_bearer(mock: Any) -> None:
    """The WWW-Authenticate of a 401 is a Bearer challenge with an error. The claims allow this."""
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
def origin_is_repeated_without_credentials(mock: Any) -> None:
    """Access-Control-Allow-Origin repeats the Origin, without credentials. The claims allow this."""

    def headers(original: Any, status: int) -> dict[str, str]:
        origin = request.headers.get("Origin")
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else dict(original(status))

    wrap_method(mock.cors, "headers", headers)


@variant("SC-CORS-02")
def preflight_allows_only_what_is_required(mock: Any) -> None:
    """A preflight allows only PUT, DELETE and the headers `*` and `authorization`. The claims allow this."""
    mock.cors.preflight_headers = lambda: {
        "Access-Control-Allow-Methods": "PUT,DELETE",
        "Access-Control-Allow-Headers": "*, authorization",
    }


@variant("SC-CORS-02")
def preflight_returns_200_with_a_body(mock: Any) -> None:
    """A preflight returns 200 with a body instead of 204. The claims allow both."""

    def preflight(original: Any) -> Any:
        response = original()
        if response is not None:
            response.status_code = 200
            response.set_data("ok")
            response.content_type = "text/plain; charset=utf-8"
        return response

    wrap_method(mock, "preflight", preflight)


@variant("SC-TOKEN-13")
def responses_forbid_caching_and_set_a_cookie(mock: Any) -> None:
    """Every response has more Cache-Control directives, a cookie and an ETag. The claims allow this."""

    def send(status: str, headers: HeaderPairs, body: bytes) -> RawResponse:
        other_headers = [pair for pair in headers if pair[0].lower() != "cache-control"]
        extra = [("Cache-Control", "private, NO-STORE, max-age=0"), ("Set-Cookie", "seen=1; Path=/")]
        return status, [*other_headers, *extra, ("ETag", 'W/"1"'), ("X-Request-Id", "1")], [body]

    rewrite_responses(mock, send)


def _set_json_type(mock: Any, content_type: str) -> None:
    """Give every JSON response this Content-Type."""

    def finish(original: Any, response: Any) -> Any:
        finished = original(response)
        if finished.mimetype == "application/json":
            finished.headers["Content-Type"] = content_type
        return finished

    wrap_method(mock, "finish", finish)
