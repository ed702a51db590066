"""What every exchange with SoundCloud is held against; fair to all that the claims allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.checks import (
    content_negotiation,
    headers,
    information_disclosure,
    json_properties,
    jsonp,
    pagination,
    query_filters,
    schema,
    status,
)
from tuningfork.checks.base import (
    Check,
    all_of,
    for_operations,
    has_body,
    is_client_error,
    is_secured,
    is_success,
    status_in,
)
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

ENVELOPE = ("code", "message", "link", "status", "errors", "error")
NOT_FOUND = "404 - Not Found"


def is_apart(exchange: Exchange, operation: Operation | None) -> bool:
    """/connect, /oauth2/token and /oembed, wherever that one is, have errors of their own."""
    path = exchange.request.path.rstrip("/")
    embed = operation is None and {"format", "url"} <= {name for name, _ in exchange.request.query}
    return embed or path.endswith(("/connect", "/oauth2/token", "/oembed"))


def is_enveloped(exchange: Exchange, operation: Operation | None) -> bool:
    """Every 4xx but those that SC-ERR-01 leaves out."""
    return (
        is_client_error(exchange, operation)
        and exchange.response.status != 429
        and not is_apart(exchange, operation)
        and not rejected_by_http_layer(exchange)
    )


def is_token_error(exchange: Exchange, operation: Operation | None) -> bool:
    """A refused POST /oauth2/token."""
    posted = exchange.request.method == "POST" and exchange.request.path.endswith("/oauth2/token")
    return posted and is_client_error(exchange, operation) and not rejected_by_http_layer(exchange)


def is_cross_domain_get(exchange: Exchange, operation: Operation | None) -> bool:
    """A GET of a resource that is answered."""
    return (
        is_secured(exchange, operation)
        and exchange.request.method == "GET"
        and exchange.response.status < 400
    )


def is_cross_domain_error(exchange: Exchange, operation: Operation | None) -> bool:
    """A 401 or 404 of the API itself."""
    told = exchange.response.status in (401, 404) and exchange.request.method != "OPTIONS"
    return told and not is_apart(exchange, operation)


def is_paged(_: Exchange, operation: Operation | None) -> bool:
    """One of the paged lists: the operations that carry SC-PAGE-05."""
    return operation is not None and "SC-PAGE-05" in operation.claims


def is_partitioned(exchange: Exchange, operation: Operation | None) -> bool:
    """A page of a paged list that was asked for with linked_partitioning."""
    asked = query_parameter(exchange, "linked_partitioning") in ("true", "1")
    return asked and is_paged(exchange, operation) and exchange.response.status == 200


def leaves_tracks_out(exchange: Exchange, operation: Operation | None) -> bool:
    """A playlist that was asked for without its tracks."""
    asked = query_parameter(exchange, "show_tracks") == "false"
    return asked and for_operations("GET /playlists/{playlist_id}")(exchange, operation)


def is_access_asked(count: str) -> Any:
    """A list of tracks that was asked for by one access, or by several."""

    def applies(exchange: Exchange, operation: Operation | None) -> bool:
        asked = (query_parameter(exchange, "access") or "").split(",")
        known = set(asked) <= {"playable", "preview", "blocked"}
        lists = operation is not None and "SC-ACCESS-02" in operation.claims
        return lists and known and (count == "one") == (len(asked) == 1)

    return applies


def items(body: Any) -> list[Any] | None:
    """The items of a page: a bare array, or `collection`."""
    page = body.get("collection") if isinstance(body, dict) else body
    return page if isinstance(page, list) else None


def next_href(body: Any) -> Any:
    """The link to the next page."""
    return body.get("next_href") if isinstance(body, dict) else None


def longest(exchange: Exchange, operation: Operation) -> Iterator[tuple[str, int]]:
    """How long a page may be, and by which claim (SC-PAGE-01, -02, -03, -11)."""
    if not is_paged(exchange, operation):
        return
    yield "SC-PAGE-03", 200
    names = [name for name, _ in exchange.request.query]
    limit = (
        None if "page_size" in names else query_parameter(exchange, "limit")
    )  # no claim says which one wins
    if "limit" not in names and not {"cursor", "offset", "page_size"} & set(names):
        undocumented = [name for name in names if operation.parameter(name.partition("[")[0]) is None]
        yield from () if undocumented else [("SC-PAGE-01", 50)]
    elif limit is not None and re.fullmatch(r"[0-9]{1,3}", limit) and 1 <= int(limit) <= 200:
        yield "SC-PAGE-02", int(limit)
    elif limit is not None and re.fullmatch(r"-[0-9]+|0|[A-Za-z]+|", limit):
        yield "SC-PAGE-11", 50


def says_not_found(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """SC-ERR-05: the 404 of a user says so, as message or as the first error_message."""
    if exchange.response.status == 404 and for_operations("GET /users/{user_id}")(exchange, operation):
        for body in json_objects(exchange):
            errors = body.get("errors")
            first = errors[0] if isinstance(errors, list) and errors else None
            told = [body.get("message"), first.get("error_message") if isinstance(first, dict) else None]
            yield Finding(
                "SC-ERR-05", NOT_FOUND in told, f"{NOT_FOUND} as message or error_message", repr_short(told)
            )


def has_stream_url(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """SC-STREAM-01 and -06: playable tracks have a stream_url, blocked ones have none."""
    if exchange.request.method != "GET" or not is_success(exchange, operation):
        return
    for track in (track for body in json_values(exchange) for track in tracks(body)):
        has_one, found = bool(track.get("stream_url")), f"track {track.get('id')}"
        if track.get("access") == "playable":
            yield Finding("SC-STREAM-01", has_one, "a stream_url", f"none in {found}")
        elif track.get("access") == "blocked":
            yield Finding("SC-STREAM-06", not has_one, "no stream_url", f"one in {found}")


def tracks(body: Any) -> Iterator[dict[str, Any]]:
    """The tracks of a body: itself, the items of a page, the content of a playlist."""
    for thing in items(body) or [body]:
        if isinstance(thing, dict) and thing.get("kind") == "track":
            yield thing
        elif isinstance(thing, dict) and isinstance(thing.get("tracks"), list):
            yield from (track for track in thing["tracks"] if isinstance(track, dict))


def is_list_of_errors(value: Any, exchange: Exchange) -> bool:
    """A list, maybe empty, of objects with error_message."""
    return isinstance(value, list) and all(isinstance(one, dict) and "error_message" in one for one in value)


def is_about_an_hour(value: Any, exchange: Exchange) -> bool:
    """Seconds that a person would call an hour."""
    return isinstance(value, int | float) and 3300 <= value <= 3900


TOKENS = all_of(for_operations("POST /oauth2/token"), status_in(200))
TRACKS = all_of(for_operations("GET /tracks"), status_in(200))

CHECKS: tuple[Check, ...] = (
    status.documented(),
    status.no_server_error("SC-ERR-09"),
    information_disclosure.no_internals("SC-ERR-07"),
    schema.body(unless=rejected_by_http_layer),
    schema.headers(unless=rejected_by_http_layer),
    json_properties.require_properties("SC-ERR-01", ENVELOPE, is_enveloped),
    json_properties.require_property(
        "SC-ERR-02", "code", "the HTTP status", json_properties.is_status, is_enveloped
    ),
    json_properties.require_property(
        "SC-ERR-02", "status", "the status first", json_properties.starts_with_status, is_enveloped
    ),
    json_properties.require_property(
        "SC-ERR-03", "errors", "objects with error_message", is_list_of_errors, is_enveloped
    ),
    json_properties.require_property("SC-ERR-04", "message", "a text", json_properties.is_text, is_enveloped),
    json_properties.require_property("SC-ERR-04", "link", "a text", json_properties.is_text, is_enveloped),
    json_properties.require_property(
        "SC-ERR-04", "error", "null or a text", json_properties.is_text_or_null, is_enveloped
    ),
    says_not_found,
    content_negotiation.json_or_406("SC-ERR-06"),
    headers.present("SC-AUTH-10", "WWW-Authenticate", status_in(401)),
    headers.allows_origin("SC-CORS-01", is_cross_domain_get),
    headers.allows_origin("SC-CORS-03", is_cross_domain_error),
    headers.no_credentials_for_foreign_origins("SC-CORS-04"),
    jsonp.calls_callback("SC-JSONP-01"),
    jsonp.no_script_injection("SC-JSONP-02"),
    headers.excludes("SC-CODE-13", "Location", "access_token=", for_operations("GET /connect")),
    json_properties.require_property("SC-TOKEN-03", "expires_in", "3300 to 3900", is_about_an_hour, TOKENS),
    headers.has_directive("SC-TOKEN-13", "Cache-Control", "no-store", TOKENS),
    json_properties.json_body_required("SC-TOKEN-18", is_token_error),
    json_properties.json_body_required("SC-RATE-05", all_of(status_in(429), has_body)),
    pagination.page_size(items, longest),
    pagination.next_link("SC-PAGE-07", next_href, all_of(is_paged, is_success)),
    json_properties.require_properties("SC-PAGE-04", ("collection",), is_partitioned),
    json_properties.require_property(
        "SC-LIST-06", "tracks", "absent or empty", lambda value, _: not value, leaves_tracks_out
    ),
    has_stream_url,
    query_filters.set_filter("SC-ACCESS-02", items, "access", "access", is_access_asked("one")),
    query_filters.set_filter("SC-ACCESS-03", items, "access", "access", is_access_asked("several")),
    query_filters.set_filter("SC-FIND-02", items, "id", "ids", TRACKS),
    query_filters.range_filter("SC-FIND-04", items, "bpm", TRACKS),
    query_filters.range_filter("SC-FIND-05", items, "duration", TRACKS),
)
"""Judged from one exchange alone."""

WITNESSES: tuple[Check, ...] = (schema.conforms(unless=rejected_by_http_layer),)
"""What else recorded traffic tells of the claims that it keeps."""
