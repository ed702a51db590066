"""The rules of writes in conventions.yaml: what is never sent, what only reads, and what changes an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tuningfork.checks.judgement import is_error
from tuningfork.client.write_rules import WriteRules
from tuningfork.contract.openapi import Contract
from tuningfork.contract.paths import PathTable
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.resource_keys import Action, Resource
from tuningfork.model import Exchange, Request
from tuningfork.registry.declared_creation import DeclaredCreation
from tuningfork.registry.declared_ids import ids_in, matches, matches_path, path_values


@dataclass(frozen=True)
class DeclaredWrites(WriteRules):
    """The rules of an API without a profile of its own.

    Args:
        contract: the document and the conventions of the API.
        creations: the declared creations.
    """

    contract: Contract
    creations: Sequence[DeclaredCreation] = ()
    is_strict = True

    def is_never_sent(self, request: Request, path: str) -> bool:
        """Return whether conventions.yaml has the request in `never`, or its parameters in `when-never`."""
        requests = self.contract.declaration.requests
        never = set(requests.when_never.items())
        return self._is_one_of(requests.never, request, path) or any(pair in never for pair in request.query)

    def only_reads(self, request: Request, path: str) -> bool:
        """Return whether conventions.yaml has the operation of a request in `read-only`."""
        return self._is_one_of(self.contract.declaration.requests.read_only, request, path)

    def changed_items(self, request: Request, path: str) -> list[str] | None:
        """Return the paths of the items that a request changes, or below which it creates something.

        None for a request that no resource and no relation declares.
        """
        for creation, name, action in self._actions_at(path):
            if name != "read" and matches(action.request, request, path):
                return list(self._items(creation, name, action, request, path))
        is_relation = any(True for _ in self._relations(request, path))
        return [] if is_relation else None

    def id_of(self, item_path: str) -> str | None:
        """Return the id in the path of an item of a declared resource; None for another path."""
        return next(filter(None, (creation.id_of(item_path) for creation in self.creations)), None)

    def confirms_deletion(self, exchange: Exchange) -> bool:
        """Return whether the response to a deletion says that it has happened; its body may be an error."""
        is_failed = is_error(exchange, self.contract.declaration.first("errors"))
        return WriteRules.confirms_deletion(self, exchange) and not is_failed

    def deleted_item(self, request: Request, path: str) -> str | None:
        """Return the path of the item that a request deletes; None for any other request."""
        for creation, name, action in self._actions_at(path):
            if name == "delete" and matches(action.request, request, path):
                ids = ids_in(action, request, path, has_item=True)
                return None if ids is None else creation.path_of(ids)
        return None

    @cached_property
    def _actions(self) -> PathTable[tuple[DeclaredCreation, str, Action]]:
        """The actions of all resources by their paths."""
        return PathTable(
            (action.request.path, (creation, name, action))
            for creation in self.creations
            for name, action in creation.resource.actions()
        )

    def _actions_at(self, path: str) -> list[tuple[DeclaredCreation, str, Action]]:
        """Return the actions with the path of a request, which may have one more slash at its end."""
        slashless = path.removesuffix("/")
        return self._actions.find(path) + (self._actions.find(slashless) if slashless != path else [])

    def _is_one_of(self, patterns: Sequence[OperationPattern], request: Request, path: str) -> bool:
        """Return whether a request is of a declared operation, documented or not."""
        operation = self.contract.find(request.method, path)
        return any(
            (operation is not None and pattern.matches(operation))
            or matches_path(pattern, request.method, path)
            for pattern in patterns
        )

    def _items(
        self, creation: DeclaredCreation, name: str, action: Action, request: Request, path: str
    ) -> Iterator[str]:
        """Yield the path of the item of a request; of a creation that of the parent."""
        ids = ids_in(action, request, path, has_item=name != "create" or action.has_name)
        if name == "create" and action.has_name and ids:
            ids.pop(0)  # the guard judges the chosen name
        if name != "create":
            yield (creation.path_of(ids) if ids else None) or path
        elif creation.resource.parent and ids:
            yield self._parent(creation.resource).path_of(ids) or path

    def _parent(self, resource: Resource) -> DeclaredCreation:
        """Return the creation of the resource that another one belongs to."""
        parent = self.contract.declaration.named["resources"][str(resource.parent)]
        return next(each for each in self.creations if each.resource is parent)

    def _relations(self, request: Request, path: str) -> Iterator[str]:
        """Yield the names of the relations that a request adds or removes."""
        for name, relation in self.contract.declaration.named.get("relations", {}).items():
            for pattern in filter(None, (relation.put, relation.delete)):
                if pattern.method == request.method and path_values(pattern, path) is not None:
                    yield name
