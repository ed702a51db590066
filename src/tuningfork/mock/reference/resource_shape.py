"""What an item of a declared resource looks like: where it has its id, and what a body adds to it."""

from __future__ import annotations

import itertools
import posixpath
import uuid
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import Gone, Resource
from tuningfork.mock.reference import places
from tuningfork.mock.reference.items import Item, merge


class ResourceShape:
    """Makes the items of a resource.

    Args:
        resource: the declared resource.
        sample: the body of a documented response with an item; None without one.
    """

    def __init__(self, resource: Resource, sample: Any) -> None:
        self.resource = resource
        found = places.read(sample, self.root)
        self.sample: dict[str, Any] = found if isinstance(found, dict) else {}

    @cached_property
    def root(self) -> str:
        """The location of the item in a response."""
        parents = [f"/{places.parent(shown[0])[1:]}" for shown in self.resource.texts.values()]
        if self.resource.create is not None and self.resource.create.id is not None:
            pointer = self.resource.create.id.pointer
            parents += [f"/{places.parent(pointer)[1:]}"] if pointer is not None else []
        return posixpath.commonpath(parents or ["/"]).rstrip("/")

    @cached_property
    def id_pointer(self) -> str:
        """The location of the id in an item."""
        place = self.resource.create.id if self.resource.create is not None else None
        pointer = place.pointer if place is not None and place.pointer is not None else f"{self.root}/id"
        return pointer.removeprefix(self.root)

    @cached_property
    def has_chosen_ids(self) -> bool:
        """Whether the client chooses the id: the declared body has one."""
        body = self.resource.create.body if self.resource.create is not None else None
        return any(
            places.read(self.sent_object(each), self.id_pointer) is not None
            for each in (body if isinstance(body, list) else [body])
        )

    def new_item(self, number: int, body: dict[str, Any], owner: str | None, scope: tuple[str, ...]) -> Item:
        """Return a new item."""
        members = self.properties_of(body)
        chosen = places.read(members, self.id_pointer) if self.has_chosen_ids else None
        new_id = self._new_id(number) if chosen is None else chosen
        return Item(new_id, self.with_id(merge(self.sample, members), new_id), owner, scope)

    def properties_of(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the properties of an item that a body sends, as a read shows them."""
        sent = self.sent_object(body)
        members = {name: value for name, value in sent.items() if not self.sample or name in self.sample}
        for pointer, shown in self.resource.texts.items():
            text = places.read(body, pointer)
            if isinstance(text, str):
                members = places.write(members, shown[0].removeprefix(self.root), text)
        return members

    def sent_object(self, body: Any) -> dict[str, Any]:
        """Return the object of a body that has the properties of an item."""
        inner = places.read(body, self.root) if self.root else body
        return inner if isinstance(inner, dict) else body if isinstance(body, dict) else {}

    def with_id(self, data: dict[str, Any], item_id: Any) -> dict[str, Any]:
        """Return the properties of an item with its id, unless a header or the path has the id."""
        create = self.resource.create
        if create is not None and (create.has_chosen_id or (create.id is not None and create.id.header)):
            return data
        changed: dict[str, Any] = places.write(data, self.id_pointer, item_id)
        return changed

    def shown(self, item: Item) -> dict[str, Any]:
        """Return the properties of an item as a read shows them, with the declared ones if it is deleted."""
        data = item.data
        then = self.resource.delete.then if self.resource.delete is not None else None
        if item.is_deleted and isinstance(then, Gone):
            for pointer, form in then.members.items():
                value = form.const[0] if form.const else True
                data = places.write(data, pointer.removeprefix(self.root), value)
        return data

    def path_of(self, item: Item) -> str:
        """Return the path of an item below the base URL."""
        action = self.resource.read or self.resource.delete
        pattern = action.request if action is not None else OperationPattern("GET /{id}")
        path = pattern.text.partition(" ")[2]
        names = list(_parameters(path))
        others = iter(item.scope)
        for name in names:
            is_id = name == "id" or ("id" not in names and name == names[-1])
            path = path.replace(f"{{{name}}}", str(item.id) if is_id else next(others, ""))
        return path

    def _new_id(self, number: int) -> Any:
        """Return an id like the one of the document's example."""
        example = places.read(self.sample, self.id_pointer)
        if isinstance(example, str) and len(example) == len(str(uuid.UUID(int=0))):
            return str(uuid.UUID(int=number, version=4))
        return str(number) if isinstance(example, str) else number


def _parameters(path: str) -> Iterator[str]:
    """Yield the names in braces."""
    return (part.partition("}")[0] for part in itertools.islice(path.split("{"), 1, None))
