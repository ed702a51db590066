"""Rules of Audioboo's own, each judged from one exchange."""

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
from tuningfork.model import Exchange, Finding

ERRORS = ErrorHeaders(code="X-Audioboo-Error_code", description="X-Audioboo-Error_description")
LISTS = ("audio_clips", "users", "comments", "playlists")
NO_VERSION, UNSUPPORTED = "", "999"
ENVELOPE = {"version", "timestamp"}
FINDERS = ("find[username]", "find[query]")
SIGNS, KEYS = ("oauth_", "service[", "source["), ("service[", "source[")
"""How the names of parameters begin that belong to a signature, and to one of the private scheme."""
SIGNING_KEYS = {"service[key]", "source[key]"}
"""One of them is in every request of the private scheme."""


def body_property(body: Any, *names: str) -> Any:
    """What the envelope's body has under the first of these names that it has; None if it has none."""
    held = body.get("body") if isinstance(body, dict) else None
    return next((held[name] for name in names if name in held), None) if isinstance(held, dict) else None


def page_items(body: Any) -> list[Any] | None:
    """The items of a page."""
    found = body_property(body, *LISTS)
    return found if isinstance(found, list) else None


def page_totals(body: Any) -> Any:
    """What a page tells of the whole list."""
    return body_property(body, "totals")


def body_error(body: Any) -> Any:
    """The error of a refusal."""
    return body_property(body, "error")


def requested_version(exchange: Exchange) -> str | None:
    """The version that Accept asks for as documented; "" where it asks for none, None in any other form."""
    accept = ", ".join(exchange.request.headers.all("accept"))
    asked = re.fullmatch(r"application/json\s*;\s*version=(\w+)", accept.strip(), re.IGNORECASE)
    if asked:
        return asked[1]
    return None if "version" in accept.lower() else NO_VERSION


def has_no_version(exchange: Exchange, operation: Operation | None) -> bool:
    """/oauth/* and the .mp3, which have no version (AB-VER-03)."""
    path = exchange.request.path
    return bool(re.search(r"/oauth/\w+/?$", path)) or path.endswith(".mp3")


