"""Response mutants: a conforming response with one documented constraint violated in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tuningfork.contract.document import Node, join_pointer
from tuningfork.contract.openapi import DocumentedResponse, Operation
from tuningfork.contract.schema import Schema
from tuningfork.model import Exchange, Headers

KeyPath = tuple[str | int, ...]
"""The keys from the whole body to a part of it."""
Parts = dict[KeyPath, Node]
"""The documented parts of a body by their paths, each with its schema."""
Change = tuple[str, str, Exchange]
"""The location and the kind of a mutant, and the changed exchange."""

REMOVED = object()
"""Marks, as a new value, that the property is removed."""
WRONG_TYPE_VALUES: tuple[tuple[type, Any], ...] = (
    (bool, "odd"), (str, 7), (int, "odd"), (float, "odd"), (list, {"odd": 1}), (dict, ["odd"])
)  # fmt: skip
EMPTY_VALUES: tuple[tuple[type, Any], ...] = ((str, ""), (list, []), (dict, {}))
MUTANT_STATUSES = {2: (299, 404, 500), 3: (200, 399, 500), 4: (200, 499, 500), 5: (200, 404, 599)}
"""The statuses that replace a status, by its first digit."""
MUTANT_MEDIA_TYPES = ("text/plain", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A recorded exchange with one change in its response.

    Args:
        operation: the operation's key, like "GET /me".
        status: the status before the change.
        location: "status", the name of a header, or a JSON pointer into the body in which `*` is any index.
        kind: "dropped", "retyped", "emptied", "out of enum" or "changed to …".
        exchange: the exchange after the change.
    """

    operation: str
    status: int
    location: str
    kind: str
    exchange: Exchange


def make_mutants(exchange: Exchange, operation: Operation) -> Iterator[Mutant]:
    """Yield all mutants of a response; yield nothing if its status is not documented."""
    documented = operation.response(exchange.response.status)
    if documented is None:
        return
    for location, kind, changed_exchange in (
        *_status_changes(exchange),
        *_header_changes(exchange, documented),
        *_body_changes(exchange, documented),
    ):
        yield Mutant(operation.key, exchange.response.status, location, kind, changed_exchange)


