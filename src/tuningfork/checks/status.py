"""The status line."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding, is_server_failure


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
    """No response is a 5xx, but a 501 to a method that HTTP does not define.

    One exchange can't tell whether an outage was announced.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        status = exchange.response.status
        holds = not is_server_failure(exchange.request.method, status)
        yield Finding(claim, holds, "a status below 500", str(status), "status")

    return check
