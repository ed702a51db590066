"""Relations of the reference server, such as follows and likes."""

from __future__ import annotations

from typing import Any

from flask import Response

from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.relations import Relation
from tuningfork.conventions.resource_keys import Action
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.errors import ErrorPart
from tuningfork.mock.reference.part import Part
from tuningfork.mock.reference.request_ids import find_ids, has_query
from tuningfork.mock.reference.resources import ResourcePart


class RelationPart(Part):
    """Stores the relations of all accounts."""

    key = "relations"

    def reset(self) -> None:
        """Remove all relations."""
        self.related: dict[tuple[str, str], list[str]] = {}

    @property
    def relations(self) -> dict[str, Relation]:
        """The declared relations by name."""
        return dict(self.server.declaration.named.get("relations", {}))

    @property
    def users(self) -> dict[str, dict[str, Any]]:
        """The users of relations that are of no resource, by their ids: the examples of path parameters."""
        parameters = self.server.declaration.requests.parameters.values()
        ids = [str(each.example).removeprefix("given:") for each in parameters if each.example is not None]
        return {each: {"id": each, "name": f"user {each}"} for each in ids}

    def handle(self, call: Call) -> Response | None:
        """Return the response to a request that adds, removes or lists relations."""
        for name, relation in self.relations.items():
            for kind, pattern in (
                ("put", relation.put),
                ("delete", relation.delete),
                ("listed", relation.list_),
            ):
                if pattern is not None and self.is_of(pattern, call):
                    response: Response = getattr(self, kind)(call, name, relation)
                    return response
        return None

    def is_of(self, pattern: OperationPattern, call: Call) -> bool:
        """Return whether a request is of a declared operation."""
        operation = call.operation
        return (
            operation is not None and pattern.matches(operation) and has_query(Action(request=pattern), call)
        )

    def put(self, call: Call, name: str, relation: Relation) -> Response:
        """Add a relation."""
        item_id = self.id_of(call, relation.put, relation.body)
        if item_id is None or self.find(relation, item_id) is None:
            raise self.refuse(relation.unknown or Refusal(Statuses(("404",))))
        related = self.related_of(call, name)
        call.notes[self.key] = item_id in related
        if item_id in related:
            return self.repeat(relation)
        related.append(item_id)
        return self.server.json({}, 201 if call.request.method == "POST" else 200)

    def is_repeated(self, call: Call) -> bool:
        """Return whether a request adds a relation that existed before it."""
        return bool(call.notes.get(self.key))

    def repeat(self, relation: Relation) -> Response:
        """Return the response to a relation that exists already."""
        status = relation.repeated.first if relation.repeated is not None else 200
        if status >= 400:
            raise HttpError(status)
        return self.server.json({}, status)

    def delete(self, call: Call, name: str, relation: Relation) -> Response:
        """Remove a relation."""
        assert relation.delete is not None
        item_id = self.id_of(call, relation.delete, None)
        related = self.related_of(call, name)
        if item_id not in related:
            return self.respond_absent(call, relation)
        related.remove(item_id)
        return self.server.json({})

    def respond_absent(self, call: Call, relation: Relation) -> Response:
        """Return the response to the removal of a relation that does not exist."""
        status = relation.absent.first if relation.absent is not None else 404
        if status < 400:
            return self.server.json({}, status)
        table = self.server.declaration.of("refusals", call.operation)
        not_found = table.not_found if table is not None else None
        if not_found is not None and status in not_found.statuses:
            raise self.refuse(not_found)
        raise HttpError(status)

    def listed(self, call: Call, name: str, relation: Relation) -> Response:
        """Return the related items."""
        items = [self.find(relation, item_id) for item_id in self.related_of(call, name)]
        existing = [item for item in items if item is not None]
        initial = self.initial(call) if relation.of is None else []
        return self.server.get(ResourcePart).list_response(call, [*initial, *existing])

    def initial(self, call: Call) -> list[Any]:
        """Return the items that a list of something that is of no resource has from the beginning."""
        pages: Any = self.server.parts["pagination"]
        declared = pages.of(call)
        return [] if declared is None else list(pages.items_of(declared, call.operation))

    def related_of(self, call: Call, name: str) -> list[str]:
        """Return the ids that an account is related to."""
        return self.related.setdefault((str(call.account), name), [])

    def find(self, relation: Relation, item_id: str) -> dict[str, Any] | None:
        """Return the properties of what an id belongs to; None without it."""
        if relation.of is None:
            return self.users.get(item_id)
        items = self.server.get(ResourcePart).items.get(relation.of, [])
        return next((item.data for item in items if str(item.id) == item_id and not item.is_deleted), None)

    def id_of(self, call: Call, pattern: OperationPattern, body: Any) -> str | None:
        """Return the id in a request; None without one."""
        return find_ids(Action(request=pattern, body=body), call, has_item=True).item

    def refuse(self, refusal: Refusal) -> HttpError:
        """Return the exception that refuses a request as declared."""
        return self.server.get(ErrorPart).refuse(refusal)
