"""Callbacks of JSON-P: names that any page may have, what is none, and what an answer to either must be."""

from __future__ import annotations

import re
from typing import Any

from tuningfork.checks.json_body import unwrapped
from tuningfork.model import Exchange, Response, Unmet

NAMES = ("f", "_", "$", "$_$", "_1", "jQuery1720_1637", "C" * 60, "alert", "ON")
"""Names of functions, as libraries make them up."""

NO_NAMES = (
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
"""What would do something else than call a function, if it stood before the parenthesis."""

ODD_DATA = ("\u2028\u2029", "</script><!--", "\\'\"", ");alert(1)//", "*/", "é ☃ 𝄞")
"""What would end a line, a string, a call, a comment or a script in JavaScript; as data it is only text."""

SCRIPTS = ("javascript", "ecmascript")
PAGES = ("html", "svg")
TAG = re.compile(r"<[a-z!/]", re.IGNORECASE)


def argument(exchange: Exchange, name: str) -> Any:
    """The JSON value that a 200 calls this function with; Unmet if it is no such call, or no JavaScript."""
    response, place = exchange.response, exchange.request.url
    if response.status != 200:
        raise Unmet("200", f"{response.status} at {place}")
    if "javascript" not in response.media_type:
        raise Unmet("a media type of JavaScript", f"{response.media_type or 'none'} at {place}")
    call = unwrapped(response.text)
    if call is None or call[0] != name:
        raise Unmet(f"a call of {name} with the JSON", f"{response.text!r} at {place}")
    return call[1]


def is_no_script(exchange: Exchange, name: str) -> None:
    """Unmet unless a callback that is no name is refused, or ignored: JSON as without it, or a redirect."""
    response = exchange.response
    kind, shown = response.media_type, response.text
    if is_echoed(response, name):
        raise Unmet(f"{name!r} refused or ignored", f"{kind} with {shown!r}")
    if response.status == 200 and not _is_json(exchange):
        raise Unmet("JSON", f"{kind} with {shown!r}")
    if not (response.status == 200 or 300 <= response.status < 500):
        raise Unmet("200, a redirect or a 4xx", f"{response.status} with {shown!r}")


def is_echoed(response: Response, name: str) -> bool:
    """Whether a text is called, stands anywhere in a script, or as a tag in what may be taken for a page.

    A page that refuses "a b" may well say that it is a bad request; a comment may be its own.
    """
    kind, text = response.media_type, response.text
    is_called = text.lstrip().removeprefix("/**/").lstrip().startswith(f"{name}(")
    runs = any(script in kind for script in SCRIPTS)
    shows = (not kind or any(page in kind for page in PAGES)) and name != "<!--" and TAG.search(name)
    return is_called or (bool(runs or shows) and name in text)


def _is_json(exchange: Exchange) -> bool:
    try:
        exchange.response.json()
    except ValueError:
        return False
    return True
