"""Checks of the challenges in WWW-Authenticate (RFC 9110 11.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check, Scope
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SCHEME = re.compile(r"(?:^|,)\s*([!#$%&'*+.^_`|~\w-]+)(?=\s*(?:,|$)|\s+[^\s=])", re.ASCII)


def names_scheme(claim: str, scheme: str, applies: Scope) -> Check:
    """Check that one of the challenges has this authentication scheme, in upper or lower case."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies to the exchange."""
        if applies(exchange, operation):
            value = exchange.response.headers.get("www-authenticate", "")
            holds = scheme.lower() in schemes(value)
            found = value or "no WWW-Authenticate"
            yield Finding(claim, holds, f"a {scheme} challenge", found, "WWW-Authenticate")

    return check


def schemes(value: str) -> list[str]:
    """Return the schemes of the challenges in a WWW-Authenticate value, in lower case."""
    return [scheme.lower() for scheme in SCHEME.findall(QUOTED.sub('""', value))]
