"""The checks of every exchange with SoundCloud; each fails only for what the claims forbid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.apis.soundcloud.scopes import (
    TOKENS,
    TRACKS,
    filters_by_access,
    is_cross_domain_error,
    is_cross_domain_get,
    is_paged,
    is_partitioned,
    is_token_error,
    needs_error_format,
    omits_tracks,
)
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
    is_success,
    status_in,
)
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

ERROR_PROPERTIES = ("code", "message", "link", "status", "errors", "error")
NOT_FOUND = "404 - Not Found"


def items(body: Any) -> list[Any] | None:
    """Return the items of a page, which is an array or an object with `collection`; None for another body."""
    page = body.get("collection") if isinstance(body, dict) else body
    return page if isinstance(page, list) else None


def next_href(body: Any) -> Any:
    """Return the link to the next page, None if the page has no such property."""
    return body.get("next_href") if isinstance(body, dict) else None


def max_page_sizes(exchange: Exchange, operation: Operation) -> Iterator[tuple[str, int]]:
    """Yield the maximum sizes of a page, each with the claim that sets it (SC-PAGE-01, -02, -03, -11)."""
    if not is_paged(exchange, operation):
        return
    yield "SC-PAGE-03", 200
    names = [name for name, _ in exchange.request.query]
    # no claim says which of the two has priority
    limit = None if "page_size" in names else query_parameter(exchange, "limit")
    if "limit" not in names and not {"cursor", "offset", "page_size"} & set(names):
        undocumented = [name for name in names if operation.parameter(name.partition("[")[0]) is None]
        yield from () if undocumented else [("SC-PAGE-01", 50)]
    elif limit is not None and re.fullmatch(r"[0-9]{1,3}", limit) and 1 <= int(limit) <= 200:
        yield "SC-PAGE-02", int(limit)
    elif limit is not None and re.fullmatch(r"-[0-9]+|0|[A-Za-z]+|", limit):
        yield "SC-PAGE-11", 50


def check_missing_user(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Yield for SC-ERR-05 whether the 404 of a user has the documented message."""
    if exchange.response.status == 404 and for_operations("GET /users/{user_id}")(exchange, operation):
        for body in json_objects(exchange):
            errors = body.get("errors")
            first = errors[0] if isinstance(errors, list) and errors else None
            messages = [body.get("message"), first.get("error_message") if isinstance(first, dict) else None]
            yield Finding(
                "SC-ERR-05",
                NOT_FOUND in messages,
                f"{NOT_FOUND} as message or error_message",
                repr_short(messages),
            )


def check_stream_urls(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Yield whether each playable track has a stream_url and no blocked track has one (SC-STREAM-01, -06)."""
    if exchange.request.method != "GET" or not is_success(exchange, operation):
        return
    found = [track for body in json_values(exchange) for track in tracks(body)]
    playable = [track for track in found if track.get("access") == "playable"]
    blocked = [track for track in found if track.get("access") == "blocked"]
    without_url = [track for track in playable if not track.get("stream_url")]
    with_url = [track for track in blocked if track.get("stream_url")]
    yield from _judge_urls("SC-STREAM-01", "a stream_url", "no stream_url", playable, without_url)
    yield from _judge_urls("SC-STREAM-06", "no stream_url", "a stream_url", blocked, with_url)


def _judge_urls(
    claim: str, expected: str, opposite: str, judged: list[dict[str, Any]], wrong: list[dict[str, Any]]
) -> Iterator[Finding]:
    """Yield a violation for each wrong track; if all are correct, one finding for those that were judged."""
    for track in wrong:
        yield Finding(claim, False, expected, f"{opposite} in track {track.get('id')}")
    if judged and not wrong:
        yield Finding(claim, True, expected, f"{expected} in each track")


def tracks(body: Any) -> Iterator[dict[str, Any]]:
    """Yield the tracks of a body that is a track, a page of tracks or playlists, or a playlist."""
    for item in items(body) or [body]:
        if isinstance(item, dict) and item.get("kind") == "track":
            yield item
        elif isinstance(item, dict) and isinstance(item.get("tracks"), list):
            yield from (track for track in item["tracks"] if isinstance(track, dict))


def is_list_of_errors(value: Any, exchange: Exchange) -> bool:
    """Return whether the value is a list, possibly empty, of objects with error_message."""
    return isinstance(value, list) and all(
        isinstance(item, dict) and "error_message" in item for item in value
    )


def is_about_an_hour(value: Any, exchange: Exchange) -> bool:
    """Return whether the value is a number of seconds between 55 and 65 minutes."""
    return isinstance(value, int | float) and 3300 <= value <= 3900


ERROR_RULES: tuple[tuple[str, str, str, json_properties.Test], ...] = (
    ("SC-ERR-02", "code", "the HTTP status", json_properties.is_status),
    ("SC-ERR-02", "status", "text that starts with the status", json_properties.starts_with_status),
    ("SC-ERR-03", "errors", "objects with error_message", is_list_of_errors),
    ("SC-ERR-04", "message", "a string", json_properties.is_text),
    ("SC-ERR-04", "link", "a string", json_properties.is_text),
    ("SC-ERR-04", "error", "null or a string", json_properties.is_text_or_null),
)
"""The claim, name, expected value and test of each property of an error."""
CHECKS: tuple[Check, ...] = (
    status.documented(),
    status.no_server_error("SC-ERR-09"),
    information_disclosure.no_internals("SC-ERR-07"),
    schema.body(unless=rejected_by_http_layer),
    schema.headers(unless=rejected_by_http_layer),
    json_properties.require_properties("SC-ERR-01", ERROR_PROPERTIES, needs_error_format),
    *(json_properties.require_property(*rule, needs_error_format) for rule in ERROR_RULES),
    check_missing_user,
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
    pagination.page_size(items, max_page_sizes),
    pagination.next_link("SC-PAGE-07", next_href, all_of(is_paged, is_success)),
    json_properties.require_properties("SC-PAGE-04", ("collection",), is_partitioned),
    json_properties.require_property(
        "SC-LIST-06", "tracks", "absent or empty", lambda value, _: not value, omits_tracks
    ),
    check_stream_urls,
    query_filters.set_filter("SC-ACCESS-02", items, "access", "access", filters_by_access(by_several=False)),
    query_filters.set_filter("SC-ACCESS-03", items, "access", "access", filters_by_access(by_several=True)),
    query_filters.set_filter("SC-FIND-02", items, "id", "ids", TRACKS),
    query_filters.range_filter("SC-FIND-04", items, "bpm", TRACKS),
    query_filters.range_filter("SC-FIND-05", items, "duration", TRACKS),
)
"""Each check reads one exchange."""
