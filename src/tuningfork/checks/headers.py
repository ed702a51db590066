"""Header fields of answers: presence, and who may read them in a browser (the Fetch standard's CORS)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tuningfork.checks.base import Check, Scope
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding


def present(claim: str, name: str, applies: Scope) -> Check:
    """The answer has this field, and something in it."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if applies(exchange, operation):
            value = exchange.response.headers.get(name, "").strip()
            yield Finding(claim, bool(value), f"the field {name}", value or "none", name)

    return check


def has_directive(claim: str, name: str, word: str, applies: Scope) -> Check:
    """A comma-separated field has this word among its own, in any case."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if applies(exchange, operation):
            value = exchange.response.headers.get(name, "")
            words = [part.strip().lower() for part in value.split(",")]
            yield Finding(claim, word in words, f"{name}: {word}", value or "none", name)

    return check


def excludes(claim: str, name: str, text: str, applies: Scope) -> Check:
    """The field, where there is one, does not have this text in it."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        value = exchange.response.headers.get(name)
        if value is not None and applies(exchange, operation):
            yield Finding(claim, text not in value, f"{name} without {text}", value, name)

    return check


def allows_origin(claim: str, applies: Scope) -> Check:
    """Whoever says an Origin may read the answer: Access-Control-Allow-Origin is `*` or that origin."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        origin = exchange.request.headers.get("origin")
        if origin is not None and applies(exchange, operation):
            allowed = exchange.response.headers.get("access-control-allow-origin", "")
            yield Finding(
                claim,
                allowed in ("*", origin),
                f"* or {origin}",
                allowed or "none",
                "Access-Control-Allow-Origin",
            )

    return check


def no_credentials_for_foreign_origins(claim: str) -> Check:
    """A foreign Origin is never echoed together with Access-Control-Allow-Credentials: true."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        origin = exchange.request.headers.get("origin")
        if origin is None or _is_of_the_house(origin, exchange.request.url):
            return
        fields = exchange.response.headers
        echoed = fields.get("access-control-allow-origin", "") == origin
        opened = fields.get("access-control-allow-credentials", "").strip().lower() == "true"
        found = f"{origin} echoed" if echoed else "the origin not echoed"
        yield Finding(claim, not (echoed and opened), "not both at once", f"{found}, credentials {opened}")

    return check


def _is_of_the_house(origin: str, url: str) -> bool:
    """Whether both belong to one site, as far as their last two labels tell."""
    try:
        hosts = [urlsplit(one).hostname or "" for one in (origin, url)]
    except ValueError:
        return False
    return hosts[0].split(".")[-2:] == hosts[1].split(".")[-2:]