def unsigned_parameters(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The parameters of a request under the names that they have unsigned (AB-SIGN-08)."""
    return tuple((name.removeprefix("signed_"), value) for name, value in parameters(exchange.request))


def is_signed(exchange: Exchange) -> bool:
    """Whether a request has a signature of any kind, or a part of one."""
    return "authorization" in exchange.request.headers or _names(exchange, SIGNS)


def has_unsigned_query(exchange: Exchange, operation: Operation | None) -> bool:
    """All parameters are in the query, under their own names."""
    return not exchange.request.body and not _names(exchange, KEYS)


def _names(exchange: Exchange, beginnings: tuple[str, ...]) -> bool:
    return any(name.startswith(beginnings) for name, _ in unsigned_parameters(exchange))


def check_version(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-VER-01 to -05: what comes of the version that is asked for, and of none."""
    status, asked = exchange.response.status, requested_version(exchange)
    if operation is None or asked is None or status >= 500 or rejected_by_http_layer(exchange):
        return
    outdated = ERRORS.code_of(exchange) == 800
    found = f"{status}, code {ERRORS.code_of(exchange)}"
    if asked == NO_VERSION or has_no_version(exchange, operation):
        claim = "AB-VER-04" if asked == NO_VERSION else "AB-VER-03"
        if has_no_version(exchange, operation) or _is_of_old(exchange):
            yield Finding(claim, not outdated, "no error 800", found)
    elif asked == UNSUPPORTED:
        claim = "AB-VER-03" if status >= 400 else "AB-VER-02"
        yield Finding(claim, status >= 400 and outdated, "4xx with code 800", found)
    elif asked == "1":
        yield Finding("AB-VER-01", not outdated, "no error 800", found)
    elif asked.isalpha():
        yield Finding("AB-VER-05", status >= 400, "4xx", found)


def _is_of_old(exchange: Exchange) -> bool:
    """JSON-P and the private scheme, whose clients can't send a version (AB-VER-04).

    Only a callback that every server takes for a JavaScript name makes JSON-P: one name, without dots.
    """
    names = [value for name, value in unsigned_parameters(exchange) if name == "callback"]
    is_jsonp = len(names) == 1 and is_callback_name(names[0]) and "." not in names[0]
    return is_jsonp or bool(dict(unsigned_parameters(exchange)).keys() & SIGNING_KEYS)


def check_content_type(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-ENV-05: an envelope says that it is JSON, or JavaScript around it."""
    if exchange.response.status < 500 and any(body.keys() >= ENVELOPE for body in json_objects(exchange)):
        kind = exchange.response.media_type
        holds = "json" in kind or ("javascript" in kind and "callback" in dict(unsigned_parameters(exchange)))
        yield Finding("AB-ENV-05", holds, "a JSON content type", kind or "none", "Content-Type")


def check_signature_required(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-SIGN-10: nothing of a user is told, and nothing written, without a signature."""
    if operation is not None and operation.secured and not is_signed(exchange):
        status = exchange.response.status
        yield Finding("AB-SIGN-10", not 200 <= status < 300, "401 without a signature", str(status), "status")


def check_user_search(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-USER-01: users are found by their name or by a pattern, not by both and not by neither."""
    if for_operations("GET /users")(exchange, operation):
        finding = [(name, value) for name, value in unsigned_parameters(exchange) if name in FINDERS]
        asked, status = {name for name, _ in finding}, exchange.response.status
        if len(asked) != 1 and all(value for _, value in finding):
            expected = f"4xx to {len(asked)} of {', '.join(FINDERS)}"
            yield Finding("AB-USER-01", status >= 400, expected, str(status), "status")


def check_tag_list(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-CLIP-09: a tag's clips have it, however it is capitalised."""
    asked = re.search(r"/tag/(\w+)/audio_clips$", exchange.request.path)
    if asked is None or operation is None or not is_success(exchange, operation):
        return
    for body in json_values(exchange):
        clips = [clip for clip in page_items(body) or () if isinstance(clip, dict)]
        wrong = [clip.get("id") for clip in clips if asked[1].casefold() not in _tags_of(clip)]
        if clips:
            expected = f"the tag {asked[1]!r} on each clip"
            yield Finding(
                "AB-CLIP-09", not wrong, expected, f"none on {repr_short(wrong)}" if wrong else "it"
            )


def _tags_of(clip: dict[str, Any]) -> set[str]:
    tags = clip.get("tags")
    of_each = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    names = [tag.get(name) for tag in of_each for name in ("display_tag", "normalised_tag")]
    return {name.casefold() for name in names if isinstance(name, str)}


def check_normalised_tags(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-CLIP-04: no normalised tag changes when it is put into lower case."""
    for body in json_values(exchange):
        clips = [*(page_items(body) or ()), body_property(body, "audio_clip")]
        tags = [clip.get("tags") for clip in clips if isinstance(clip, dict)]
        each = [tag for of_one in tags if isinstance(of_one, list) for tag in of_one if isinstance(tag, dict)]
        names = [name for tag in each if isinstance(name := tag.get("normalised_tag"), str)]
        wrong = [name for name in names if name != name.lower()]
        if names:
            yield Finding("AB-CLIP-04", not wrong, "normalised_tag in lower case", repr_short(wrong or names))


def check_success_status(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """AB-ERR-04, AB-CLIP-06: a success has a status of its operation; for the .mp3 that is a redirect."""
    status = exchange.response.status
    if operation is not None and 200 <= status < 300 and exchange.request.method == operation.method:
        claim = "AB-CLIP-06" if operation.path.endswith(".mp3") else "AB-ERR-04"
        well = [one for one in operation.statuses if one.startswith(("2", "3"))]
        yield Finding(claim, str(status) in well, " or ".join(well), str(status), "status")
