"""The parts of a profile that conventions.yaml declares: what tests create, and how it is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.checks.places import find_value
from tuningfork.client.creation import Creation, Relation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Resource


def declared_creations(declaration: Declaration) -> Iterator[Creation]:
    """Yield what the resources of a declaration create, and how it is deleted."""
    for resource in declaration.named.get("resources", {}).values():
        if resource.create is not None:
            yield _creation(resource)


def _creation(resource: Resource) -> Creation:
    """Return how a resource is created and deleted."""
    assert resource.create is not None
    place = resource.create.id
    pointer = place.pointer if place is not None and place.pointer is not None else "/id"
    action = resource.delete or resource.read
    return Creation(
        resource.create.request.text.partition("?")[0],
        item_path=action.request.path if action is not None else "",
        list_path=resource.list_.path if resource.list_ is not None else "",
        marker_properties=tuple(str(name).rpartition("/")[2] for name in resource.text),
        extract_item=lambda body: {"id": find_value(body, pointer), **_object(body, pointer)},
    )


def _object(body: Any, pointer: str) -> dict[str, Any]:
    """Return the object that has the id at `pointer`."""
    found = find_value(body, pointer.rpartition("/")[0])
    return found if isinstance(found, dict) else {}


def declared_relations(declaration: Declaration) -> Iterator[Relation]:
    """Yield the relations of a declaration, and how they are deleted."""
    for relation in declaration.named.get("relations", {}).values():
        if relation.delete is not None and relation.list_ is not None:
            yield Relation(relation.put.text, relation.delete.path, relation.list_.path)


def declared_unknown_ids(declaration: Declaration) -> Iterator[str]:
    """Yield the values of path parameters of which the declaration says that none exists."""
    for parameter in declaration.requests.parameters.values():
        for value in (parameter.absent, parameter.malformed):
            if value is not None:
                yield str(value).partition(".")[0]
