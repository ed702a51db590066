"""Checks that only Audioboo needs; each judges one exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.checks.base import for_operations, is_success
from tuningfork.checks.errors import ErrorHeaders
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.checks.jsonp import is_callback_name
from tuningfork.checks.parameters import parameters
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.json_text import to_json
from tuningfork.model import Exchange, Finding

ERRORS = ErrorHeaders(code="X-Audioboo-Error_code", description="X-Audioboo-Error_description")
LISTS = ("audio_clips", "users", "comments", "playlists")
NO_VERSION, UNSUPPORTED = "", "999"
ENVELOPE_PROPERTIES = {"version", "timestamp"}
SEARCH_PARAMETERS = ("find[username]", "find[query]")
SIGNATURE_PREFIXES, KEY_PREFIXES = ("oauth_", "service[", "source["), ("service[", "source[")
"""Prefixes of the parameters of any signature, and of a signature of the private scheme."""
SIGNING_KEYS = {"service[key]", "source[key]"}
"""Parameters of the private scheme: every signed request has one of them."""


def body_property(body: Any, *names: str) -> Any:
    """Return the first property of the envelope's body that has one of `names`, or None."""
    inner = body.get("body") if isinstance(body, dict) else None
    return next((inner[name] for name in names if name in inner), None) if isinstance(inner, dict) else None


def page_items(body: Any) -> list[Any] | None:
    """Return the items of a page; None if the body has no list."""
    items = body_property(body, *LISTS)
    return items if isinstance(items, list) else None


def page_totals(body: Any) -> Any:
    """Return the totals of a page; None if the body has no totals."""
    return body_property(body, "totals")


def body_error(body: Any) -> Any:
    """Return the error in the envelope's body; None if it has no error."""
    return body_property(body, "error")


def requested_version(exchange: Exchange) -> str | None:
    """Return the version in an Accept header of the documented form.

    Return "" for a header without a version; return None for a header in any other form.
    """
    accept = ", ".join(exchange.request.headers.all("accept"))
    match = re.fullmatch(r"application/json\s*;\s*version=(\w+)", accept.strip(), re.IGNORECASE)
    if match:
        return match[1]
    return None if "version" in accept.lower() else NO_VERSION


