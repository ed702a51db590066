"""JSON-P: an answer as a call of the caller's function."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.callbacks import is_echoed
from tuningfork.checks.json_body import unwrapped
from tuningfork.contract.messages import shown
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
NO_NAME = re.compile(r"[\s()<>{};'\"`=+/*,&|!?:\\-]|^\d|^$")
WORDS = (
    "await break case catch class const continue debugger default delete do else enum export extends false"
    " finally for function if import in instanceof let new null return static super switch this throw true"
    " try typeof var void while with yield"
)
RESERVED = frozenset(WORDS.split())
"""Words that look like names and are none."""


def is_name(text: str) -> bool:
    """Whether a text is a name that JavaScript can call; dots may join several."""
    return bool(NAME.fullmatch(text)) and RESERVED.isdisjoint(text.split("."))


def has_credentials(exchange: Exchange, operation: Operation | None) -> bool:
    """A request with an Authorization field."""
    return "authorization" in exchange.request.headers


def wrapped(claim: str, parameter: str = "callback", applies: Scope = has_credentials) -> Check:
    """A 200 to a GET with a callback is JSON in a call of it, and says that it is JavaScript."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        name = _callback(exchange, parameter)
        request, response = exchange.request, exchange.response
        asked = name is not None and _may_be_called(name, exchange) and applies(exchange, operation)
        if operation is None or request.method != "GET" or not asked or response.status != 200:
            return
        if any("json" in key for key in _documented(operation)):
            call = unwrapped(response.text)
            holds = call is not None and call[0] == name and "javascript" in response.media_type
            found = f"{response.media_type}, {shown(response.text)}"
            yield Finding(claim, holds, f"JavaScript that calls {name} with the JSON", found)

    return check


def never_a_script(claim: str, parameter: str = "callback") -> Check:
    """A callback that is no JavaScript name is refused or ignored: no script and no page has it."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        name = _callback(exchange, parameter)
        if not name or not NO_NAME.search(name) or not has_body(exchange, operation):
            return
        response = exchange.response
        holds = not is_echoed(response, name)
        yield Finding(claim, holds, f"no script with {shown(name)}", shown(response.text))

    return check


def _may_be_called(name: str, exchange: Exchange) -> bool:
    """Whether this is a name; one with dots is none for some, who then answer as without it."""
    is_passed_over = "." in name and "json" in exchange.response.media_type
    return is_name(name) and not is_passed_over


def _callback(exchange: Exchange, parameter: str) -> str | None:
    """The one value of the parameter; None where there is none, or several."""
    values = [value for name, value in exchange.request.query if name == parameter]
    return values[0] if len(values) == 1 else None


def _documented(operation: Operation) -> tuple[str, ...]:
    documented = operation.response(200)
    return documented.media_types if documented else ()
