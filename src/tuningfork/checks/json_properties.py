"""Members of the JSON object that an answer is: envelopes, errors, tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Test = Callable[[Any, Exchange], bool]
"""Whether a member's value is right in this exchange."""


def json_body_required(claim: str, applies: Scope) -> Check:
    """The body is JSON, and its content type says so."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if applies(exchange, operation) and has_body(exchange, operation):
            holds = bool(json_values(exchange)) and _says_json(exchange)
            yield Finding(claim, holds, "a JSON body", describe_body(exchange))

    return check


def require_properties(claim: str, names: tuple[str, ...], applies: Scope) -> Check:
    """The body is a JSON object with all these members."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if not applies(exchange, operation) or not has_body(exchange, operation):
            return
        expected = f"a JSON object with {', '.join(names)}"
        bodies = json_objects(exchange) if _says_json(exchange) else ()
        for body in bodies:
            missing = [name for name in names if name not in body]
            yield Finding(
                claim, not missing, expected, f"no {', '.join(missing)}" if missing else "all of them"
            )
        if not bodies:
            yield Finding(claim, False, expected, describe_body(exchange))

    return check


def require_property(claim: str, name: str, expected: str, test: Test, applies: Scope) -> Check:
    """A member, where the body has it, is as expected."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if applies(exchange, operation):
            for body in json_objects(exchange):
                if name in body:
                    value = body[name]
                    yield Finding(claim, test(value, exchange), expected, repr_short(value), f"/{name}")

    return check


def _says_json(exchange: Exchange) -> bool:
    return "json" in exchange.response.media_type or "javascript" in exchange.response.media_type


def describe_body(exchange: Exchange) -> str:
    """What the body is instead, in a phrase."""
    response = exchange.response
    if not response.body:
        return "an empty body"
    return f"{response.media_type or 'no content type'}, {repr_short(response.text)}"


def is_status(value: Any, exchange: Exchange) -> bool:
    """The integer of the HTTP status."""
    return value == exchange.response.status and not isinstance(value, bool)


def starts_with_status(value: Any, exchange: Exchange) -> bool:
    """A text that begins with the HTTP status, as a word."""
    status = str(exchange.response.status)
    return (
        isinstance(value, str)
        and value.startswith(status)
        and not value[len(status) : len(status) + 1].isalnum()
    )


def is_text(value: Any, exchange: Exchange) -> bool:
    """A text, which may be empty."""
    return isinstance(value, str)


def is_text_or_null(value: Any, exchange: Exchange) -> bool:
    """A text or null."""
    return value is None or isinstance(value, str)
