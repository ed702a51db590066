"""Records which documented parts of each operation the exchanges of a process have."""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuningfork.checks.json_body import json_values
from tuningfork.checks.parameters import parameters
from tuningfork.contract.documented_parts import (
    ITEMS,
    PropertyTree,
    body_tree,
    parameter_names,
    response_tree,
)
from tuningfork.contract.operation import Operation, find_media_range
from tuningfork.json_text import read_json
from tuningfork.model import Exchange, Request


@dataclass(slots=True)
class _Unseen:
    """What no exchange of an operation has had so far; it shrinks, so later exchanges cost less.

    Args:
        parameters: location and name of parameters, by their names for people.
        body: properties of the JSON request body.
        responses: properties of the JSON responses by documented status.
    """

    parameters: dict[str, tuple[str, str]]
    body: PropertyTree
    responses: dict[str, PropertyTree] = field(default_factory=dict)


class OperationCoverage:
    """The names of the documented parts that exchanges had, by operation key; see `DocumentedParts`.

    The status of a response is also among the names, as documented: "4XX".
    """

    def __init__(self) -> None:
        self.observed: dict[str, set[str]] = defaultdict(set)
        self._unseen: dict[str, _Unseen] = {}
        self._lock = threading.Lock()

    def add(self, exchange: Exchange, operation: Operation) -> None:
        """Add the documented parts that an exchange of an operation has."""
        with self._lock:
            unseen = self._unseen.get(operation.key)
            if unseen is None:
                unseen = _Unseen(parameter_names(operation), body_tree(operation))
                self._unseen[operation.key] = unseen
            observed = self.observed[operation.key]
            _add_request(exchange.request, operation, unseen, observed)
            _add_response(exchange, operation, unseen, observed)


def _add_request(request: Request, operation: Operation, unseen: _Unseen, observed: set[str]) -> None:
    """Add the parameters, the media type and the JSON properties of a request."""
    if unseen.parameters:
        found = [name for name, each in unseen.parameters.items() if _has_parameter(request, *each)]
        for name in found:
            del unseen.parameters[name]
        observed.update(found)
    if request.body:
        media_type = request.headers.get("content-type", "")
        if (media_range := find_media_range(media_type, operation.request_schemas)) is not None:
            observed.add(f"request {media_range}")
        if unseen.body.children and "json" in media_type:
            _add_properties(request.body, unseen.body, observed)


def _has_parameter(request: Request, location: str, name: str) -> bool:
    """Return whether a request has a parameter; an object in a query is `name[key]=value`."""
    match location:
        case "query":
            return any(each == name or each.startswith(f"{name}[") for each, _ in request.query)
        case "header":
            return name in request.headers
        case "cookie":
            return f"{name}=" in request.headers.get("cookie", "")
        case "form":
            fields = parameters(request)[len(request.query) :]
            return f'name="{name}"'.encode() in request.body or any(each == name for each, _ in fields)
    return True  # a parameter of the path


def _add_response(exchange: Exchange, operation: Operation, unseen: _Unseen, observed: set[str]) -> None:
    """Add the status, the media type and the JSON properties of a response."""
    documented = operation.response(exchange.response.status)
    if documented is None:
        return
    status, media_type = documented.status, exchange.response.media_type
    observed.add(status)
    if not exchange.response.body:
        return
    if (media_range := find_media_range(media_type, documented.schemas)) is not None:
        observed.add(f"{status} {media_range}")
    tree = unseen.responses.get(status)
    if tree is None:
        tree = unseen.responses[status] = response_tree(documented)
    if tree.children and ("json" in media_type or "javascript" in media_type):
        _take_observed(json_values(exchange), tree, observed)


def _add_properties(body: bytes, tree: PropertyTree, observed: set[str]) -> None:
    """Add the properties of a JSON request body; a body that is not JSON has none."""
    with contextlib.suppress(ValueError):
        _take_observed([read_json(body)], tree, observed)


def _take_observed(values: Sequence[Any], tree: PropertyTree, observed: set[str]) -> None:
    """Add the documented properties that values have; remove from the tree what has nothing unseen below.

    Args:
        values: the values of one part of a document, such as all items of a list.
        tree: the documented properties of these values.
        observed: the names to which those of the properties are added.
    """
    for name, inner in _found(values, tree.children):
        child = tree.children[name]
        observed.add(child.name)
        if child.children:
            _take_observed(inner, child, observed)
        if not child.children:
            del tree.children[name]


def _found(
    values: Sequence[Any], documented: Mapping[str | None, PropertyTree]
) -> list[tuple[str | None, list[Any]]]:
    """Return the documented properties that some values have, each with its values, and their items."""
    names = documented.keys()
    objects = [each for each in values if isinstance(each, dict) and not names.isdisjoint(each.keys())]
    found = [(name, [each[name] for each in objects if name in each]) for name in names if objects]
    if ITEMS in names:
        found.append((ITEMS, [item for each in values if isinstance(each, list) for item in each]))
    return [(name, inner) for name, inner in found if inner]
