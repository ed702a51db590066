"""What a check is: a pure judge of one exchange, and the words that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Check = Callable[[Exchange, Operation | None], Iterable[Finding]]
"""Gives what it saw of each claim in an exchange, held or broken; an operation of None is undocumented."""

Scope = Callable[[Exchange, Operation | None], bool]
"""Whether a rule applies to an exchange."""


def findings(checks: Iterable[Check], exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """What all checks find; of an operation beyond the claims only what is wrong, each for information."""
    found = chain.from_iterable([check(exchange, operation) for check in checks])
    if operation is not None and operation.beyond:
        return (replace(one, claim=None) for one in found if not one.holds)
    return found


def within(*scopes: Scope) -> Scope:
    """Where all of these apply."""
    return lambda exchange, operation: all(scope(exchange, operation) for scope in scopes)


def outside(scope: Scope) -> Scope:
    """Where this does not apply."""
    return lambda exchange, operation: not scope(exchange, operation)


def status_in(*statuses: int) -> Scope:
    """One of these statuses."""
    return lambda exchange, _: exchange.response.status in statuses


def on(*keys: str) -> Scope:
    """One of these operations, named like "GET /me"."""
    return lambda _, operation: operation is not None and operation.key in keys


def is_success(exchange: Exchange, operation: Operation | None) -> bool:
    """Any 2xx."""
    return 200 <= exchange.response.status < 300


def is_client_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Any 4xx."""
    return 400 <= exchange.response.status < 500


def is_server_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Any 5xx."""
    return exchange.response.status >= 500


def has_body(exchange: Exchange, operation: Operation | None) -> bool:
    """Whether HTTP lets this answer have a body (RFC 9110 6.4.1)."""
    status = exchange.response.status
    return exchange.request.method.upper() != "HEAD" and status >= 200 and status not in (204, 205, 304)


def is_secured(exchange: Exchange, operation: Operation | None) -> bool:
    """A documented operation that asks for credentials."""
    return operation is not None and operation.secured
