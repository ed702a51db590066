"""The body of an answer as JSON, out of the call of a JSON-P answer too."""

from __future__ import annotations

import functools
import re
from typing import Any

from tuningfork.checks.base import has_body
from tuningfork.json_text import read_json
from tuningfork.model import Exchange

CALL = re.compile(r"\s*+(?:/\*\*/)?+\s*+([^\s()]++)\s*+\((.*)\)\s*+;?\s*+", re.DOTALL)


def documents(exchange: Exchange) -> tuple[Any, ...]:
    """The JSON value of the body: one, or none where it has none."""
    if not has_body(exchange, None):
        return ()
    found = _parsed(exchange.response.body)
    if not found and any(name == "callback" for name, _ in exchange.request.query):
        call = unwrapped(exchange.response.text)
        return (call[1],) if call else ()
    return found


def objects(exchange: Exchange) -> tuple[dict[str, Any], ...]:
    """The JSON object of the body: one, or none where it has none."""
    return tuple(value for value in documents(exchange) if isinstance(value, dict))


def unwrapped(script: str) -> tuple[str, Any] | None:
    """The name and the argument of a JavaScript call with one JSON value; None if the text is none."""
    call = CALL.fullmatch(script)
    found = _parsed(call[2].encode()) if call else ()
    return (call[1], found[0]) if call and found else None


@functools.lru_cache(maxsize=16)
def _parsed(body: bytes) -> tuple[Any, ...]:
    """Kept for the checks that follow each other on one answer; they only read it."""
    try:
        return (read_json(body),)
    except ValueError:
        return ()
