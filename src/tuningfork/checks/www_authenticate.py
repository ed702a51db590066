"""Challenges: the schemes that an answer names in WWW-Authenticate (RFC 9110 11.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check, Scope
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
SCHEME = re.compile(r"(?:^|,)\s*([!#$%&'*+.^_`|~\w-]+)(?=\s*(?:,|$)|\s+[^\s=])", re.ASCII)


def names_scheme(claim: str, scheme: str, applies: Scope) -> Check:
    """One of the challenges is of this scheme, in any case."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if applies(exchange, operation):
            value = exchange.response.headers.get("www-authenticate", "")
            holds = scheme.lower() in schemes(value)
            yield Finding(claim, holds, f"a challenge of {scheme}", value or "none", "WWW-Authenticate")

    return check


def schemes(value: str) -> list[str]:
    """The schemes of a field's challenges in lower case."""
    return [found.lower() for found in SCHEME.findall(QUOTED.sub('""', value))]
