"""Faults of `resources`: updates and replacements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.convention_faults.resource_patches import Handler, edit_responses, sends_lists
from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer


@breaks("RESOURCE-UPDATE")
def update_is_not_stored(server: ReferenceServer) -> None:
    """The response to an update shows the new properties, which are not stored."""
    _forget(server, "update")


@breaks("RESOURCE-UPDATE")
def only_the_first_update_is_stored(server: ReferenceServer) -> None:
    """Only the first update of all items is stored."""
    _change_nothing_after(server, "update", changes=1)


@breaks("RESOURCE-REPLACE")
def replacement_is_not_stored(server: ReferenceServer) -> None:
    """The response to a replacement shows the new properties, which are not stored."""
    _forget(server, "replace")


@breaks("RESOURCE-REPLACE")
def only_the_first_replacement_is_stored(server: ReferenceServer) -> None:
    """Only the first replacement of all items is stored."""
    _change_nothing_after(server, "replace", changes=1)


@breaks("RESOURCE-UPDATE")
def update_returns_206(server: ReferenceServer) -> None:
    """An update returns 206."""
    edit_responses(server, "update", lambda response, _: _with_status(response, 206))


@breaks("RESOURCE-REPLACE")
def replacement_returns_206(server: ReferenceServer) -> None:
    """A replacement returns 206."""
    edit_responses(server, "replace", lambda response, _: _with_status(response, 206))


@breaks("RESOURCE-UPDATE-ONLY-NAMED")
def update_removes_what_it_does_not_name(server: ReferenceServer) -> None:
    """An update replaces the item: all other properties are removed."""
    part = server.get(ResourcePart)

    def update(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        if item is not None:
            item.data = part.shapes[name].with_id({}, item.id)
        return original(call, name, *rest)

    wrap_method(part, "update", update)


@breaks("RESOURCE-UPDATE-ONLY-NAMED", when=sends_lists)
def update_empties_lists(server: ReferenceServer) -> None:
    """An update resets lists, fractions and booleans that it does not name."""
    part = server.get(ResourcePart)

    def change(original: Callable[[Item, dict[str, Any]], None], item: Item, data: dict[str, Any]) -> None:
        kept = {name: value for name, value in data.items() if not isinstance(value, list | float | bool)}
        original(item, kept)

    wrap_method(part, "change", change)


@keeps("RESOURCE-UPDATE", "RESOURCE-UPDATE-ONLY-NAMED", "RESOURCE-SAME-IN-LIST")
def items_have_a_time_of_change(server: ReferenceServer) -> None:
    """Each change sets a property with its number."""
    part = server.get(ResourcePart)

    def change(original: Callable[[Item, dict[str, Any]], None], item: Item, data: dict[str, Any]) -> None:
        original(item, {**data, "changes": item.version})

    wrap_method(part, "change", change)


def _forget(server: ReferenceServer, kind: str) -> None:
    """Restore an item after the response to a change was created."""
    part = server.get(ResourcePart)

    def handle(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        data = item.data if item is not None else {}
        response = original(call, name, *rest)
        if item is not None:
            item.data = data
        return response

    wrap_method(part, kind, handle)


def _change_nothing_after(server: ReferenceServer, kind: str, changes: int) -> None:
    """Store no further change after as many changes of all items."""
    done: list[str] = []
    part = server.get(ResourcePart)

    def handle(original: Handler, call: Call, name: str, *rest: Any) -> Response:
        item = part.find(call, name, rest[1])
        data = item.data if item is not None else {}
        response = original(call, name, *rest)
        done.append(name)
        if item is not None and len(done) > changes:
            item.data = data
        return response

    wrap_method(part, kind, handle)


def _with_status(response: Response, status: int) -> Response:
    """Return a response with another status."""
    response.status_code = status
    return response
