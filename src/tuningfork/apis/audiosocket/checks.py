"""What every exchange with Audiosocket is held against; fair to all that the claims allow."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks import information_disclosure, schema, status, www_authenticate
from tuningfork.checks.base import Check, status_in
from tuningfork.checks.envelope import EnvelopeSchema, is_http_layer_response, status_in_set
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

METHODS = frozenset({"GET", "HEAD", "POST", "DELETE"})
"""The methods that the API must know."""
OF_HTTP = frozenset({304, 405, 406, *range(411, 418), 431, 501})
"""Statuses that HTTP itself asks for (AS-CODE-11)."""

ENVELOPE = EnvelopeSchema(
    bare=OF_HTTP,
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
    """AS-CODE-14: no 5xx, but for a 501 to a method or a coding that nobody has to know."""
    if not is_unknown_to_http(exchange):
        yield from status.no_server_error("AS-CODE-14")(exchange, operation)


def is_unknown_to_http(exchange: Exchange) -> bool:
    """A 501 that HTTP asks for (RFC 9110 15.6.2, RFC 9112 6.1)."""
    coding = exchange.request.headers.get("transfer-encoding", "chunked").strip().lower()
    asked = exchange.request.method not in METHODS or coding != "chunked"
    return exchange.response.status == 501 and asked


def may_be_bare(exchange: Exchange, operation: Operation | None) -> bool:
    """What HTTP gives before the API, and what it asks for without a body: AS-ENV-01 is of bodies."""
    response = exchange.response
    return is_http_layer_response(exchange) or (response.status in OF_HTTP and not response.body)


def _in_the_envelope(claim: str, code: int) -> tuple[Check, ...]:
    """An error of this status comes in the whole envelope (AS-CODE-09, AS-CODE-10)."""
    applies = status_in(code)
    rules = (ENVELOPE.shape, ENVELOPE.repeats_status, ENVELOPE.message_text, ENVELOPE.error_on_failure)
    return tuple(rule(claim, applies) for rule in rules)


CHECKS: tuple[Check, ...] = (
    status.documented(),
    status_in_set("AS-CODE-11", DOCUMENTED | OF_HTTP),
    no_server_error,
    information_disclosure.no_internals("AS-CODE-09"),
    schema.body(unless=may_be_bare),
    schema.headers(unless=is_http_layer_response),
    ENVELOPE.shape("AS-ENV-01"),
    ENVELOPE.repeats_status("AS-ENV-02"),
    ENVELOPE.message_text("AS-ENV-03"),
    ENVELOPE.data_on_success("AS-ENV-04"),
    ENVELOPE.error_on_failure("AS-ENV-05"),
    ENVELOPE.error_text("AS-ENV-09"),
    *_in_the_envelope("AS-CODE-09", 500),
    *_in_the_envelope("AS-CODE-10", 503),
    www_authenticate.names_scheme("AS-AUTH-06", "Bearer", status_in(401)),
)
"""Judged from one exchange alone."""
