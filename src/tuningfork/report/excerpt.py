"""The part of a response that a violation is about, in one line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tuningfork.json_text import read_json
from tuningfork.model import Response

IDENTIFIERS = ("id", "href", "name", "title")
"""Properties that identify an object of a list; the first one that an object has counts."""
ELLIPSIS = "…"
MAX_IDENTIFIERS = 8


def excerpt(response: Response, pointer: str) -> str:
    """Return the header, or the property with the identifier of its object, at `pointer`.

    Args:
        response: the response; secrets in it must have been replaced.
        pointer: a JSON pointer into the body, or the name of a header.

    Returns:
        A text such as '{"id": 17, …, "title": 7, …}'; empty if the response has nothing there.
    """
    if not pointer.startswith("/"):
        return f"{pointer}: {response.headers[pointer]}" if pointer in response.headers else ""
    *parents, name = (_unescape(part) for part in pointer[1:].split("/"))
    try:
        parent = _resolve(read_json(response.body), parents)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(parent, dict):
        return _of_object(parent, name) + ("" if name in parent else f" without {_json(name)}")
    if isinstance(parent, list) and name.isdecimal() and int(name) < len(parent):
        return _json(parent[int(name)])
    return _shown(parent)


def _of_object(parent: dict[str, Any], name: str) -> str:
    """Return the text of an object with one property and its identifier; other properties are left out."""
    shown = [each for each in IDENTIFIERS if each in parent and not isinstance(parent[each], dict | list)][:1]
    names = [each for each in parent if each in (*shown, name)]
    parts: list[str] = []
    for position, each in enumerate(parent):
        if each in names:
            parts.append(f"{_json(each)}: {_shown(parent[each])}")
        elif position == 0 or parts[-1] != ELLIPSIS:
            parts.append(ELLIPSIS)
    return f"{{{', '.join(parts)}}}"


def _shown(value: Any) -> str:
    """Return the text of a value; of a list of objects only their number and their first identifiers."""
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        return _json(value)
    objects = f"{len(value)} object{'s' if len(value) > 1 else ''}"
    name = next((each for each in IDENTIFIERS if each in value[0]), None)
    if name is None:
        return f"[{objects}]"
    shown = ", ".join(_json(each.get(name)) for each in value[:MAX_IDENTIFIERS])
    return f"[{objects}: {name} {shown}{', …' if len(value) > MAX_IDENTIFIERS else ''}]"


def _resolve(value: Any, names: Iterable[str]) -> Any:
    """Return the value below `names`; raise LookupError, TypeError or ValueError if it does not exist."""
    for name in names:
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def _unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
