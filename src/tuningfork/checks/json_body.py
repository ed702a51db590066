"""Parses the JSON body of a response, also if it is the argument of a JSONP call."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tuningfork.checks.base import has_body
from tuningfork.checks.body_cache import remember_recent
from tuningfork.json_text import read_json
from tuningfork.model import Exchange

JSONP_CALL = re.compile(r"\s*+(?:/\*\*/)?+\s*+([^\s()]++)\s*+\((.*)\)\s*+;?\s*+", re.DOTALL)


def json_values(exchange: Exchange) -> tuple[Any, ...]:
    """Return the JSON value of the body as a tuple of one; empty if the body is not JSON."""
    if not has_body(exchange, None):
        return ()
    values = _parse(exchange.response.body)
    if not values and any(name == "callback" for name, _ in exchange.request.query):
        call = strip_jsonp(exchange.response.text)
        return (call[1],) if call else ()
    return values


def json_digest(exchange: Exchange) -> tuple[bytes, bool, bool]:
    """Return what `json_values` depends on.

    This is a hash of the body, whether HTTP allows a body, and whether it may be the argument of a call.
    """
    is_call = any(name == "callback" for name, _ in exchange.request.query)
    return _digest(exchange.response.body), has_body(exchange, None), is_call


@remember_recent
def _digest(body: bytes) -> bytes:
    """Return a hash of a body."""
    return hashlib.sha256(body).digest()  # processors have instructions for it


def json_objects(exchange: Exchange) -> tuple[dict[str, Any], ...]:
    """Return the JSON object of the body as a tuple of one; empty if the body is not a JSON object."""
    return tuple(value for value in json_values(exchange) if isinstance(value, dict))


def strip_jsonp(script: str) -> tuple[str, Any] | None:
    """Return function name and argument of a JavaScript call with one JSON value; None for other texts."""
    call = JSONP_CALL.fullmatch(script)
    values = _parse(call[2].encode()) if call else ()
    return (call[1], values[0]) if call and values else None


@remember_recent
def _parse(body: bytes) -> tuple[Any, ...]:
    """Return the JSON value as a tuple of one; empty if the body is not JSON."""
    try:
        return (read_json(body),)
    except ValueError:
        return ()
