"""Relations of the user to items, such as follows and likes, as conventions.yaml declares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tuningfork import not_verified
from tuningfork.checks.places import MISSING, find_value
from tuningfork.client.response import Response
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.relations import Relation
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_request import (
    PLACEHOLDER,
    body_arguments,
    declared_value,
    fill_body,
    fill_path,
)
from tuningfork.testing.declared_resource import DeclaredResources
from tuningfork.testing.late_effects import delete_fully
from tuningfork.testing.unlike_ids import absent_like


@dataclass(frozen=True)
class DeclaredRelation:
    """Sends the requests of a relation.

    Args:
        model: what is declared.
        resources: the declared resources, with the client that sends the requests.
        ids: the id of the item that the user is related to, then of its parents.
    """

    model: Relation
    resources: DeclaredResources
    ids: Sequence[Any]

    def put(self) -> Response:
        """Return the response to a request that adds the relation."""
        return self.send(self.model.put, self.model.body)

    def delete(self) -> Response:
        """Return the response to a request that removes the relation."""
        assert self.model.delete is not None, "the claims of a deletion are brought by `delete`"
        return self.send(self.model.delete)

    def send(self, pattern: OperationPattern, template: Any = None) -> Response:
        """Return the response to a request about the item."""
        declaration, client = self.resources.declaration, self.resources.client
        body = fill_body(template, {"id": self.ids[0] if self.ids else ""})
        arguments = body_arguments(body, declaration.requests.body, declaration.requests.media_type)
        path = fill_path(pattern, self.ids, declaration, self.resources.given, has_item=True)
        return client.request(pattern.method, path, **arguments)

    def listed_times(self) -> int:
        """Return how often the list has the item."""
        return self.listed_ids().count(self.item_id)

    def listed_ids(self) -> list[str]:
        """Return the ids of the items in the list, as texts."""
        assert self.model.list_ is not None, "the claims about the list are brought by `list`"
        path = fill_path(self.model.list_, [], self.resources.declaration, self.resources.given)
        return [self.listed_id(each) for each in self.resources.client.all_items(path)]

    def listed_id(self, listed: Any) -> str:
        """Return the id of an item of the list as a text."""
        if self.model.of is not None:
            return str(self.resources[self.model.of].listed_id(listed))
        found = find_value(listed, "/id")
        return "" if found is MISSING else str(found)

    @property
    def item_id(self) -> str:
        """The id of the item as a text."""
        return str(self.ids[0])

    def expect_listed(self, times: int) -> None:
        """Raise ExpectationFailed unless the list has the item so many times within `settle`."""

        def check() -> None:
            """Read the list once and count."""
            found = self.listed_times()
            if found != times:
                raise ExpectationFailed(f"{self.item_id} {times} times in the list", f"{found} times")

        self.resources.client.eventually(check)


def existing_ids(declared: Relation, resources: DeclaredResources) -> list[Any]:
    """Return the id of an item that the user can be related to, and those of its parents.

    That is a new item, one of the list where none can be created, or the declared example of the last path
    parameter where no resource is declared.
    """
    if declared.of is not None:
        resource = resources[declared.of]
        is_listed = resource.model.create is None and resource.model.list_ is not None
        return [_unrelated_id(declared, resources)] if is_listed else resource.create().ids
    name = _item_name(declared)
    example = declared_value(name, resources.declaration, resources.given)
    return (
        [example] if example is not None else not_verified(f"there is no requests.parameters.{name}.example")
    )


def _item_name(declared: Relation) -> str:
    """Return the name of the path parameter with the id of the item."""
    names = PLACEHOLDER.findall(declared.put.text)
    return "id" if "id" in names or not names else names[-1]


def _unrelated_id(declared: Relation, resources: DeclaredResources) -> Any:
    """Return the id of the last listed item that the user is not related to; not verified without one."""
    resource = resources[str(declared.of)]
    related = DeclaredRelation(declared, resources, []).listed_ids() if declared.list_ is not None else []
    ids = [each for each in map(resource.listed_id, resource.listed()) if str(each) not in related]
    return ids[-1] if ids else not_verified(f"the list of {resource.name} has no item without the relation")


def unknown_id(relation: DeclaredRelation) -> Any:
    """Return an id that does not exist: that of a deleted item, the declared one, or one like an own one."""
    declared, resources = relation.model, relation.resources
    if declared.of is None or resources[declared.of].model.delete is None:
        parameter = resources.declaration.requests.parameters.get(_item_name(declared))
        absent = parameter.absent if parameter is not None else None
        return absent_like(relation.ids[0]) if absent is None else absent
    resource = resources[declared.of].with_parent()
    item = resource.create()
    delete_fully(resource, item)
    return item.id
