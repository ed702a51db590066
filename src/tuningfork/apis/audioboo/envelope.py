"""Reading and checking the envelope of a response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.apis.audioboo.custom_checks import ERRORS
from tuningfork.apis.audioboo.error_assertions import CODE
from tuningfork.checks.base import Check
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.testing.expect import expect_no, expect_true

ENVELOPE_PROPERTIES = frozenset({"version", "timestamp", "window", "body"})
UNSUPPORTED_VERSION_CODE = "800"
"""The code of a version that the server does not support."""
LISTS = ("audio_clips", "users", "comments", "playlists")
OBJECTS = ("audio_clip", "user", "playlist", "following", "totals")
BODY_PROPERTIES = frozenset(
    (*LISTS, *OBJECTS, "attachment", "comment", "source", "linked", "membership", "error")
)
"""Properties of the body that a claim names."""


def describe_response(response: Response) -> str:
    """Return status, text, method and path of a response, for error messages."""
    request = response.exchange.request
    return f"{response} at {request.method} {request.path}"


def is_json_response(response: Response) -> bool:
    """Return True if the Content-Type of a response is JSON."""
    return "json" in response.exchange.response.media_type


def is_unsupported_version_error(response: Response) -> bool:
    """Return True for error 800, recognized by its header."""
    return response.status >= 400 and response.headers.get(CODE, "").strip() == UNSUPPORTED_VERSION_CODE


def integer_property(response: Response, name: str) -> int:
    """Return an integer property of the envelope; ExpectationFailed if it is not an integer."""
    value = response.object[name]
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    expect_true(is_integer, f"{name} as an integer", to_json(value), response)
    return int(value)


def envelope_body(response: Response) -> JsonObject:
    """Return the body in the envelope; ExpectationFailed if it is not an object."""
    body = response.object["body"]
    if not isinstance(body, JsonObject):
        raise ExpectationFailed("body as an object", to_json(body))
    return body


def structure(value: Any) -> Any:
    """Return the parts of a body that do not change with time: property names, types and ids."""
    if isinstance(value, list):
        return [structure(item) for item in value]
    if not isinstance(value, dict):
        return type(value)
    return value.get("id"), {name: structure(value[name]) for name in sorted(value)}


def iter_property_names(value: Any) -> Iterator[str]:
    """Yield the names of all properties of a value, at any depth."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from iter_property_names(inner)


def expect_single_line_error(response: Response) -> None:
    """Raise ExpectationFailed for an injected header or a control character in the error description."""
    injected = [name for name, _ in response.headers.pairs if "odd" in name.lower()]
    expect_no(injected, "headers injected by the request", response)
    expect_check(response, ERRORS.one_line("AB-ERR-06"))


def expect_check(response: Response, check: Check) -> None:
    """Raise ExpectationFailed if a check of the engine finds a response wrong."""
    for finding in check(response.exchange, None):
        expect_true(finding.holds, finding.expected, finding.found, response)
