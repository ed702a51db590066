"""What every exchange with Audioboo is held against; fair to all that the claims allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.apis.audioboo import rules
from tuningfork.apis.audioboo.rules import ERRORS, items
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


def is_refusal(exchange: Exchange, operation: Operation | None) -> bool:
    """Every 4xx of the API; not those of HTTP itself, nor the pages on which a user decides."""
    is_page = "html" in exchange.response.media_type and not _accepts(exchange, "application/json")
    decides = bool(re.search(r"/oauth/authorize/?$", exchange.request.path))
    told = is_client_error(exchange, operation) and not rejected_by_http_layer(exchange)
    return told and not decides and not (is_page and operation is None)


def is_told_in_json(exchange: Exchange, operation: Operation | None) -> bool:
    """A refusal in JSON, or in the JSON of a JSON-P answer."""
    kind = exchange.response.media_type
    return is_refusal(exchange, operation) and ("json" in kind or "javascript" in kind)


def is_json(exchange: Exchange, operation: Operation | None) -> bool:
    """An answer that says that it is JSON; not those of an outage, nor of HTTP itself."""
    said = "json" in exchange.response.media_type and exchange.response.status < 500
    return said and not rejected_by_http_layer(exchange)


def is_left_to_server(exchange: Exchange, operation: Operation | None) -> bool:
    """A request for what comes as JSON, which names no other format, answered by 2xx or error 800."""
    documented = operation.response(200) if operation else None
    answers_json = documented is not None and "application/json" in documented.media_types
    answered = is_success(exchange, operation) or ERRORS.has_code(800)(exchange, operation)
    asked = {name for name, _ in rules.given(exchange)} & {"callback", "fmt", "format"}
    return answers_json and answered and not asked and _accepts(exchange, r"(\*/\*|application/json|)")


def _accepts(exchange: Exchange, kinds: str) -> bool:
    """Whether Accept is one of these media types, with a version or without."""
    accept = ", ".join(exchange.request.headers.all("accept")).strip()
    return bool(re.fullmatch(kinds + r"\s*(;\s*version=[^;,]*)?", accept, re.IGNORECASE))


def is_unsupported(exchange: Exchange, operation: Operation | None) -> bool:
    """A version is asked for that there is not."""
    return rules.version(exchange) == rules.UNSUPPORTED


def is_newest_first(exchange: Exchange, operation: Operation | None) -> bool:
    """The list of everybody's clips, nothing being looked for."""
    asked = any(name.startswith("find[") for name, _ in rules.given(exchange))
    return (
        for_operations("GET /audio_clips")(exchange, operation)
        and is_success(exchange, operation)
        and not asked
    )


def is_list_of_clips(exchange: Exchange, operation: Operation | None) -> bool:
    """A list that max_time bounds."""
    bounded = operation is not None and operation.parameter("max_time") is not None
    return bounded and is_success(exchange, operation)


def is_counted(exchange: Exchange, operation: Operation | None) -> bool:
    """A page of a whole list; what is counted under a max_time, no claim says."""
    bounded = any(name == "max_time" for name, _ in exchange.request.query)
    return rules.is_plain(exchange, operation) and not bounded


def longest(exchange: Exchange, operation: Operation) -> Iterator[tuple[str, int]]:
    """How long a page may be, and by which claim."""
    if operation.parameter(SIZE) is None:
        return
    yield "AB-PAGE-03", LARGEST
    asked = query_parameter(exchange, SIZE)
    if asked is not None and re.fullmatch(r"[1-9][0-9]{0,2}", asked) and int(asked) <= LARGEST:
        yield "AB-PAGE-02", int(asked)


def is_no_echo(value: Any, exchange: Exchange) -> bool:
    """Not the version that was asked for."""
    return str(value) != rules.UNSUPPORTED


def stamp(body: Any) -> Any:
    """The server's Unix time in the envelope."""
    return body.get("timestamp") if isinstance(body, dict) else None


CHECKS: tuple[Check, ...] = (
    status.documented(),
    status.no_server_error("AB-ERR-07"),
    schema.body(unless=rejected_by_http_layer),
    schema.headers(unless=rejected_by_http_layer),
    rules.versions,
    json_properties.require_property(
        "AB-VER-06", "version", "the same integer whatever is asked", is_no_echo, is_unsupported
    ),
    json_properties.require_properties("AB-ENV-01", ("version", "timestamp"), is_json),
    timestamps.close_to_date_header("AB-ENV-02", stamp, seconds=300),
    json_properties.json_body_required("AB-ENV-05", is_left_to_server),
    rules.says_so,
    jsonp.calls_callback("AB-ENV-07", applies=is_success),
    jsonp.no_script_injection("AB-ENV-08"),
    ERRORS.present("AB-ERR-01", is_refusal),
    ERRORS.absent("AB-ERR-02", is_success),
    ERRORS.repeated_in_body("AB-ERR-03", rules.error, is_told_in_json),
    rules.kinds_of_success,
    ERRORS.absent("AB-ERR-05", is_server_error),
    ERRORS.one_line("AB-ERR-06"),
    rules.unsigned,
    rules.searches,
    rules.tagged,
    rules.lower_tags,
    timestamps.descending("AB-CLIP-07", items, "uploaded_at", is_newest_first),
    timestamps.not_after("AB-PAGE-05", items, "uploaded_at", "max_time", is_list_of_clips),
    pagination.page_size(items, longest),
    pagination_totals.offset_and_count("AB-PAGE-07", items, rules.totals, NUMBER, SIZE, LARGEST, is_counted),
)
"""Judged from one exchange alone."""