def has_no_version(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for /oauth/* and .mp3, which have no version (AB-VER-03)."""
    path = exchange.request.path
    return bool(re.search(r"/oauth/\w+/?$", path)) or path.endswith(".mp3")


def unsigned_parameters(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a request without the prefix `signed_` (AB-SIGN-08)."""
    return tuple((name.removeprefix("signed_"), value) for name, value in parameters(exchange.request))


def is_signed(exchange: Exchange) -> bool:
    """Return True if a request has a signature of any scheme, complete or not."""
    return "authorization" in exchange.request.headers or _has_prefix(exchange, SIGNATURE_PREFIXES)


def has_unsigned_query(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True if all parameters are in the query and none belongs to the private scheme."""
    return not exchange.request.body and not _has_prefix(exchange, KEY_PREFIXES)


def _has_prefix(exchange: Exchange, prefixes: tuple[str, ...]) -> bool:
    """Return True if the name of a parameter starts with one of `prefixes`."""
    return any(name.startswith(prefixes) for name, _ in unsigned_parameters(exchange))


def check_version(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-VER-01 to AB-VER-05: the response to a request with or without a version."""
    status, requested = exchange.response.status, requested_version(exchange)
    if operation is None or requested is None or status >= 500 or rejected_by_http_layer(exchange):
        return
    is_version_error = ERRORS.code_of(exchange) == 800
    outcome = f"{status}, code {ERRORS.code_of(exchange)}"
    if requested == NO_VERSION or has_no_version(exchange, operation):
        claim = "AB-VER-04" if requested == NO_VERSION else "AB-VER-03"
        if has_no_version(exchange, operation) or _cannot_send_version(exchange):
            yield Finding(claim, not is_version_error, "no error 800", outcome)
    elif requested == UNSUPPORTED:
        claim = "AB-VER-03" if status >= 400 else "AB-VER-02"
        yield Finding(claim, status >= 400 and is_version_error, "4xx with code 800", outcome)
    elif requested == "1":
        yield Finding("AB-VER-01", not is_version_error, "no error 800", outcome)
    elif requested.isalpha():
        yield Finding("AB-VER-05", status >= 400, "4xx", outcome)


def _cannot_send_version(exchange: Exchange) -> bool:
    """Return True for JSON-P and the private scheme, whose clients cannot send a version (AB-VER-04).

    A request is JSON-P if its callback is one JavaScript name without dots, which every server accepts.
    """
    names = [value for name, value in unsigned_parameters(exchange) if name == "callback"]
    is_jsonp = len(names) == 1 and is_callback_name(names[0]) and "." not in names[0]
    return is_jsonp or bool(dict(unsigned_parameters(exchange)).keys() & SIGNING_KEYS)


def check_content_type(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-ENV-05: an envelope is declared as JSON, or as JavaScript for JSON-P."""
    if exchange.response.status < 500 and any(
        body.keys() >= ENVELOPE_PROPERTIES for body in json_objects(exchange)
    ):
        kind = exchange.response.media_type
        is_declared = "json" in kind or (
            "javascript" in kind and "callback" in dict(unsigned_parameters(exchange))
        )
        yield Finding("AB-ENV-05", is_declared, "a JSON content type", kind or "none", "Content-Type")


def check_signature_required(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-SIGN-10: an operation that needs a user does not succeed without a signature."""
    if operation is not None and operation.secured and not is_signed(exchange):
        status = exchange.response.status
        yield Finding("AB-SIGN-10", not 200 <= status < 300, "401 without a signature", str(status), "status")


def check_user_search(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-USER-01: a search for users has either a name or a query, not both."""
    if for_operations("GET /users")(exchange, operation):
        searches = [
            (name, value) for name, value in unsigned_parameters(exchange) if name in SEARCH_PARAMETERS
        ]
        names, status = {name for name, _ in searches}, exchange.response.status
        if len(names) != 1 and all(value for _, value in searches):
            expected = f"4xx to {len(names)} of {', '.join(SEARCH_PARAMETERS)}"
            yield Finding("AB-USER-01", status >= 400, expected, str(status), "status")


def check_tag_list(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-CLIP-09: every clip of a tag's list has the tag, compared without case."""
    match = re.search(r"/tag/(\w+)/audio_clips$", exchange.request.path)
    if match is None or operation is None or not is_success(exchange, operation):
        return
    for body in json_values(exchange):
        clips = [clip for clip in page_items(body) or () if isinstance(clip, dict)]
        wrong = [clip.get("id") for clip in clips if match[1].casefold() not in _tag_names(clip)]
        if clips:
            expected = f"the tag {to_json(match[1])} on each clip"
            yield Finding(
                "AB-CLIP-09", not wrong, expected, f"missing on {repr_short(wrong)}" if wrong else "the tag"
            )


def _tag_names(clip: dict[str, Any]) -> set[str]:
    """Return the display and normalised names of a clip's tags, in lower case."""
    tags = clip.get("tags")
    tag_objects = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    names = [tag.get(name) for tag in tag_objects for name in ("display_tag", "normalised_tag")]
    return {name.casefold() for name in names if isinstance(name, str)}


def check_normalised_tags(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-CLIP-04: every normalised_tag is in lower case."""
    for body in json_values(exchange):
        clips = [*(page_items(body) or ()), body_property(body, "audio_clip")]
        tags = [clip.get("tags") for clip in clips if isinstance(clip, dict)]
        tag_objects = [
            tag for list_ in tags if isinstance(list_, list) for tag in list_ if isinstance(tag, dict)
        ]
        names = [name for tag in tag_objects if isinstance(name := tag.get("normalised_tag"), str)]
        wrong = [name for name in names if name != name.lower()]
        if names:
            yield Finding("AB-CLIP-04", not wrong, "normalised_tag in lower case", repr_short(wrong or names))


def check_success_status(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AB-ERR-04 and AB-CLIP-06: a success has a documented status; .mp3 redirects."""
    status = exchange.response.status
    if operation is not None and 200 <= status < 300 and exchange.request.method == operation.method:
        claim = "AB-CLIP-06" if operation.path.endswith(".mp3") else "AB-ERR-04"
        documented = [code for code in operation.statuses if code.startswith(("2", "3"))]
        yield Finding(claim, str(status) in documented, " or ".join(documented), str(status), "status")
