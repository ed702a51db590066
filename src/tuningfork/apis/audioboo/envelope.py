"""The envelope around an answer: what stands in it, and what an answer says beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from tuningfork.apis.audioboo.error_assertions import CODE, DESCRIPTION
from tuningfork.client.response import JsonObject, Response
from tuningfork.model import ExpectationFailed

ENVELOPE_PROPERTIES = frozenset({"version", "timestamp", "window", "body"})
UNSUPPORTED_VERSION_CODE = "800"
"""The code of a version that the server does not support."""
LISTS = ("audio_clips", "users", "comments", "playlists")
OBJECTS = ("audio_clip", "user", "playlist", "following", "totals")
BODY_PROPERTIES = frozenset(
    (*LISTS, *OBJECTS, "attachment", "comment", "source", "linked", "membership", "error")
)
"""What the body may have in it, by the claims' own list."""


def describe_response(answer: Response) -> str:
    """Where an answer comes from, in a phrase."""
    request = answer.exchange.request
    return f"{request.method} {request.path}, {answer.status}: {answer.text!r}"


def is_json_response(answer: Response) -> bool:
    """Whether an answer says that it is JSON."""
    return "json" in answer.exchange.response.media_type


def is_unsupported_version_error(answer: Response) -> bool:
    """Whether this is error 800, by its header."""
    return answer.status >= 400 and answer.headers.get(CODE, "").strip() == UNSUPPORTED_VERSION_CODE


def integer_property(answer: Response, name: str) -> int:
    """A member of the envelope that is an integer, or ExpectationFailed."""
    value = answer.object[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExpectationFailed(f"{name} as an integer", f"{value!r} at {describe_response(answer)}")
    return value


def envelope_body(answer: Response) -> JsonObject:
    """The body of the envelope, or ExpectationFailed if it is no object."""
    found = answer.object["body"]
    if not isinstance(found, JsonObject):
        raise ExpectationFailed("body as an object", f"{found!r} at {describe_response(answer)}"[:200])
    return found


def parse_date_header(answer: Response) -> float | None:
    """The Date header in Unix seconds; None if there is none that can be read."""
    try:
        told = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def structure(value: Any) -> Any:
    """What of a body stays the same a moment later: its members, and the ids of what it has."""
    if isinstance(value, list):
        return [structure(item) for item in value]
    if not isinstance(value, dict):
        return type(value)
    return value.get("id"), {name: structure(value[name]) for name in sorted(value)}


def iter_property_names(value: Any) -> Iterator[str]:
    """The names of all members of a value, at any depth."""
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from iter_property_names(inner)


def expect_single_line_error(answer: Response) -> None:
    """Fail if the description has a control character or a second line, or a header was slipped in."""
    injected = [name for name, _ in answer.headers.pairs if "odd" in name.lower()]
    if injected:
        raise ExpectationFailed(
            "no header of the request's making", f"{injected} at {describe_response(answer)}"
        )
    for name in (CODE, DESCRIPTION):
        for value in answer.headers.all(name):
            if control := [
                mark for mark in _decoded(value) if unicodedata.category(mark) in ("Cc", "Zl", "Zp")
            ]:
                raise ExpectationFailed(
                    f"{name} in one line", f"{control} in {value!r} at {describe_response(answer)}"
                )


def _decoded(value: str) -> str:
    """The text of a field, without the space around it: its bytes as UTF-8, else their ASCII."""
    value = value.strip(" \t")
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value.encode("ascii", "ignore").decode()
