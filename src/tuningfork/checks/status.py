"""The status line."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks.check import Check
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def documented() -> Check:
    """Whether the document expects the status of this operation; for information, no claim says it."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if operation is not None:
            status = exchange.response.status
            described = operation.response(status)
            if described is None or not described.expects(status):
                usual = dict.fromkeys(one for response in operation.responses for one in response.usual)
                yield Finding(None, False, f"one of {', '.join(usual)}", str(status), "status")

    return check


def no_server_error(claim: str) -> Check:
    """No answer is a 5xx. That an outage was announced is not for one exchange to know."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        status = exchange.response.status
        yield Finding(claim, status < 500, "a status below 500", str(status), "status")

    return check
