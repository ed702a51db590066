"""The parts of a profile that conventions.yaml declares: what tests create, and ids that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tuningfork.checks.places import find_value
from tuningfork.client.creation import Creation, Relation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Action, Resource


def declared_creations(declaration: Declaration) -> Iterator[Creation]:
    """Yield what the resources of a declaration create, and how it is deleted."""
    for resource in declaration.named.get("resources", {}).values():
        if resource.create is not None:
            yield _creation(resource)


def _creation(resource: Resource) -> Creation:
    """Return how a resource is created and deleted."""
    assert resource.create is not None
    action = resource.delete or resource.read
    return Creation(
        resource.create.request.text.partition("?")[0],
        item_path=action.request.path if action is not None else "",
        list_path=resource.list_.path if resource.list_ is not None else "",
        marker_properties=tuple(map(_name, resource.texts)),
        extract_item=partial(_item, resource, resource.create),
        id_header=(resource.create.id.header or "") if resource.create.id is not None else "",
        has_name=resource.create.has_name,
    )


def _item(resource: Resource, action: Action, body: Any) -> dict[str, Any]:
    """Return the object that has the id in a body, with its texts; its id unless that is beside the body."""
    has_id = not action.has_chosen_id and (action.id is None or action.id.pointer is not None)
    pointer = action.id.pointer if action.id is not None and action.id.pointer is not None else "/id"
    found = find_value(body, pointer.rpartition("/")[0])
    item = {name: value for name, value in found.items() if name != "id"} if isinstance(found, dict) else {}
    item |= {_name(sent): find_value(body, reads[0]) for sent, reads in resource.texts.items() if reads}
    return {**item, "id": find_value(body, pointer)} if has_id else item


def _name(pointer: str) -> str:
    """Return the name of the property at the end of a pointer."""
    return pointer.rpartition("/")[2]


def declared_relations(declaration: Declaration) -> Iterator[Relation]:
    """Yield the relations of a declaration, and how they are deleted."""
    for relation in declaration.named.get("relations", {}).values():
        if relation.delete is not None and relation.list_ is not None:
            yield Relation(relation.put.text, relation.delete.path, relation.list_.path)


def declared_logins(declaration: Declaration) -> frozenset[str]:
    """Return the operations that log in, refresh, log out or are endpoints of OAuth 2.0."""
    found: set[str] = set()
    for group in declaration.groups.get("auth", ()):
        requests = (group.login, group.refresh, group.logout)
        found |= {f"{each.request.method} {each.request.path}" for each in requests if each is not None}
        endpoints = group.oauth2.endpoints if group.oauth2 is not None else ()
        found |= {f"POST {endpoint}" for endpoint in endpoints}
    return frozenset(found)


def declared_unknown_ids(declaration: Declaration) -> Iterator[str]:
    """Yield the values of path parameters of which the declaration says that none exists."""
    for parameter in declaration.requests.parameters.values():
        for value in (parameter.absent, parameter.malformed):
            if value is not None:
                yield str(value).partition(".")[0]
