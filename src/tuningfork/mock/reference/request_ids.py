"""Finds the ids in a request: those of the item and of its parent, wherever an action has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from tuningfork.conventions.resource_keys import Action
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call

ID, PARENT = "{id}", "{parent}"


@dataclass(frozen=True)
class RequestIds:
    """The ids of a request.

    Args:
        item: the id of the item; None for a request about no single item.
        scope: the other ids of the path, the last one being the parent's.
    """

    item: str | None
    scope: tuple[str, ...]


def find_ids(action: Action, call: Call, *, has_item: bool) -> RequestIds:
    """Return the ids of a request.

    Args:
        action: the action that the request is of.
        call: the request.
        has_item: whether the action is about one item; the last parameter of the path is then its id, unless
            another location has `{id}`.
    """
    named = dict(_named_ids(action, call))
    names = re.findall(r"\{([^}]*)\}", action.request.path)
    values = list(zip(names, call.ids.values(), strict=False))
    if has_item and ID not in named and values:
        item = next((pair for pair in values if pair[0] == "id"), values[-1])
        values.remove(item)
        named[ID] = item[1]
    scope = [value for _, value in values]
    if PARENT in named:
        scope.append(named[PARENT])
    return RequestIds(named.get(ID), tuple(scope))


def has_query(action: Action, call: Call) -> bool:
    """Return whether a request has the constant parameters of an action's query."""
    pairs = parse_qsl(action.request.query, keep_blank_values=True)
    return all("{" in value or call.request.args.get(name) == value for name, value in pairs)


def _named_ids(action: Action, call: Call) -> Iterator[tuple[str, str]]:
    """Yield the ids in the query and the body, by their names in braces."""
    for name, value in parse_qsl(action.request.query, keep_blank_values=True):
        if value in (ID, PARENT):
            yield value, call.request.values.get(name, "")
    for pointer, value in (place for body in bodies_of(action) for place in texts_in(body)):
        if value in (ID, PARENT):
            found = places.read(call.body, pointer)
            if found is not None:
                yield value, str(found)


def bodies_of(action: Action) -> list[Any]:
    """Return the declared bodies of an action."""
    return action.body if isinstance(action.body, list) else [action.body]


def texts_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts in a body with their locations."""
    if isinstance(value, str):
        yield pointer, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from texts_in(each, f"{pointer}/{name}")
