"""The inputs of a page's forms, whose hidden values are secrets."""

from __future__ import annotations

import re
from functools import partial
from html import unescape

from tuningfork.redaction.locations import Mask
from tuningfork.redaction.secret_names import is_secret_name

PUBLIC_FIELDS = frozenset(
    {"display", "grant_type", "redirect_uri", "response_type", "scope", "state", "utf8"}
)
"""Fields of a consent page that are not secrets."""
_INPUT = re.compile(r"<(?:button|input|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])([\w-]++)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+)""")
_INPUT_VALUE = re.compile(r"""(\s(?:content|value)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)


def hidden_field_names(html: str) -> set[str]:
    """Return the names of a page's hidden form fields, which are secret when the form is sent."""
    names = (_hidden_name(tag[0]) for tag in _INPUT.finditer(html, 0, _end_of_tags(html)))
    return {name for name in names if name is not None and name not in PUBLIC_FIELDS}


def redact_inputs(html: str, mask: Mask) -> str:
    """Return a page with the values of its secret inputs masked."""
    end = _end_of_tags(html)
    return _INPUT.sub(partial(_redact_input, mask), html[:end]) + html[end:]


def _redact_input(mask: Mask, match: re.Match[str]) -> str:
    """Return the match of an input tag with its value masked, if the input is secret (`_hidden_name`)."""
    name = _hidden_name(match[0])
    if name is None or name in PUBLIC_FIELDS:
        return match[0]
    return _INPUT_VALUE.sub(lambda value: f'{value[1]}"{mask(name, _unquoted(value[2]))}"', match[0])


def _end_of_tags(html: str) -> int:
    """Return where the last tag ends; each tag that begins after it would be searched to the end."""
    return html.rfind(">") + 1


def _hidden_name(tag: str) -> str | None:
    """Return the name of an input that is hidden or has a common name of secrets; None for other inputs."""
    attributes = {key.lower(): _unquoted(value) for key, value in _ATTRIBUTE.findall(tag)}
    name = attributes.get("name")
    return name if attributes.get("type", "").lower() == "hidden" or (name and is_secret_name(name)) else None


def _unquoted(value: str) -> str:
    return unescape(value.strip("\"'"))
