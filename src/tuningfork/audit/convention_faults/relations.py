"""Faults and variants of `relations`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.relations import Relation
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.relations import RelationPart
from tuningfork.mock.reference.server import ReferenceServer

Handler = Callable[[Call, str, Relation], Response]


def any_relation(is_so: Callable[[Relation], object]) -> Callable[[Declaration], bool]:
    """Return the condition that something is true of a declared relation."""
    return lambda declaration: any(map(is_so, declaration.named.get("relations", {}).values()))


@breaks("RELATION-PUT")
def relation_is_not_stored(server: ReferenceServer) -> None:
    """A relation is accepted, but not stored."""
    _undo(server, "put")


@breaks("RELATION-PUT")
def list_lacks_the_newest_relation(server: ReferenceServer) -> None:
    """A list of relations ends before the newest one."""
    part = server.get(RelationPart)

    def listed(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        key = (str(call.account), name)
        related = part.related_of(call, name)
        part.related[key] = related[:-1]
        response = original(call, name, relation)
        part.related[key] = related
        return response

    wrap_method(part, "listed", listed)


@breaks("RELATION-DELETE")
def removed_relation_stays(server: ReferenceServer) -> None:
    """A removal succeeds, but the relation stays in the list."""
    _undo(server, "delete")


@breaks("RELATION-DELETE", when=any_relation(lambda relation: relation.of))
def removal_removes_all_relations(server: ReferenceServer) -> None:
    """A removal removes all relations of the user."""
    part = server.get(RelationPart)

    def delete(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        response = original(call, name, relation)
        part.related_of(call, name).clear()
        return response

    wrap_method(part, "delete", delete)


@breaks("RELATION-REPEATED")
def repeated_relation_conflicts(server: ReferenceServer) -> None:
    """A relation that exists is refused with 409, or accepted with 202 where that is declared."""

    def repeat(original: Callable[..., Response], relation: Relation) -> Response:
        if relation.repeated is not None and 409 in relation.repeated:
            return Response(status=202)
        raise HttpError(409)

    wrap_method(server.get(RelationPart), "repeat", repeat)


@breaks("RELATION-REPEATED", when=any_relation(lambda relation: relation.list_ and relation.repeated))
def repeated_relation_is_listed_twice(server: ReferenceServer) -> None:
    """A relation that is added again is listed twice."""
    part = server.get(RelationPart)

    def put(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        response = original(call, name, relation)
        item_id = part.id_of(call, relation.put, relation.body)
        related = part.related_of(call, name)
        if item_id is not None and part.is_repeated(call):
            related.append(item_id)
        return response

    wrap_method(part, "put", put)


@breaks("RELATION-ABSENT")
def removal_of_nothing_fails(server: ReferenceServer) -> None:
    """A removal of what is not there is refused with 400."""
    _respond_absent(server, 400)


@breaks("RELATION-ABSENT")
def second_removal_is_gone(server: ReferenceServer) -> None:
    """A second removal returns 410; one of what was never there is responded to as declared."""
    part = server.get(RelationPart)
    removed: list[str | None] = []

    def delete(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        assert relation.delete is not None
        item_id = part.id_of(call, relation.delete, None)
        if item_id in part.related_of(call, name):
            removed.append(item_id)
        elif item_id in removed:
            raise HttpError(410)
        return original(call, name, relation)

    wrap_method(part, "delete", delete)


@breaks("RELATION-UNKNOWN")
def relation_to_anything_is_accepted(server: ReferenceServer) -> None:
    """A relation to an id that does not exist is accepted."""
    part = server.get(RelationPart)
    wrap_method(part, "find", lambda original, *arguments: original(*arguments) or {"id": arguments[1]})


@breaks("RELATION-UNKNOWN")
def relation_to_an_unknown_id_is_a_bad_request(server: ReferenceServer) -> None:
    """A relation to an id that does not exist is refused with 418."""
    part = server.get(RelationPart)

    def put(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        item_id = part.id_of(call, relation.put, relation.body)
        if item_id is None or part.find(relation, item_id) is None:
            raise HttpError(418)
        return original(call, name, relation)

    wrap_method(part, "put", put)


@keeps("RELATION-REPEATED", when=any_relation(lambda each: each.repeated and len(each.repeated.patterns) > 1))
def repeated_relation_has_the_other_status(server: ReferenceServer) -> None:
    """A relation that exists is responded to with the last declared status."""

    def repeat(original: Callable[..., Response], relation: Relation) -> Response:
        if relation.repeated is None:
            return original(relation)
        return server.json({}, int(relation.repeated.patterns[-1].replace("XX", "00")))

    wrap_method(server.get(RelationPart), "repeat", repeat)


def _undo(server: ReferenceServer, kind: str) -> None:
    """Restore the relations after the response to a request was created."""
    part = server.get(RelationPart)

    def handle(original: Handler, call: Call, name: str, relation: Relation) -> Response:
        before = list(part.related_of(call, name))
        response = original(call, name, relation)
        part.related[(str(call.account), name)] = before
        return response

    wrap_method(part, kind, handle)


def _respond_absent(server: ReferenceServer, status: int) -> None:
    """Refuse a removal of what is not there with a status."""

    def respond_absent(original: Callable[..., Response], *arguments: Any) -> Response:
        raise HttpError(status)

    wrap_method(server.get(RelationPart), "respond_absent", respond_absent)
