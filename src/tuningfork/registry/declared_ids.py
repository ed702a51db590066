"""Ids in the requests of declared actions, and the paths of items that have them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from tuningfork.checks.places import MISSING, find_value
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import Action
from tuningfork.model import Request

PARAMETER = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True)
class RequestedOperation:
    """What a request calls, documented or not.

    Args:
        method: the method.
        path: the path of the request.
        operation_id: always None.
        tags: always empty.
    """

    method: str
    path: str
    operation_id: str | None = None
    tags: tuple[str, ...] = ()


def matches(pattern: OperationPattern, request: Request, path: str) -> bool:
    """Return whether a request is of an operation, with the constant parameters of its query."""
    query = dict(request.query)
    constant = [pair for pair in parse_qsl(pattern.query, keep_blank_values=True) if "{" not in pair[1]]
    return (
        pattern.method in ("*", request.method)
        and path_values(pattern, path) is not None
        and all(query.get(name) == value for name, value in constant)
    )


def matches_path(pattern: OperationPattern, method: str, path: str) -> bool:
    """Return whether a method and a path are those of a pattern; a parameter is one segment of the path."""
    anything = OperationPattern(PARAMETER.sub("*", pattern.text))
    return anything.matches(RequestedOperation(method, path))


def path_values(pattern: OperationPattern, path: str) -> list[tuple[str, str]] | None:
    """Return the names and values of path parameters; None if the path is another one."""
    names = PARAMETER.findall(pattern.path)
    parts = PARAMETER.split(pattern.path)[::2]
    match = re.fullmatch("([^/]+)".join(map(re.escape, parts)) + "/?", path)
    return None if match is None else list(zip(names, map(unquote, match.groups()), strict=True))


def ids_in(action: Action, request: Request, path: str, *, has_item: bool) -> list[str] | None:
    """Return the ids of a request: that of the item, if it is about one, then those of its parents.

    None if the request lacks the id of the item.
    """
    values = path_values(action.request, path) or []
    named = dict(_named_ids(action, request))
    item = named.get("id")
    if has_item and item is None:
        own = next((pair for pair in values if pair[0] == "id"), values[-1] if values else None)
        if own is None:
            return None
        values.remove(own)
        item = own[1]
    parents = [named["parent"]] if "parent" in named else []
    return [*([item] if item is not None else []), *parents, *(value for _, value in reversed(values))]


def fill(pattern: OperationPattern, ids: Sequence[Any]) -> str | None:
    """Return the path and the query of an operation with ids, from the last parameter on.

    None if there are too few of them.
    """
    path, _, query = pattern.text.partition(" ")[2].partition("?")
    names, rest = PARAMETER.findall(path), list(ids)
    values: dict[str, Any] = {}
    if "{id}" in query or "id" in names:
        values["id"] = rest.pop(0) if rest else None
    for name in reversed([name for name in names if name != "id"]):
        values[name] = rest.pop(0) if rest else None
    if None in values.values():
        return None
    filled = PARAMETER.sub(lambda match: quote(str(values.get(match[1], match[0])), safe=""), pattern.text)
    return filled.partition(" ")[2]


def json_body(request: Request) -> Any:
    """Return the body of a request as a JSON value, or as an object of form fields; None without one."""
    if not request.body:
        return None
    try:
        return json.loads(request.body)
    except RecursionError:
        return None
    except ValueError:
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _named_ids(action: Action, request: Request) -> Iterator[tuple[str, str]]:
    """Yield the ids that the query and the body name in braces."""
    query = dict(request.query)
    for name, value in parse_qsl(action.request.query, keep_blank_values=True):
        if value in ("{id}", "{parent}") and name in query:
            yield value.strip("{}"), query[name]
    body = json_body(request) if action.body is not None else None
    for pointer, value in _texts(action.body):
        found = find_value(body, pointer)
        if value in ("{id}", "{parent}") and found is not MISSING:
            yield value.strip("{}"), str(found)


def _texts(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a declared body by their pointers."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, f"{pointer}/{name}")
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, pointer)
