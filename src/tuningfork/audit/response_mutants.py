"""Mutants of answers: each thing that the document says of an answer, changed in one that is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tuningfork.contract.document import Node, join_pointer
from tuningfork.contract.openapi import DocumentedResponse, Operation
from tuningfork.contract.schema import Schema
from tuningfork.model import Exchange, Headers

Path = tuple[str | int, ...]
Parts = dict[Path, Node]
"""The documented parts of one body, by the way to them, each with its schema."""

REMOVED = object()
WRONG_TYPE_VALUES: tuple[tuple[type, Any], ...] = (
    (bool, "odd"), (str, 7), (int, "odd"), (float, "odd"), (list, {"odd": 1}), (dict, ["odd"])
)  # fmt: skip
EMPTY_VALUES: tuple[tuple[type, Any], ...] = ((str, ""), (list, []), (dict, {}))
MUTANT_STATUSES = {2: (299, 404, 500), 3: (200, 399, 500), 4: (200, 499, 500), 5: (200, 404, 599)}
MUTANT_MEDIA_TYPES = ("text/plain", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Mutant:
    """An answer with one change.

    Args:
        operation: that answered, like "GET /me".
        status: of the answer before the change.
        place: "status", a header field, or a JSON pointer into the body, `*` standing for any index.
        kind: dropped, retyped, emptied, out of enum, changed.
        exchange: with the change.
    """

    operation: str
    status: int
    place: str
    kind: str
    exchange: Exchange


def make_mutants(exchange: Exchange, operation: Operation) -> Iterator[Mutant]:
    """Every mutant of one answer; none where the document does not describe it."""
    documented = operation.response(exchange.response.status)
    if documented is None:
        return
    for place, kind, changed in (
        *_of_status(exchange),
        *_of_fields(exchange, documented),
        *_of_body(exchange, documented),
    ):
        yield Mutant(operation.key, exchange.response.status, place, kind, changed)


Changes = Iterator[tuple[str, str, Exchange]]


def _of_status(exchange: Exchange) -> Changes:
    status = exchange.response.status
    for odd in MUTANT_STATUSES.get(status // 100, ()):
        yield "status", f"changed to {odd}", _with(exchange, status=odd)


def _of_fields(exchange: Exchange, documented: DocumentedResponse) -> Changes:
    if exchange.response.body:
        for odd in MUTANT_MEDIA_TYPES:
            yield "Content-Type", f"changed to {odd}", _with_field(exchange, "Content-Type", odd)
        yield "Content-Type", "dropped", _with_field(exchange, "Content-Type", None)
    for field in documented.headers:
        if field.name in exchange.response.headers:
            yield field.name, "dropped", _with_field(exchange, field.name, None)
            yield field.name, "emptied", _with_field(exchange, field.name, "")


def _of_body(exchange: Exchange, documented: DocumentedResponse) -> Changes:
    schema = documented.schema_for(exchange.response.media_type)
    if schema is None or "json" not in exchange.response.media_type:
        return
    body = exchange.response.json()
    for path, node in parts(schema, body).items():
        for kind, value in _changes(path, _at(body, path), node):
            changed = json.dumps(_put(body, path, value)).encode()
            yield _shown(path), kind, _with(exchange, body=changed)


def _changes(path: Path, value: Any, node: Node) -> Iterator[tuple[str, Any]]:
    if path and isinstance(path[-1], str):
        yield "dropped", REMOVED
    odd = next((odd for kind, odd in WRONG_TYPE_VALUES if isinstance(value, kind)), None)
    if odd is not None:
        yield "retyped", odd
    empty = next((empty for kind, empty in EMPTY_VALUES if isinstance(value, kind)), None)
    if empty is not None and value != empty:
        yield "emptied", empty
    if isinstance(value, str) and _is_closed(node):
        yield "out of enum", f"{value} odd"


def parts(schema: Schema, value: Any) -> Parts:
    """The parts of a value that a schema describes; of a list's items the last that has each."""
    found: dict[str, tuple[Path, Node]] = {}
    for path, part in _parts(schema, schema.node, value, ()):
        found[_shown(path)] = (path, part)
    return dict(found.values())


def minimize(schema: Schema, value: Any) -> Any:
    """A value whose lists have only the items that `parts` takes; one that it takes nothing of is whole."""
    taken = {path[:length] for path in parts(schema, value) for length in range(1, len(path) + 1)}
    return _lean(value, (), taken)


def _lean(value: Any, path: Path, taken: set[Path]) -> Any:
    if isinstance(value, dict):
        return {name: _lean(inner, (*path, name), taken) for name, inner in value.items()}
    if not isinstance(value, list):
        return value
    items = [(index, item) for index, item in enumerate(value) if (*path, index) in taken]
    return [_lean(item, (*path, index), taken) for index, item in items] or value


def _parts(schema: Schema, node: Node, value: Any, path: Path) -> Iterator[tuple[Path, Node]]:
    node = node.resolve()
    yield path, node
    for part in (*_entries(node, "allOf"), *_chosen(schema, node, value)):
        yield from _parts(schema, part, value, path)
    if isinstance(value, dict):
        properties = node.get("properties")
        for name, inner in properties.items() if properties else ():
            if name in value:
                yield from _parts(schema, inner, value[name], (*path, name))
    items = node.get("items")
    if isinstance(value, list) and items is not None:
        for index, item in enumerate(value):
            yield from _parts(schema, items, item, (*path, index))


def _chosen(schema: Schema, node: Node, value: Any) -> Iterator[Node]:
    """The alternatives that the value is an example of."""
    for keyword in ("oneOf", "anyOf"):
        yield from (part for part in _entries(node, keyword) if replace(schema, node=part).is_valid(value))


def _entries(node: Node, keyword: str) -> Iterator[Node]:
    inner = node.get(keyword)
    return inner.elements() if inner is not None else iter(())


def _is_closed(node: Node) -> bool:
    return isinstance(node.value, dict) and bool({"enum", "const"} & node.value.keys())


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _put(value: Any, path: Path, new: Any) -> Any:
    """A copy of a value with another part; what is not on the way is shared."""
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and new is REMOVED:
        del copy[path[0]]
    else:
        copy[path[0]] = _put(value[path[0]], path[1:], new)
    return copy


def _shown(path: Path) -> str:
    return join_pointer("*" if isinstance(key, int) else key for key in path) or "/"


def _with(exchange: Exchange, **changed: Any) -> Exchange:
    return replace(exchange, response=replace(exchange.response, **changed))


def _with_field(exchange: Exchange, name: str, value: str | None) -> Exchange:
    kept = [pair for pair in exchange.response.headers.pairs if pair[0].lower() != name.lower()]
    return _with(exchange, headers=Headers([*kept, *([(name, value)] if value is not None else [])]))
