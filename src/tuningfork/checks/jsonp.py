"""JSONP: a response that calls a JavaScript function of the client with the JSON body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tuningfork.checks.base import Check, Scope, has_body
from tuningfork.checks.json_body import strip_jsonp
from tuningfork.contract.messages import repr_short
from tuningfork.contract.openapi import Operation
from tuningfork.json_text import show_body, to_json
from tuningfork.model import Exchange, ExpectationFailed, Finding, Response

NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
NOT_A_NAME = re.compile(r"[\s()<>{};'\"`=+/*,&|!?:\\-]|^\d|^$")
WORDS = (
    "await break case catch class const continue debugger default delete do else enum export extends false"
    " finally for function if import in instanceof let new null return static super switch this throw true"
    " try typeof var void while with yield"
)
RESERVED = frozenset(WORDS.split())
"""Reserved words of JavaScript: they have the form of a name and cannot be called."""

CALLBACK_NAMES = ("f", "_", "$", "$_$", "_1", "jQuery1720_1637", "C" * 60, "alert", "ON")
"""Valid names of callbacks, as JavaScript libraries generate them."""

INVALID_CALLBACKS = (
    "alert(1)//",
    "<script>alert(1)</script>",
    "f;alert(1)",
    "f(",
    "f)(",
    "a b",
    "a-b",
    "1f",
    "/**/f",
    "f\u2028g",
    "f\ng",
    "f\n",
    "f\x00",
    "f'",
    'f"',
    "f=1;f",
    "f`1`",
    "f[alert(1)]",
    "f..g",
    "\\u0066(",
    "<!--",
    "*/alert(1)/*",
)
"""Values of `callback` that would inject code if a server wrote them before the parenthesis."""

SCRIPT_DELIMITERS = ("\u2028\u2029", "</script><!--", "\\'\"", ");alert(1)//", "*/", "é ☃ 𝄞")
"""Texts that would end a line, a string, a call, a comment or a script if JSON did not escape them."""

SCRIPT_TYPES = ("javascript", "ecmascript")
PAGE_TYPES = ("html", "svg")
TAG = re.compile(r"<[a-z!/]", re.IGNORECASE)


def is_callback_name(text: str) -> bool:
    """Return whether JavaScript can call `text`: one identifier, or several joined by dots."""
    return bool(NAME.fullmatch(text)) and RESERVED.isdisjoint(text.split("."))


def has_credentials(exchange: Exchange, operation: Operation | None) -> bool:
    """Return whether the request has an Authorization header."""
    return "authorization" in exchange.request.headers


def calls_callback(claim: str, parameter: str = "callback", applies: Scope = has_credentials) -> Check:
    """Check that a 200 to a GET with a valid callback is JavaScript that calls the callback with the JSON.

    Args:
        claim: the claim that a violation breaks.
        parameter: the query parameter with the name of the callback.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the operation is documented to return JSON and must call the callback."""
        name = _callback(exchange, parameter)
        request, response = exchange.request, exchange.response
        must_call = name is not None and _must_call(name, exchange) and applies(exchange, operation)
        if operation is None or request.method != "GET" or not must_call or response.status != 200:
            return
        if any("json" in media_type for media_type in _documented_types(operation)):
            call = strip_jsonp(response.text)
            holds = call is not None and call[0] == name and "javascript" in response.media_type
            found = f"{response.media_type}, {repr_short(response.text)}"
            yield Finding(claim, holds, f"JavaScript that calls {name} with the JSON", found)

    return check


def no_script_injection(claim: str, parameter: str = "callback") -> Check:
    """Check that a callback that is not a JavaScript name is executable in no response.

    Args:
        claim: the claim that a violation breaks.
        parameter: the query parameter with the name of the callback.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the request has an invalid callback and the response may have a body."""
        name = _callback(exchange, parameter)
        if not name or not NOT_A_NAME.search(name) or not has_body(exchange, operation):
            return
        response = exchange.response
        holds = not is_executable(response, name)
        yield Finding(claim, holds, f"no script with {repr_short(name)}", repr_short(response.text))

    return check


def expect_call(exchange: Exchange, name: str) -> Any:
    """Return the JSON value that the response passes to the function `name`.

    Raises:
        ExpectationFailed: the response is not a 200, not JavaScript, or not a call of `name` with JSON.
    """
    response, url = exchange.response, exchange.request.url
    if response.status != 200:
        raise ExpectationFailed("200", f"{response.status} at {url}")
    if "javascript" not in response.media_type:
        raise ExpectationFailed(
            "a media type of JavaScript", f"{response.media_type or 'no Content-Type'} at {url}"
        )
    call = strip_jsonp(response.text)
    if call is None or call[0] != name:
        raise ExpectationFailed(f"a call of {name} with the JSON", f"{show_body(response.text)} at {url}")
    return call[1]


def expect_no_script(exchange: Exchange, name: str) -> None:
    """Expect that the server refuses the invalid callback `name` or ignores it.

    Plain JSON, a redirect and any 4xx are allowed.

    Raises:
        ExpectationFailed: a browser could execute `name`, a 200 is not JSON, or the status is 1xx, 5xx or
            another 2xx.
    """
    response = exchange.response
    media_type, text = response.media_type, response.text
    if is_executable(response, name):
        raise ExpectationFailed(f"{to_json(name)} refused or ignored", f"{media_type} with {show_body(text)}")
    if response.status == 200 and not _is_json(response):
        raise ExpectationFailed("JSON", f"{media_type} with {show_body(text)}")
    if not (response.status == 200 or 300 <= response.status < 500):
        raise ExpectationFailed("200, a redirect or a 4xx", str(response))


def is_executable(response: Response, name: str) -> bool:
    """Return whether a browser could execute the callback `name`, which is not a valid name.

    `name` is executable if the body calls it, if a script contains it, or if a page contains it as a tag.
    A page may quote a text without a tag ("a b"), and "<!--" may be a comment of the page itself.
    """
    media_type, text = response.media_type, response.text
    is_called = text.lstrip().removeprefix("/**/").lstrip().startswith(f"{name}(")
    is_script = any(kind in media_type for kind in SCRIPT_TYPES)
    is_page = not media_type or any(kind in media_type for kind in PAGE_TYPES)
    is_tag = name != "<!--" and TAG.search(name) is not None
    return is_called or ((is_script or (is_page and is_tag)) and name in text)


def _is_json(response: Response) -> bool:
    """Return whether the body of a response is JSON."""
    try:
        response.json()
    except ValueError:
        return False
    return True


def _must_call(name: str, exchange: Exchange) -> bool:
    """Return whether the response must call `name`; a server may ignore a name with dots and send JSON."""
    is_ignored = "." in name and "json" in exchange.response.media_type
    return is_callback_name(name) and not is_ignored


def _callback(exchange: Exchange, parameter: str) -> str | None:
    """Return the only value of the query parameter; None if it is missing or repeated."""
    values = [value for name, value in exchange.request.query if name == parameter]
    return values[0] if len(values) == 1 else None


def _documented_types(operation: Operation) -> tuple[str, ...]:
    """Return the documented media types of a 200; empty if no 200 is documented."""
    documented = operation.response(200)
    return documented.media_types if documented else ()
