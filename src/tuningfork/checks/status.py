"""Checks of the response status."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding, is_server_failure


def documented() -> Check:
    """Check that the document expects the status for the operation; a violation is for information only."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one violation without a claim if the document does not expect the status."""
        if operation is not None:
            status = exchange.response.status
            response = operation.response(status)
            if response is None or not response.expects(status):
                expected = dict.fromkeys(usual for each in operation.responses for usual in each.usual)
                yield Finding(None, False, f"one of {', '.join(expected)}", str(status), "status")

    return check


def no_server_error(claim: str) -> Check:
    """Check that the response is not a 5xx, except 501 for a method that HTTP does not define.

    A single exchange does not show whether the outage was announced.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding for every exchange."""
        status = exchange.response.status
        holds = not is_server_failure(exchange.request.method, status)
        yield Finding(claim, holds, "a status below 500", str(status), "status")

    return check
