"""The parts of a profile that conventions.yaml declares: what tests create, and how lists are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuningfork.checks.places import find_value
from tuningfork.client.creation import Creation, Relation
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.model import ExpectationFailed
from tuningfork.registry.declared_creation import DeclaredCreation


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


def declared_creations(declaration: Declaration) -> Iterator[DeclaredCreation]:
    """Yield what the resources of a declaration create, and how it is deleted."""
    for resource in declaration.named.get("resources", {}).values():
        if resource.create is not None:
            yield DeclaredCreation(
                resource.create.request.text.partition("?")[0],
                item_path=resource.delete.request.path if resource.delete is not None else "",
                list_path=resource.list_.path if resource.list_ is not None else "",
                marker_properties=tuple(sent.rpartition("/")[2] for sent in resource.texts),
                resource=resource,
                encoding=declaration.requests.body,
            )


def declared_clean_up(declaration: Declaration) -> Iterator[Creation]:
    """Yield how things are deleted that no resource describes."""
    envelope = declaration.first("envelope")
    data = envelope.data if envelope is not None and envelope.data else ""
    for each in declaration.clean_up:
        yield Creation(
            each.created_by.text.partition("?")[0],
            item_path=each.delete,
            extract_item=lambda body: find_value(body, data),
        )


def declared_relations(declaration: Declaration) -> Iterator[Relation]:
    """Yield the relations of a declaration, and how they are deleted."""
    for relation in declaration.named.get("relations", {}).values():
        if relation.delete is not None and relation.list_ is not None:
            yield Relation(
                relation.put.text.partition("?")[0],
                re.sub(r"\{\w+\}(?=[^{]*$)", "{id}", relation.delete.path),
                relation.list_.path,
            )


def declared_unknown_ids(declaration: Declaration) -> Iterator[str]:
    """Yield the values of path parameters of which the declaration says that none exists."""
    for parameter in declaration.requests.parameters.values():
        for value in (parameter.absent, parameter.malformed):
            if value is not None:
                yield str(value).partition(".")[0]
