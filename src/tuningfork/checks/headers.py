"""Checks of response headers, with those of CORS (Fetch standard)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tuningfork.checks.base import Check, Scope
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def present(claim: str, name: str, applies: Scope) -> Check:
    """Check that the response has a header `name` with a value that is not empty."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies to the exchange."""
        if applies(exchange, operation):
            value = exchange.response.headers.get(name, "").strip()
            yield Finding(claim, bool(value), f"a header {name}", value or f"no {name}", name)

    return check


def has_directive(claim: str, name: str, word: str, applies: Scope) -> Check:
    """Check that a comma-separated header `name` contains the directive `word`, in upper or lower case."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies to the exchange."""
        if applies(exchange, operation):
            value = exchange.response.headers.get(name, "")
            words = [part.strip().lower() for part in value.split(",")]
            yield Finding(claim, word in words, f"{name}: {word}", value or f"no {name}", name)

    return check


def excludes(claim: str, name: str, text: str, applies: Scope) -> Check:
    """Check that the value of a header `name`, if the response has it, does not contain `text`."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and the response has the header."""
        value = exchange.response.headers.get(name)
        if value is not None and applies(exchange, operation):
            yield Finding(claim, text not in value, f"{name} without {text}", value, name)

    return check


def allows_origin(claim: str, applies: Scope) -> Check:
    """Check that Access-Control-Allow-Origin is `*` or the Origin of the request, if the request has one."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and the request has an Origin."""
        origin = exchange.request.headers.get("origin")
        if origin is not None and applies(exchange, operation):
            allowed = exchange.response.headers.get("access-control-allow-origin", "")
            yield Finding(
                claim,
                allowed in ("*", origin),
                f"* or {origin}",
                allowed or "no Access-Control-Allow-Origin",
                "Access-Control-Allow-Origin",
            )

    return check


def no_credentials_for_foreign_origins(claim: str) -> Check:
    """Check that a foreign Origin is not echoed together with Access-Control-Allow-Credentials: true."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the request has the Origin of another site."""
        origin = exchange.request.headers.get("origin")
        if origin is None or _is_same_site(origin, exchange.request.url):
            return
        headers = exchange.response.headers
        is_echoed = headers.get("access-control-allow-origin", "") == origin
        has_credentials = headers.get("access-control-allow-credentials", "").strip().lower() == "true"
        expected = "a foreign origin not echoed, or no Access-Control-Allow-Credentials: true"
        echo = f"{origin} echoed" if is_echoed else "the origin not echoed"
        found = f"{echo}, credentials {'allowed' if has_credentials else 'not allowed'}"
        yield Finding(claim, not (is_echoed and has_credentials), expected, found)

    return check


def _is_same_site(origin: str, url: str) -> bool:
    """Return whether two URLs have the same site, approximated by the last two labels of the host."""
    try:
        origin_host, url_host = (urlsplit(each).hostname or "" for each in (origin, url))
    except ValueError:
        return False
    return origin_host.split(".")[-2:] == url_host.split(".")[-2:]
