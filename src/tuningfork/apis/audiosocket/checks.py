"""The checks of every exchange with Audiosocket; a check reports only what a claim forbids."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks import information_disclosure, schema, status, www_authenticate
from tuningfork.checks.base import Check, status_in
from tuningfork.checks.envelope import EnvelopeSchema, is_http_layer_response, status_in_set
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

SUPPORTED_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE"})
"""Methods that the API must support."""
HTTP_LAYER_STATUSES = frozenset({304, 405, 406, *range(411, 418), 431, 501})
"""Statuses that HTTP itself defines for such requests (AS-CODE-11)."""

ENVELOPE = EnvelopeSchema(
    bare=HTTP_LAYER_STATUSES,
    phrases={
        200: "OK",
        201: "Created",
        400: "Bad Request",
        401: "Unauthorized",
        403: "Forbidden",
        404: "Not Found",
        409: "Conflict",
        500: "Internal Server Error",
        503: "Service Unavailable",
    },
    texts={
        400: "Invalid or missing parameters",
        401: "Invalid or missing Bearer Token",
        403: "Access to this resource is denied",
        404: "Resource not found",
        409: "Resource conflict",
        500: "An unexpected error occurred",
        503: "The server is currently unavailable",
    },
)
DOCUMENTED = frozenset({*ENVELOPE.phrases, 204})


def no_server_error(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Check AS-CODE-14: no 5xx, except a 501 for an undefined method or transfer coding."""
    if not is_allowed_501(exchange):
        yield from status.no_server_error("AS-CODE-14")(exchange, operation)


def is_allowed_501(exchange: Exchange) -> bool:
    """Return True for a 501 that HTTP allows (RFC 9110 15.6.2, RFC 9112 6.1)."""
    coding = exchange.request.headers.get("transfer-encoding", "chunked").strip().lower()
    is_undefined = exchange.request.method not in SUPPORTED_METHODS or coding != "chunked"
    return exchange.response.status == 501 and is_undefined


def may_lack_envelope(exchange: Exchange, operation: Operation | None) -> bool:
    """Return True for responses of the HTTP layer, and for its statuses without a body (AS-ENV-01)."""
    response = exchange.response
    return is_http_layer_response(exchange) or (response.status in HTTP_LAYER_STATUSES and not response.body)


def _envelope_of_status(claim: str, code: int) -> tuple[Check, ...]:
    """Return the checks that an error with this status has a complete envelope (AS-CODE-09, AS-CODE-10)."""
    applies = status_in(code)
    rules = (ENVELOPE.shape, ENVELOPE.repeats_status, ENVELOPE.message_text, ENVELOPE.error_on_failure)
    return tuple(rule(claim, applies) for rule in rules)


CHECKS: tuple[Check, ...] = (
    status.documented(),
    status_in_set("AS-CODE-11", DOCUMENTED | HTTP_LAYER_STATUSES),
    no_server_error,
    information_disclosure.no_internals("AS-CODE-09"),
    schema.body(unless=may_lack_envelope),
    schema.headers(unless=is_http_layer_response),
    ENVELOPE.shape("AS-ENV-01"),
    ENVELOPE.repeats_status("AS-ENV-02"),
    ENVELOPE.message_text("AS-ENV-03"),
    ENVELOPE.data_on_success("AS-ENV-04"),
    ENVELOPE.error_on_failure("AS-ENV-05"),
    ENVELOPE.error_text("AS-ENV-09"),
    *_envelope_of_status("AS-CODE-09", 500),
    *_envelope_of_status("AS-CODE-10", 503),
    www_authenticate.names_scheme("AS-AUTH-06", "Bearer", status_in(401)),
)
"""Checks that judge one exchange."""
