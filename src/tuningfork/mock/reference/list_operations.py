"""Decides which operations of the document are lists, and which of their parameters are documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuningfork.conventions.declaration import Declaration
from tuningfork.mock.reference.call import DocumentOperation
from tuningfork.mock.reference.samples import resolve


class ListOperations:
    """The lists of a document.

    Args:
        document: the value of the OpenAPI document.
        declaration: the declared conventions.
    """

    def __init__(self, document: Mapping[str, Any], declaration: Declaration) -> None:
        self.document = document
        self.declaration = declaration

    def is_list(self, operation: DocumentOperation) -> bool:
        """Return whether an operation is declared to be a list, or documents a parameter of lists."""
        if any(pattern.matches(operation) for pattern in self._named()):
            return True
        return operation.method == "GET" and not self._parameters().isdisjoint(self.documented(operation))

    def documented(self, operation: DocumentOperation) -> set[str]:
        """Return the names of the documented parameters in the query and the headers."""
        listed = [*operation.path_item.get("parameters", ()), *operation.value.get("parameters", ())]
        parameters = [resolve(each, self.document) or {} for each in listed]
        return {each.get("name", "") for each in parameters if each.get("in") in ("query", "header")}

    def _named(self) -> Iterator[Any]:
        """Yield the patterns that name single lists."""
        for group in self.declaration.groups.get("pagination", ()):
            for pattern in group.operations or ():
                if "*" not in pattern.text and not pattern.text.startswith("tag:"):
                    yield pattern
        for key in ("resources", "relations"):
            for value in self.declaration.named.get(key, {}).values():
                if value.list_ is not None:
                    yield value.list_

    def _parameters(self) -> set[str]:
        """Return the declared parameters of pages."""
        found: set[str] = set()
        for group in self.declaration.groups.get("pagination", ()):
            found.update(filter(None, (group.parameter, group.size.parameter)), group.when or ())
        return found
