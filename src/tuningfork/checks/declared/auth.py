"""`auth` on every exchange: the challenge of a 401."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.checks.base import Check
from tuningfork.checks.www_authenticate import schemes
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.auth import Auth
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import Exchange, Finding

BROWSER = "x-requested-with"
"""A request header after which some servers leave out a challenge, so that a browser shows no dialogue."""


def checks(declaration: Declaration) -> Iterator[Check]:
    """Yield the checks of what `auth` declares."""
    if any(group.challenge is not None for group in declaration.groups.get("auth", ())):
        yield _has_challenge(declaration)


def _has_challenge(declaration: Declaration) -> Check:
    """Return the check that a 401 has a challenge of the declared scheme (RFC 9110 15.5.2)."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding for each claim if the response is a 401 of an operation with such a challenge."""
        scheme = _declared_scheme(declaration, operation)
        response, sent = exchange.response, exchange.request.headers
        if response.status != 401 or scheme is None or BROWSER in sent:
            return
        value = response.headers.get("www-authenticate", "")
        holds = scheme.lower() in schemes(value)
        expected, found = f"a {scheme} challenge", value or "no WWW-Authenticate"
        for claim in declaration.own_ids("AUTH-CHALLENGE", operation):
            yield Finding(claim, holds, expected, found, "WWW-Authenticate")

    return check


def _declared_scheme(declaration: Declaration, operation: Operation | None) -> str | None:
    """Return the scheme of the challenge that is declared for an operation; None without one."""
    declared: Auth | None = declaration.of("auth", operation) if operation is not None else None
    return None if declared is None or declared.is_public else declared.challenge
