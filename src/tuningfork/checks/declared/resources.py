"""Judges the responses to declared actions of `resources`: their Location, and whether they have a body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.judgement import Judgement, as_check, is_error
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Action
from tuningfork.model import Exchange

ACCEPTED = 202
"""The status of a request that is processed later (RFC 9110 15.3.3): its Location is another one."""


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of the successful responses to declared actions."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield whether a response has the declared header and the declared body."""
        is_success = 200 <= exchange.response.status < 300 and exchange.response.status != ACCEPTED
        if not is_success or is_error(exchange, declaration.of("errors", operation)):
            return
        for _, kind, action in declaration.actions.find(operation):
            if not action.request.query:
                yield from _judge(exchange, kind, action)

    return [as_check(declaration, judge)] if declaration.named.get("resources") else []


def _judge(exchange: Exchange, kind: str, action: Action) -> Iterator[Judgement]:
    """Yield what the response to an action lacks, or has too much."""
    is_new = action.status is None or exchange.response.status in action.status  # a PUT may also replace
    if kind == "create" and action.location == "required" and is_new:
        location = exchange.response.headers.get("location")
        yield Judgement("RESOURCE-LOCATION", location is not None, "a Location", location or "no Location")
    if action.answer == "none" and exchange.request.method != "HEAD":
        size = len(exchange.response.body)
        yield Judgement("RESOURCE-ANSWER", size == 0, "no body", f"{size} bytes")
