"""The types of checks and scopes, and the scopes that checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Check = Callable[[Exchange, Operation | None], Iterable[Finding]]
"""Returns the findings for an exchange, passed and failed; the operation is None if it is undocumented."""

Scope = Callable[[Exchange, Operation | None], bool]
"""Returns whether a check applies to an exchange."""


def findings(checks: Iterable[Check], exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
    """Return the findings of all checks for an exchange; `operation` is None if it is undocumented.

    For an informational operation (`x-beyond`) only violations are returned, without their claims.
    """
    found = chain.from_iterable([check(exchange, operation) for check in checks])
    if operation is not None and operation.beyond:
        return (replace(finding, claim=None) for finding in found if not finding.holds)
    return found


def all_of(*scopes: Scope) -> Scope:
    """Return a scope that applies if all given scopes apply."""
    return lambda exchange, operation: all(scope(exchange, operation) for scope in scopes)


def not_(scope: Scope) -> Scope:
    """Return a scope that applies if `scope` does not apply."""
    return lambda exchange, operation: not scope(exchange, operation)


def status_in(*statuses: int) -> Scope:
    """Return a scope that applies to responses with one of these statuses."""
    return lambda exchange, _: exchange.response.status in statuses


def for_operations(*keys: str) -> Scope:
    """Return a scope that applies to operations with one of these keys, like "GET /me"."""
    return lambda _, operation: operation is not None and operation.key in keys


def is_success(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the response is a 2xx."""
    return 200 <= exchange.response.status < 300


def is_client_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the response is a 4xx."""
    return 400 <= exchange.response.status < 500


def is_server_error(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the response is a 5xx."""
    return exchange.response.status >= 500


def has_body(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether HTTP allows this response to have a body (RFC 9110 6.4.1)."""
    status = exchange.response.status
    return exchange.request.method.upper() != "HEAD" and status >= 200 and status not in (204, 205, 304)


def is_secured(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the operation is documented and requires credentials."""
    return operation is not None and operation.secured
