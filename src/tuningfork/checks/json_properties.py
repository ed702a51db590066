"""Checks of the properties of a JSON response body: in envelopes, errors and token responses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.json_body import json_objects, json_values
from tuningfork.contract.messages import MAX_VALUE_CHARS, repr_short, shortened
from tuningfork.contract.openapi import Operation
from tuningfork.json_text import show_body
from tuningfork.model import Exchange, Finding

Test = Callable[[Any, Exchange], bool]
"""Returns whether the value of a property is correct in an exchange."""


def json_body_required(claim: str, applies: Scope) -> Check:
    """Check that the body is JSON and has a Content-Type of JSON or JavaScript."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and HTTP allows the response a body."""
        if applies(exchange, operation) and has_body(exchange, operation):
            holds = bool(json_values(exchange)) and _has_json_type(exchange)
            yield Finding(claim, holds, "a JSON body", "" if holds else describe_body(exchange))

    return check


def require_properties(claim: str, names: tuple[str, ...], applies: Scope) -> Check:
    """Check that the body is a JSON object that has all these properties."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and HTTP allows the response a body."""
        if not applies(exchange, operation) or not has_body(exchange, operation):
            return
        expected = f"a JSON object with {', '.join(names)}"
        bodies = json_objects(exchange) if _has_json_type(exchange) else ()
        for body in bodies:
            missing = [name for name in names if name not in body]
            found = f"no {', '.join(missing)}" if missing else "all properties"
            yield Finding(claim, not missing, expected, found)
        if not bodies:
            yield Finding(claim, False, expected, describe_body(exchange))

    return check


def require_property(claim: str, name: str, expected: str, test: Test, applies: Scope) -> Check:
    """Check that the value of a property passes `test`, if the body is a JSON object that has the property.

    Args:
        claim: the claim that a violation breaks.
        name: the name of the property.
        expected: what `test` requires, as a phrase.
        test: returns whether the value is correct.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and the body is a JSON object with the property."""
        if applies(exchange, operation):
            for body in json_objects(exchange):
                if name in body:
                    value = body[name]
                    yield Finding(claim, test(value, exchange), expected, repr_short(value), f"/{name}")

    return check


def describe_body(exchange: Exchange) -> str:
    """Return the media type and the start of the body, for a message."""
    response = exchange.response
    if not response.body:
        return "an empty body"
    body = show_body(response.text[: 2 * MAX_VALUE_CHARS])
    return f"{response.media_type or 'no Content-Type'} with {shortened(body)}"


def describe_property(body: Mapping[str, Any], name: str) -> str:
    """Return the name and the value of a property, for a message; "no NAME" without it."""
    return f"{name}: {repr_short(body[name])}" if name in body else f"no {name}"


def is_status(value: Any, exchange: Exchange) -> bool:
    """Return whether a value is the HTTP status as an integer."""
    return value == exchange.response.status and not isinstance(value, bool)


def starts_with_status(value: Any, exchange: Exchange) -> bool:
    """Return whether a value is a string that starts with the HTTP status as a word."""
    status = str(exchange.response.status)
    return (
        isinstance(value, str)
        and value.startswith(status)
        and not value[len(status) : len(status) + 1].isalnum()
    )


def is_text(value: Any, exchange: Exchange) -> bool:
    """Return whether a value is a string, which may be empty."""
    return isinstance(value, str)


def is_text_or_null(value: Any, exchange: Exchange) -> bool:
    """Return whether a value is a string or null."""
    return value is None or isinstance(value, str)


def _has_json_type(exchange: Exchange) -> bool:
    return "json" in exchange.response.media_type or "javascript" in exchange.response.media_type
