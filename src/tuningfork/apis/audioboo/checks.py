"""What every exchange with Audioboo is held against; fair to all that the claims allow."""

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
from tuningfork.checks.base import (
    Check,
    for_operations,
    is_client_error,
    is_server_error,
    is_success,
)
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.checks.query_filters import query_parameter
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

NUMBER, SIZE, LARGEST = "page[number]", "page[items]", 150


def is_error_response(exchange: Exchange, operation: Operation | None) -> bool:
    """Every 4xx of the API; not those of HTTP itself, nor the pages on which a user decides."""
    is_page = "html" in exchange.response.media_type and not _accepts(exchange, "application/json")
    decides = bool(re.search(r"/oauth/authorize/?$", exchange.request.path))
    told = is_client_error(exchange, operation) and not rejected_by_http_layer(exchange)
    return told and not decides and not (is_page and operation is None)


def is_json_error(exchange: Exchange, operation: Operation | None) -> bool:
    """A refusal in JSON, or in the JSON of a JSON-P answer."""
    kind = exchange.response.media_type
    return is_error_response(exchange, operation) and ("json" in kind or "javascript" in kind)


def is_json(exchange: Exchange, operation: Operation | None) -> bool:
    """An answer that says that it is JSON; not those of an outage, nor of HTTP itself."""
    said = "json" in exchange.response.media_type and exchange.response.status < 500
    return said and not rejected_by_http_layer(exchange)


def expects_json(exchange: Exchange, operation: Operation | None) -> bool:
    """A request for what comes as JSON, which names no other format, answered by 2xx or error 800."""
    documented = operation.response(200) if operation else None
    answers_json = documented is not None and "application/json" in documented.media_types
    answered = is_success(exchange, operation) or ERRORS.has_code(800)(exchange, operation)
    asked = {name for name, _ in custom_checks.unsigned_parameters(exchange)} & {"callback", "fmt", "format"}
    return answers_json and answered and not asked and _accepts(exchange, r"(\*/\*|application/json|)")


def _accepts(exchange: Exchange, kinds: str) -> bool:
    """Whether Accept is one of these media types, with a version or without."""
    accept = ", ".join(exchange.request.headers.all("accept")).strip()
    return bool(re.fullmatch(kinds + r"\s*(;\s*version=[^;,]*)?", accept, re.IGNORECASE))


def requests_unsupported_version(exchange: Exchange, operation: Operation | None) -> bool:
    """A version is asked for that there is not."""
    return custom_checks.requested_version(exchange) == custom_checks.UNSUPPORTED


def is_newest_first(exchange: Exchange, operation: Operation | None) -> bool:
    """The list of everybody's clips, nothing being looked for."""
    asked = any(name.startswith("find[") for name, _ in custom_checks.unsigned_parameters(exchange))
    return (
        for_operations("GET /audio_clips")(exchange, operation)
        and is_success(exchange, operation)
        and not asked
    )


def has_max_time(exchange: Exchange, operation: Operation | None) -> bool:
    """A list that max_time bounds."""
    bounded = operation is not None and operation.parameter("max_time") is not None
    return bounded and is_success(exchange, operation)


def has_complete_totals(exchange: Exchange, operation: Operation | None) -> bool:
    """A page of a whole list; what is counted under a max_time, no claim says."""
    bounded = any(name == "max_time" for name, _ in exchange.request.query)
    return custom_checks.has_unsigned_query(exchange, operation) and not bounded


def max_page_sizes(exchange: Exchange, operation: Operation) -> Iterator[tuple[str, int]]:
    """How long a page may be, and by which claim."""
    if operation.parameter(SIZE) is None:
        return
    yield "AB-PAGE-03", LARGEST
    asked = query_parameter(exchange, SIZE)
    if asked is not None and re.fullmatch(r"[1-9][0-9]{0,2}", asked) and int(asked) <= LARGEST:
        yield "AB-PAGE-02", int(asked)


def is_not_echoed(value: Any, exchange: Exchange) -> bool:
    """Not the version that was asked for."""
    return str(value) != custom_checks.UNSUPPORTED


def envelope_timestamp(body: Any) -> Any:
    """The server's Unix time in the envelope."""
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
        "the same integer whatever is asked",
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
        "AB-PAGE-07", page_items, custom_checks.page_totals, NUMBER, SIZE, LARGEST, has_complete_totals
    ),
)
"""Judged from one exchange alone."""

WITNESSES: tuple[Check, ...] = (schema.conforms(unless=rejected_by_http_layer),)
"""What else recorded traffic tells of the claims that it keeps."""
