"""The checks of every exchange with Audioboo; a check reports only what a claim forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.apis.audioboo import custom_checks
from tuningfork.apis.audioboo.custom_checks import ERRORS, page_items
from tuningfork.checks import (
    json_properties,
    jsonp,
    pagination,
    pagination_totals,
    schema,
    status,
    timestamps,
)
from tuningfork.checks.base import Check, for_operations, is_client_error, is_server_error, is_success
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

NUMBER, SIZE, MAX_PAGE_SIZE = "page[number]", "page[items]", 150


def is_error_response(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for a 4xx of the API itself: not of the HTTP layer, not of the consent page."""
    is_page = "html" in exchange.response.media_type and not _accepts(exchange, "application/json")
    is_consent = bool(re.search(r"/oauth/authorize/?$", exchange.request.path))
    is_api_error = is_client_error(exchange, operation) and not rejected_by_http_layer(exchange)
    return is_api_error and not is_consent and not (is_page and operation is None)


def is_json_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for an error response in JSON or JSON-P."""
    kind = exchange.response.media_type
    return is_error_response(exchange, operation) and ("json" in kind or "javascript" in kind)


def is_json(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for a JSON response below 500 that is not of the HTTP layer."""
    is_json_type = "json" in exchange.response.media_type and exchange.response.status < 500
    return is_json_type and not rejected_by_http_layer(exchange)


def expects_json(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True if a request of a JSON operation names no other format and got a 2xx or error 800."""
    documented = operation.response(200) if operation else None
    returns_json = documented is not None and "application/json" in documented.media_types
    is_accepted = is_success(exchange, operation) or ERRORS.has_code(800)(exchange, operation)
    formats = {name for name, _ in custom_checks.unsigned_parameters(exchange)} & {
        "callback",
        "fmt",
        "format",
    }
    return returns_json and is_accepted and not formats and _accepts(exchange, r"(\*/\*|application/json|)")


def _accepts(exchange: Exchange, kinds: str) -> bool:
    """Return True if Accept is one of the media types of the pattern `kinds`, with or without a version."""
    accept = ", ".join(exchange.request.headers.all("accept")).strip()
    return bool(re.fullmatch(kinds + r"\s*(;\s*version=[^;,]*)?", accept, re.IGNORECASE))


def requests_unsupported_version(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True if the request's Accept header names an unsupported version."""
    return custom_checks.requested_version(exchange) == custom_checks.UNSUPPORTED


def is_newest_first(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for a successful GET /audio_clips without a search."""
    is_search = any(name.startswith("find[") for name, _ in custom_checks.unsigned_parameters(exchange))
    return (
        for_operations("GET /audio_clips")(exchange, operation)
        and is_success(exchange, operation)
        and not is_search
    )


def has_max_time(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for a success of an operation that has the parameter max_time."""
    is_limited = operation is not None and operation.parameter("max_time") is not None
    return is_limited and is_success(exchange, operation)


def has_complete_totals(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for a page without max_time: no claim says what `totals` counts with it."""
    is_limited = any(name == "max_time" for name, _ in exchange.request.query)
    return custom_checks.has_unsigned_query(exchange, operation) and not is_limited


def max_page_sizes(exchange: Exchange, operation: Operation) -> Iterator[tuple[str, int]]:
    """Yield (claim, number of items): each upper bound of the page's length."""
    if operation.parameter(SIZE) is None:
        return
    yield "AB-PAGE-03", MAX_PAGE_SIZE
    requested = query_parameter(exchange, SIZE)
    if (
        requested is not None
        and re.fullmatch(r"[1-9][0-9]{0,2}", requested)
        and int(requested) <= MAX_PAGE_SIZE
    ):
        yield "AB-PAGE-02", int(requested)


def is_not_echoed(value: Any, exchange: Exchange) -> bool:
    """Return True if `value` is not the unsupported version that was requested."""
    return str(value) != custom_checks.UNSUPPORTED


def envelope_timestamp(body: Any) -> Any:
    """Return the server's Unix time in the envelope; None if the envelope has no time."""
    return body.get("timestamp") if isinstance(body, dict) else None


CHECKS: tuple[Check, ...] = (
    status.documented(),
    status.no_server_error("AB-ERR-07"),
    schema.body(unless=rejected_by_http_layer),
    schema.headers(unless=rejected_by_http_layer),
    custom_checks.check_version,
    json_properties.require_property(
        "AB-VER-06",
        "version",
        "the same integer for every requested version",
        is_not_echoed,
        requests_unsupported_version,
    ),
    json_properties.require_properties("AB-ENV-01", ("version", "timestamp"), is_json),
    timestamps.close_to_date_header("AB-ENV-02", envelope_timestamp, seconds=300),
    json_properties.json_body_required("AB-ENV-05", expects_json),
    custom_checks.check_content_type,
    jsonp.calls_callback("AB-ENV-07", applies=is_success),
    jsonp.no_script_injection("AB-ENV-08"),
    ERRORS.present("AB-ERR-01", is_error_response),
    ERRORS.absent("AB-ERR-02", is_success),
    ERRORS.repeated_in_body("AB-ERR-03", custom_checks.body_error, is_json_error),
    custom_checks.check_success_status,
    ERRORS.absent("AB-ERR-05", is_server_error),
    ERRORS.one_line("AB-ERR-06"),
    custom_checks.check_signature_required,
    custom_checks.check_user_search,
    custom_checks.check_tag_list,
    custom_checks.check_normalised_tags,
    timestamps.descending("AB-CLIP-07", page_items, "uploaded_at", is_newest_first),
    timestamps.not_after("AB-PAGE-05", page_items, "uploaded_at", "max_time", has_max_time),
    pagination.page_size(page_items, max_page_sizes),
    pagination_totals.offset_and_count(
        "AB-PAGE-07", page_items, custom_checks.page_totals, NUMBER, SIZE, MAX_PAGE_SIZE, has_complete_totals
    ),
)
"""Checks that judge one exchange."""
