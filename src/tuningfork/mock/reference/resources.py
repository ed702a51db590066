"""Resources of the reference server: items that are created, read, listed, changed and deleted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flask import Response

from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.operation_index import PatternTable
from tuningfork.conventions.resource_keys import (
    Action,
    Delete,
    Gone,
    HeaderName,
    Resource,
    Update,
)
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.items import Item, merge, nested
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.request_ids import bodies_of, find_ids, has_query, texts_in
from tuningfork.mock.reference.resource_shape import ResourceShape

DEFAULT_STATUSES = {"create": 201, "delete": 204}
SEEDS = 2
"""Items of each resource in the initial state."""


class ResourcePart(Part):
    """Stores the items of all resources."""

    key = "resources"

    def reset(self) -> None:
        """Restore the initial items."""
        self.numbers = itertools.count(1)
        self.shapes = {name: ResourceShape(each, self.sample(each)) for name, each in self.resources.items()}
        self.changed_at = self.server.clock.now()
        self.items: dict[str, list[Item]] = {name: [] for name in self.resources}
        for name, resource in self.resources.items():
            if resource.create is not None and not resource.parent:
                for _ in range(SEEDS):
                    self.store(name, {}, "first", ())

    @property
    def resources(self) -> dict[str, Resource]:
        """The declared resources by name."""
        return dict(self.server.declaration.named.get("resources", {}))

    def handle(self, call: Call) -> Response | None:
        """Return the response to an action on a resource."""
        for name, kind, action in self.actions_of(call):
            response: Response = getattr(self, kind)(call, name, self.resources[name], action)
            return response
        return None if (items := self.items_of(call)) is None else self.list_response(call, items)

    def actions_of(self, call: Call) -> Iterator[tuple[str, str, Action]]:
        """Return the actions that a request is of, with the resource's name and the kind of the action."""
        found = self.server.declaration.actions.find(call.operation)
        return (each for each in found if has_query(each[2], call))

    def create(self, call: Call, name: str, resource: Resource, action: Action) -> Response:
        """Store an item; where the client chooses the id, replace the one that has it."""
        ids = find_ids(action, call, has_item=action.has_name)
        scope, chosen = ids.scope, ids.item if action.has_chosen_id else None
        existing = self.find(call, name, action) if chosen is not None else None
        if existing is not None and not existing.is_deleted and resource.replace is not None:
            return self.replace(call, name, resource, resource.replace)
        body = self.check_body(self.body_of(call), resource)
        self.check_complete(body, action)
        self.check_parent(call, resource, scope)
        self.check_unique(name, resource, body, scope)
        item = self.store(name, body, call.account, scope, chosen)
        response = self.respond(call, name, action, item, "create")
        header = action.id.header if action.id is not None else None
        if action.location is not None or header is not None:
            response.headers["Location"] = self.shapes[name].path_of(item)
        if header is not None and header.lower() != "location":
            response.headers[header] = str(item.id)
        return response

    def read(self, call: Call, name: str, resource: Resource, action: Action) -> Response:
        """Return an item."""
        return self.respond(call, name, action, self.require(call, name, resource, action), "read")

    def update(self, call: Call, name: str, resource: Resource, action: Update) -> Response:
        """Change the properties of an item that the body has."""
        item = self.require(call, name, resource, action)
        self.check_needs(call, action)
        body = self.check_body(self.body_of(call), resource)
        self.change(item, merge(item.data, self.properties_of(name, body)))
        return self.respond(call, name, action, item, "update")

    def replace(self, call: Call, name: str, resource: Resource, action: Update) -> Response:
        """Replace the properties of an item."""
        item = self.require(call, name, resource, action)
        self.check_needs(call, action)
        body = self.check_body(self.body_of(call), resource)
        shape = self.shapes[name]
        data = shape.with_id(merge(shape.sample, self.properties_of(name, body)), item.id)
        self.change(item, self.with_key(resource, data, item.id))
        return self.respond(call, name, action, item, "replace")

    def delete(self, call: Call, name: str, resource: Resource, action: Delete) -> Response:
        """Delete an item."""
        item = self.find(call, name, action)
        if item is not None and item.is_deleted and action.again is not None:
            return self.respond_again(call, action)
        item = self.require(call, name, resource, action)
        item.is_deleted = True
        self.changed_at = self.server.clock.now()
        return self.respond(call, name, action, item, "delete")

    def respond_again(self, call: Call, action: Delete) -> Response:
        """Return the response to the deletion of a deleted item."""
        assert action.again is not None
        if action.again.statuses.first >= 400 or action.again.codes:
            raise self.refuse(action.again)
        return Response(status=action.again.statuses.first)

    def list_response(self, call: Call, items: list[dict[str, Any]]) -> Response:
        """Return a list, in pages if they are declared."""
        pagination: Any = self.server.parts.get("pagination")
        if pagination is not None and self.server.declaration.of("pagination", call.operation) is not None:
            response: Response = pagination.page(call, items)
            return response
        return self.server.json(self.wrap(call, items, ""))

    def items_of(self, call: Call) -> list[dict[str, Any]] | None:
        """Return the items of a list, oldest first; None if the request lists no resource."""
        for name, action in self.lists.find(call.operation):
            resource = self.resources[name]
            if has_query(action, call):
                scope = find_ids(action, call, has_item=False).scope
                self.check_parent(call, resource, scope)
                return [self.list_data(item) for item in self.listed(call, name, resource, scope)]
        return None

    @cached_property
    def lists(self) -> PatternTable[tuple[str, Action]]:
        """The name of each resource and the action that lists its items."""
        return PatternTable(
            (each.list_, (name, Action(request=each.list_)))
            for name, each in self.resources.items()
            if each.list_ is not None
        )

    def listed(self, call: Call, name: str, resource: Resource, scope: tuple[str, ...]) -> Iterator[Item]:
        """Yield the items that a list shows."""
        for item in self.items[name]:
            is_inside = not scope or item.scope == scope
            if is_inside and not item.is_deleted and self.may_see(call, resource, item):
                yield item

    def list_data(self, item: Item) -> dict[str, Any]:
        """Return an item as a list shows it."""
        return item.data

    def may_see(self, call: Call, resource: Resource, item: Item) -> bool:
        """Return whether the account of a request may see an item."""
        return not resource.private or item.owner == call.account

    def find(self, call: Call, name: str, action: Action) -> Item | None:
        """Return the item of a request, a deleted one included; None if there never was one."""
        ids = find_ids(action, call, has_item=True)
        for item in reversed(self.items[name]):
            is_inside = not ids.scope or item.scope == ids.scope
            if str(item.id) == ids.item and is_inside:
                return item
        return None

    def item_of(self, call: Call) -> Item | None:
        """Return the existing item that a request is about; None without one."""
        for name, kind, action in self.actions_of(call):
            if kind != "create":
                item = self.find(call, name, action)
                return None if item is None or item.is_deleted else item
        return None

    def require(self, call: Call, name: str, resource: Resource, action: Action) -> Item:
        """Return the item of a request.

        Raises:
            HttpError: there is no such item, it is deleted, or it belongs to another account.
        """
        item = self.find(call, name, action)
        if item is None:
            raise self.refuse_by_table(call, "not_found", 404)
        if item.is_deleted and not self.shows_deleted(resource, action):
            raise self.refuse(self.gone(resource, call))
        is_public = action is resource.read and not resource.private
        if resource.owner is not None and item.owner != call.account and not is_public:
            raise self.refuse(resource.owner)
        return item

    def shows_deleted(self, resource: Resource, action: Action) -> bool:
        """Return whether an action shows a deleted item."""
        return (
            action is resource.read and resource.delete is not None and isinstance(resource.delete.then, Gone)
        )

    def gone(self, resource: Resource, call: Call) -> Refusal:
        """Return how a request about a deleted item is refused."""
        then = resource.delete.then if resource.delete is not None else None
        if isinstance(then, Refusal):
            return then
        table = self.server.declaration.of("refusals", call.operation)
        return (table.not_found if table is not None else None) or Refusal(Statuses(("404",)))

    def store(
        self,
        name: str,
        body: dict[str, Any],
        account: str | None,
        scope: tuple[str, ...],
        chosen: str | None = None,
    ) -> Item:
        """Store and return a new item; `chosen` is the id that the client has chosen."""
        item = self.shapes[name].new_item(next(self.numbers), self.properties_of(name, body), account, scope)
        item.id = item.id if chosen is None else chosen
        item.sent = body
        item.data = self.with_key(self.resources[name], item.data, item.id)
        self.items[name].append(item)
        item.changed_at = self.changed_at = self.server.clock.now()
        return item

    def with_key(self, resource: Resource, data: dict[str, Any], item_id: Any) -> dict[str, Any]:
        """Return the properties of an item with the one that is unique in its list."""
        for operation in self.server.operations:
            if resource.list_ is not None and resource.list_.matches(operation):
                pages = self.server.declaration.of("pagination", operation)
                if pages is not None and places.read(data, pages.key) is None:
                    data = places.write(data, pages.key, item_id)
        return data

    def properties_of(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the properties that a body gives an item."""
        return self.shapes[name].properties_of(body)

    def change(self, item: Item, data: dict[str, Any]) -> None:
        """Give an item new properties."""
        item.data = data
        item.version += 1
        item.changed_at = self.changed_at = self.server.clock.now()

    def check_body(self, body: Any, resource: Resource) -> Any:
        """Return a body unchanged; raise HttpError if it is not an object, or a text of it is invalid."""
        if not isinstance(body, dict):
            raise HttpError(400, "the body is not an object")
        for pointer in resource.texts:
            text = places.read(body, pointer)
            if text is not None and not isinstance(text, str):
                raise HttpError(400, f"{pointer} is not a text")
            if text is not None:
                self.check_text(text, resource)
        return body

    def check_text(self, text: str, resource: Resource) -> None:
        """Raise HttpError if a text is too long, or blank where that is refused."""
        if len(text) > resource.text.get("maximum", len(text)):
            raise HttpError(400, "the text is too long")
        if resource.text.get("blank") == "refused" and not text.strip():
            raise HttpError(400, "the text is blank")

    def check_complete(self, body: Any, action: Action) -> None:
        """Raise HttpError unless a body has the texts of one of the declared bodies."""
        placeholders = (
            [place for place, text in texts_in(each) if "{" in text] for each in bodies_of(action)
        )
        needed = [each for each in placeholders if each]
        is_complete = [all(places.read(body, place) is not None for place in each) for each in needed]
        if needed and not any(is_complete):
            raise HttpError(400, "the body lacks a property")

    def check_parent(self, call: Call, resource: Resource, scope: tuple[str, ...]) -> None:
        """Raise HttpError unless the parent of a resource exists."""
        if (
            resource.parent
            and scope
            and not any(
                str(item.id) == scope[-1] and not item.is_deleted for item in self.items[resource.parent]
            )
        ):
            raise self.refuse_by_table(call, "not_found", 404)

    def check_unique(self, name: str, resource: Resource, body: Any, scope: tuple[str, ...]) -> None:
        """Raise HttpError if an item has the unique properties of a body, or the same body without such."""
        if resource.duplicate is None:
            return
        key = self.unique_key(resource, body)
        for item in self.items[name]:
            is_inside = not item.is_deleted and item.scope == scope
            if is_inside and self.unique_key(resource, item.sent) == key:
                raise self.refuse(resource.duplicate)

    def unique_key(self, resource: Resource, body: Any) -> Any:
        """Return what no two items share."""
        return [places.read(body, pointer) for pointer in resource.unique] if resource.unique else body

    def check_needs(self, call: Call, action: Update) -> None:
        """Raise HttpError if a change lacks the version of its item, where it must have it."""
        needs, conditional = action.needs, self.server.declaration.of("conditional", call.operation)
        if isinstance(needs, HeaderName):
            is_missing = needs.header not in call.request.headers
        else:
            is_missing = needs is not None and places.read(self.body_of(call), needs.body) is None
        if is_missing:
            required = conditional.required if conditional is not None else None
            raise self.refuse(required or Refusal(Statuses(("428",))))

    def respond(self, call: Call, name: str, action: Action, item: Item, kind: str) -> Response:
        """Return the response to an action."""
        status = self.status(call, action, kind)
        if status == 204 or action.answer == "none":
            return Response(status=status)
        if action.answer is None and kind == "delete":
            has_envelope = self.server.declaration.of("envelope", call.operation) is not None
            return (
                self.server.json(self.wrap(call, {}, ""), status) if has_envelope else Response(status=status)
            )
        shape = self.shapes[name]
        return self.server.json(self.wrap(call, shape.shown(item), shape.root), status)

    def status(self, call: Call, action: Action, kind: str) -> int:
        """Return the status of success: the declared, the documented or the usual one."""
        if action.status is not None:
            return action.status.first
        responses = (call.operation.value.get("responses") or {}) if call.operation is not None else {}
        documented = [
            int(status) for status in responses if str(status).startswith("2") and str(status).isdigit()
        ]
        return documented[0] if documented else DEFAULT_STATUSES.get(kind, 200)

    def wrap(self, call: Call, data: Any, root: str) -> Any:
        """Return a body with an item, or a list, at its location in the declared envelope."""
        declared = self.server.declaration.of("envelope", call.operation)
        envelope: Any = self.server.parts.get("envelope")
        pointer = declared.data if declared is not None and declared.data else ""
        inner = places.write({}, root.removeprefix(pointer), data) if root else data
        return envelope.wrap(call, inner) if envelope is not None else places.write({}, pointer, inner)

    def body_of(self, call: Call) -> Any:
        """Return the body of a request."""
        body = call.body
        return nested(body) if isinstance(body, dict) and call.request.form else body

    def sample(self, resource: Resource) -> Any:
        """Return the body of a documented response with an item; None without one."""
        for action in filter(None, (resource.read, resource.create)):
            matching = (each for each in self.server.operations if action.request.matches(each))
            for body in (self.server.example(each).get_json(silent=True) for each in matching):
                if body:
                    return body
        return None

    def refuse(self, refusal: Refusal) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal)

    def refuse_by_table(self, call: Call, name: str, status: int) -> HttpError:
        """Return the exception that refuses a request as the table `refusals` says."""
        table = self.server.declaration.of("refusals", call.operation)
        refusal = getattr(table, name) if table is not None else None
        return self.refuse(refusal or Refusal(Statuses((str(status),))))
