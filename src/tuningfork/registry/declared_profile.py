"""The parts of a profile that conventions.yaml declares: what tests create, and how lists are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuningfork.checks.places import find_value
from tuningfork.client.creation import Creation, Relation
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.resource_keys import Resource
from tuningfork.model import ExpectationFailed


@dataclass(frozen=True)
class DeclaredPaginator:
    """Lists as the first group of `pagination` declares them; it does not turn pages.

    Args:
        pointer: where a page has its items.
    """

    pointer: str

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query unchanged."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return an empty query."""
        return {}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page.

        Raises:
            ExpectationFailed: there is no array.
        """
        items = find_value(body, self.pointer)
        if not isinstance(items, list):
            raise ExpectationFailed(f"an array at {self.pointer!r}", repr(body))
        return items

    def next_url(self, response: Response) -> str | None:
        """Return None: only the first page is read."""
        return None


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


def declared_headers(declaration: Declaration) -> dict[str, str]:
    """Return the headers of every request: the first supported version, and those of `requests`."""
    versioning: Versioning | None = declaration.first("versioning")
    headers = dict(declaration.requests.headers)
    if versioning is None or versioning.in_ not in ("header", "accept") or not versioning.supported:
        return headers
    name = "Accept" if versioning.in_ == "accept" else str(versioning.name)
    return {name: versioning.as_.replace("{}", versioning.supported[0]), **headers}
