"""Changes of the part of the reference server that stores items; faults and variants are written with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response

from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Action, Gone, Resource
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.items import Item
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer

Handler = Callable[..., Response]
Respond = Callable[[Call, str, Action, Item, str], Response]
Condition = Callable[[Declaration], bool]


def any_resource(is_so: Callable[[Resource], object]) -> Condition:
    """Return the condition that something is true of a declared resource."""

    def condition(declaration: Declaration) -> bool:
        """Return whether it is true of one."""
        return any(is_so(resource) for resource in declaration.named.get("resources", {}).values())

    return condition


lists_items = any_resource(lambda resource: resource.list_ is not None)
is_read = any_resource(lambda resource: resource.read is not None)
is_deleted_for_good = any_resource(
    lambda resource: resource.delete is not None and not isinstance(resource.delete.then, Gone)
)


def _sends_lists(value: Any) -> bool:
    """Return whether a declared body, or one of several, has a list, a fraction or a boolean."""
    if isinstance(value, dict):
        return any(isinstance(each, list | float | bool) or _sends_lists(each) for each in value.values())
    return isinstance(value, list) and any(map(_sends_lists, value))


sends_lists = any_resource(
    lambda resource: resource.update is not None and _sends_lists(resource.create and resource.create.body)
)


def edit_responses(server: ReferenceServer, kind: str, edit: Callable[[Response, Item], Response]) -> None:
    """Replace the responses to an action by what `edit` returns for a response and its item."""

    def respond(original: Respond, call: Call, name: str, action: Action, item: Item, done: str) -> Response:
        """Return the response of the original, changed if it is to this action."""
        response = original(call, name, action, item, done)
        return edit(response, item) if done == kind else response

    wrap_method(server.get(ResourcePart), "respond", respond)


def edit_texts(server: ReferenceServer, change: Callable[[str], str]) -> None:
    """Store `change(text)` instead of each text that a body sends."""
    part = server.get(ResourcePart)

    def properties_of(original: Callable[[str, Any], Any], name: str, body: Any) -> Any:
        """Return the properties of the original with changed texts."""
        found, root = original(name, body), part.shapes[name].root
        for shown in part.resources[name].texts.values():
            pointer = shown[0].removeprefix(root)
            if isinstance(text := places.read(found, pointer), str):
                found = places.write(found, pointer, change(text))
        return found

    wrap_method(part, "properties_of", properties_of)


def edit_listed(server: ReferenceServer, change: Callable[[Any], Any]) -> None:
    """Show in lists `change(value)` of each property except the id."""

    def list_data(original: Callable[[Item], dict[str, Any]], item: Item) -> dict[str, Any]:
        """Return the properties of the original, changed."""
        data = original(item)
        return {name: value if value == item.id else change(value) for name, value in data.items()}

    wrap_method(server.get(ResourcePart), "list_data", list_data)


def find_before(server: ReferenceServer, name: str, item: Item) -> Item | None:
    """Return the item that was stored before another one; None for the first one."""
    items = server.get(ResourcePart).items[name]
    position = items.index(item)
    return items[position - 1] if position > 0 else None


def without_last(items: Iterator[Item]) -> Iterator[Item]:
    """Yield all items but the last one."""
    yield from list(items)[:-1]
