"""Judges `document` on every exchange: statuses, bodies and headers as in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuningfork.checks import schema
from tuningfork.checks.base import Check, has_body
from tuningfork.checks.envelope import is_http_layer_response
from tuningfork.checks.json_body import json_values
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import DocumentedResponse, Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.document import Document
from tuningfork.conventions.errors import Errors
from tuningfork.model import Exchange

STATUSES_OF_HTTP = frozenset({401, 405, 406, 408, *range(411, 418), 421, 426, 429, 431})
"""Statuses that HTTP, a gateway or a check of credentials gives to any request (RFC 9110 15.5)."""


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the checks of what the document promises."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a response of a documented operation is as documented."""
        declared = declaration.of("document", operation)
        if operation is None or declared is None:
            return
        if declared.status or declared.closed:
            yield from _judge_status(exchange, operation, declared)
        documented = operation.response(exchange.response.status)
        if documented is None or is_http_layer_response(exchange):
            return
        has_promise = documented.media_types and not _breaks_no_promise(exchange, documented)
        may_differ = _is_bare(exchange, declaration.of("errors", operation), documented)
        if declared.body and has_promise and not may_differ and has_body(exchange, operation):
            yield from _judge_by("DOC-BODY", schema.body(), exchange, operation)
        if declared.headers and documented.headers and exchange.request.method != "HEAD":  # RFC 9110 9.3.2
            yield from _judge_by("DOC-HEADERS", schema.headers(), exchange, operation)

    return [as_check(declaration, judge)] if declaration.values("document") else []


def _judge_status(exchange: Exchange, operation: Operation, declared: Document) -> Iterator[Judgement]:
    """Yield whether a status is documented: that of a success, or of an error if those are closed."""
    status = exchange.response.status
    is_closed_error = declared.closed and 400 <= status < 500 and status not in STATUSES_OF_HTTP
    if 200 <= status < 300 or is_closed_error:
        holds = operation.response(status) is not None
        expected = f"one of {', '.join(operation.statuses)}"
        yield Judgement("DOC-STATUS", holds, expected, str(status), "status")


def _is_bare(exchange: Exchange, errors: Errors | None, documented: DocumentedResponse) -> bool:
    """Return whether a response has no documented body, and `errors.bare` allows that for its status."""
    response = exchange.response
    is_described = bool(response.body) and documented.describes(response.media_type)
    return not is_described and bool(errors and errors.bare and response.status in errors.bare)


def _breaks_no_promise(exchange: Exchange, documented: DocumentedResponse) -> bool:
    """Return whether a body differs from its schema only where that is informational (`x-claims: []`)."""
    media_schema = schema.schema_of(documented, exchange.response.media_type)
    values = json_values(exchange) if media_schema is not None else []
    return any(
        not media_schema.is_valid(value) and media_schema.keeps_promises(value)
        for value in values
        if media_schema is not None
    )


def _judge_by(generic: str, check: Check, exchange: Exchange, operation: Operation) -> Iterator[Judgement]:
    """Yield the violations that a check finds; a judgement that holds if no one fails."""
    failed = [finding for finding in check(exchange, operation) if not finding.holds]
    for finding in failed:
        yield Judgement(generic, False, finding.expected, finding.found, finding.pointer)
    if not failed:
        yield Judgement(generic, True, schema.CONFORMING_RESPONSE, "a conforming response")
