"""How items of declared resources are recognized and deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.client.creation import Creation, Deletion, last_segment
from tuningfork.conventions.grammar.locations import ResponseLocation
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import Action, Resource
from tuningfork.model import Response
from tuningfork.registry.declared_ids import fill, path_values

USER_PROPERTIES = ("user", "user_id")
"""The properties that say whose an item is."""


@dataclass(frozen=True, slots=True)
class DeclaredCreation(Creation):
    """The creation of an item of a declared resource.

    Args:
        name: the name of the resource.
        resource: what is declared.
        encoding: how bodies are encoded: "json", "form" or "multipart".
    """

    name: str = ""
    resource: Resource = field(default_factory=Resource)
    encoding: str = "json"

    @property
    def parent(self) -> str | None:
        """The name of the resource that the items belong to; None without one."""
        return self.resource.parent

    def find_item(self, response: Response, path: str = "") -> Mapping[str, Any] | None:
        """Return the id, the texts and the user of the item in a response; None without an id."""
        assert self.resource.create is not None
        place = self.resource.create.id or ResponseLocation(pointer="/id")
        found = find_in_response(response, place)
        if place.header is not None:
            found = last_segment(found) if isinstance(found, str) else self._id_of_read(path)
        if self.resource.create.has_chosen_id:
            found = self.name_in(path) or found
        if not isinstance(found, str | int) or found == "":
            return None
        try:
            return self._item(response.json(), place.pointer or "/id", found)
        except ValueError:
            return {"id": found}

    def _id_of_read(self, path: str) -> str:
        """Return the id in the path of a read, whose response has no header with it; empty for a creation."""
        is_creation = self.matches(self.operation.partition(" ")[0], path)
        return "" if is_creation else self.id_of(path)

    def listed_item(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the id, the texts and the user of an item of a list."""
        place = self.resource.create.id if self.resource.create is not None else None
        pointer = place.pointer if place is not None and place.pointer is not None else "/id"
        return self._item(item, pointer, _find_end(item, pointer))

    def id_of(self, item_path: str) -> str:
        """Return the id in the path of an item."""
        return next(iter(self.ids_of(item_path)), "")

    def _item(self, body: Any, pointer: str, item_id: Any) -> dict[str, Any]:
        """Return an item with the names that all APIs share; its user is beside its id."""
        users = {name: _find_end(body, f"{pointer.rpartition('/')[0]}/{name}") for name in USER_PROPERTIES}
        found = {name: value for name, value in users.items() if value is not None}
        return {**found, **self.texts(body), "id": item_id}

    def texts(self, body: Any) -> dict[str, Any]:
        """Return the texts of an item by the names that a request gives them."""
        found = {
            sent: [_find_end(body, each) for each in reads] for sent, reads in self.resource.texts.items()
        }
        return {
            sent.rpartition("/")[2]: next(text for text in texts if text is not None)
            for sent, texts in found.items()
            if any(text is not None for text in texts)
        }

    def list_path_for(self, request_path: str) -> str:
        """Return the path of the list that has the item; empty without a list."""
        if self.resource.list_ is None:
            return ""
        return fill(self.resource.list_, self.parents(request_path)) or ""

    def item_path_for(self, item: Mapping[str, Any], request_path: str) -> str:
        """Return the path of an item, with the query if it has the id."""
        return self.path_of([item["id"], *self.parents(request_path)]) or ""

    def path_of(self, ids: list[Any]) -> str | None:
        """Return the path of the item with these ids, its own one first; None if one is missing."""
        action: Action | None = self.resource.read or self.resource.delete
        return None if action is None else fill(action.request, ids)

    def deletion_of(self, item_path: str) -> Deletion:
        """Return the request that deletes an item."""
        delete, ids = self.resource.delete, self.ids_of(item_path)
        if delete is None or not ids:
            return Deletion("DELETE", item_path)
        body = _filled(delete.body, ids[0])
        path = fill(delete.request, ids) or item_path
        return Deletion(delete.request.method, path, body, self.encoding, delete.media_type)

    def ids_of(self, item_path: str) -> list[str]:
        """Return the ids in the path of an item, its own one first."""
        action = self.resource.read or self.resource.delete
        if action is None:
            return []
        values = path_values(action.request, item_path.partition("?")[0]) or []
        if "{id}" in action.request.query:
            return [unquote(item_path.rpartition("=")[2]), *(value for _, value in reversed(values))]
        own = next((pair for pair in values if pair[0] == "id"), None)
        rest = [pair for pair in reversed(values) if pair is not own]
        return [*([own[1]] if own else []), *(value for _, value in rest)]

    def parents(self, request_path: str) -> list[str]:
        """Return the ids in the path of the creation, the nearest parent first."""
        values = path_values(OperationPattern(self.operation), request_path) or []
        return [value for name, value in reversed(values) if name != "id"]


def _find_end(body: Any, pointer: str) -> Any:
    """Return the value at the longest end of a pointer that a body has; None without one."""
    segments = pointer.split("/")[1:]
    for start in range(len(segments)):
        found = find_value(body, "".join(f"/{segment}" for segment in segments[start:]))
        if found is not MISSING:
            return found
    return None


def _filled(body: Any, item_id: Any) -> Any:
    """Return a declared body with an id instead of `{id}`; None without one."""
    return (
        None if body is None else json.loads(json.dumps(body).replace("{id}", json.dumps(str(item_id))[1:-1]))
    )