def _status_changes(exchange: Exchange) -> Iterator[Change]:
    """Yield an exchange for each status in MUTANT_STATUSES that replaces the status of the response."""
    for status in MUTANT_STATUSES.get(exchange.response.status // 100, ()):
        yield "status", f"changed to {status}", _with(exchange, status=status)


def _header_changes(exchange: Exchange, documented: DocumentedResponse) -> Iterator[Change]:
    """Yield an exchange for each changed, removed and emptied documented header."""
    if exchange.response.body:
        for media_type in MUTANT_MEDIA_TYPES:
            yield (
                "Content-Type",
                f"changed to {media_type}",
                _with_header(exchange, "Content-Type", media_type),
            )
        yield "Content-Type", "dropped", _with_header(exchange, "Content-Type", None)
    for header in documented.headers:
        if header.name in exchange.response.headers:
            yield header.name, "dropped", _with_header(exchange, header.name, None)
            yield header.name, "emptied", _with_header(exchange, header.name, "")


def _body_changes(exchange: Exchange, documented: DocumentedResponse) -> Iterator[Change]:
    """Yield an exchange for each changed, removed and emptied documented part of a JSON body."""
    schema = documented.schema_for(exchange.response.media_type)
    if schema is None or "json" not in exchange.response.media_type:
        return
    body = exchange.response.json()
    for path, node in documented_parts(schema, body).items():
        for kind, value in _new_values(path, _value_at(body, path), node):
            changed_body = json.dumps(_replaced(body, path, value)).encode()
            yield _location(path), kind, _with(exchange, body=changed_body)


def _new_values(path: KeyPath, value: Any, node: Node) -> Iterator[tuple[str, Any]]:
    """Yield the kind of each change of a value, and the new value."""
    if path and isinstance(path[-1], str):
        yield "dropped", REMOVED
    wrong = next((wrong for kind, wrong in WRONG_TYPE_VALUES if isinstance(value, kind)), None)
    if wrong is not None:
        yield "retyped", wrong
    empty = next((empty for kind, empty in EMPTY_VALUES if isinstance(value, kind)), None)
    if empty is not None and value != empty:
        yield "emptied", empty
    if isinstance(value, str) and _has_enum(node):
        yield "out of enum", f"{value} odd"


def documented_parts(schema: Schema, value: Any) -> Parts:
    """Return the parts of a value that a schema describes.

    Of the parts whose paths differ only in list indexes, the last one is returned.
    """
    parts: dict[str, tuple[KeyPath, Node]] = {}
    for path, node in _iter_parts(schema, schema.node, value, ()):
        parts[_location(path)] = (path, node)
    return dict(parts.values())


def minimize(schema: Schema, value: Any) -> Any:
    """Return a value without the list items that contain none of its `documented_parts`.

    A list in which no item contains a documented part is unchanged.
    """
    used = {path[:end] for path in documented_parts(schema, value) for end in range(1, len(path) + 1)}
    return _keep_used_items(value, (), used)


def _keep_used_items(value: Any, path: KeyPath, used: set[KeyPath]) -> Any:
    """Return the value at `path` without the list items whose paths are not in `used`."""
    if isinstance(value, dict):
        return {name: _keep_used_items(inner, (*path, name), used) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    items = [(index, item) for index, item in enumerate(value) if (*path, index) in used]
    return [_keep_used_items(item, (*path, index), used) for index, item in items] or value


def _iter_parts(root: Schema, node: Node, value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Node]]:
    """Yield the path and schema of each documented part of a body, from `value` down.

    Args:
        root: the schema of the whole body.
        node: the schema of `value`.
        value: a part of the body.
        path: the keys from the whole body to `value`.
    """
    node = node.resolve()
    yield path, node
    for subschema in (*_elements(node, "allOf"), *_valid_alternatives(root, node, value)):
        yield from _iter_parts(root, subschema, value, path)
    if isinstance(value, dict):
        properties = node.get("properties")
        for name, inner in properties.items() if properties else ():
            if name in value:
                yield from _iter_parts(root, inner, value[name], (*path, name))
    items = node.get("items")
    if isinstance(value, list) and items is not None:
        for index, item in enumerate(value):
            yield from _iter_parts(root, items, item, (*path, index))


def _valid_alternatives(root: Schema, node: Node, value: Any) -> Iterator[Node]:
    """Yield the alternatives (oneOf, anyOf) that a value conforms to."""
    for keyword in ("oneOf", "anyOf"):
        for alternative in _elements(node, keyword):
            if replace(root, node=alternative).is_valid(value):
                yield alternative


def _elements(node: Node, keyword: str) -> Iterator[Node]:
    """Return the schemas in the list under a keyword; empty if the keyword is missing."""
    inner = node.get(keyword)
    return inner.elements() if inner is not None else iter(())


def _has_enum(node: Node) -> bool:
    return isinstance(node.value, dict) and bool({"enum", "const"} & node.value.keys())


def _value_at(value: Any, path: KeyPath) -> Any:
    """Return the part of a body at the end of a path of keys."""
    for key in path:
        value = value[key]
    return value


def _replaced(value: Any, path: KeyPath, new: Any) -> Any:
    """Return a copy of a value with a new part at `path`; unchanged parts are shared with the original."""
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and new is REMOVED:
        del copy[path[0]]
    else:
        copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def _location(path: KeyPath) -> str:
    """Return a JSON pointer with `*` instead of each index; "/" for the whole body."""
    return join_pointer("*" if isinstance(key, int) else key for key in path) or "/"


def _with(exchange: Exchange, **changes: Any) -> Exchange:
    return replace(exchange, response=replace(exchange.response, **changes))


def _with_header(exchange: Exchange, name: str, value: str | None) -> Exchange:
    """Return an exchange whose response has one new value of a header, or no such header for None."""
    others = [pair for pair in exchange.response.headers.pairs if pair[0].lower() != name.lower()]
    return _with(exchange, headers=Headers([*others, *([(name, value)] if value is not None else [])]))
