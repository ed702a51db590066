"""`relations` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.scalars import JsonValue, Text
from tuningfork.conventions.grammar.statuses import StatusSet


class Relation(Keys):
    """A relation between the user and a resource, such as a follow or a like."""

    of: Text | None = Field(None, description="the resource; users without this key")
    put: OperationValue = Field(description="adds the relation; {id} is the id of the resource")
    body: JsonValue = Field(
        None, description="the body of `put`, with {id} unless the request has it elsewhere"
    )
    delete: OperationValue | None = Field(None, description="removes the relation")
    list_: OperationValue | None = Field(None, description="lists the related resources")
    repeated: StatusSet | None = Field(None, description="the statuses of adding it twice")
    absent: StatusSet | None = Field(None, description="the statuses of removing what is not there")
    unknown: RefusalValue | None = Field(None, description="the refusal of an id that does not exist")


def claims(declared: Relation) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of relations brings."""
    if declared.list_ is not None:
        yield _claim("PUT", f"after {declared.put} the list has the related item")
        if declared.delete is not None:
            yield _claim("DELETE", f"after {declared.delete} the list does not have the item any more")
    if declared.repeated is not None:
        yield _claim("REPEATED", f"a relation that exists is added with {declared.repeated}, and listed once")
    if declared.absent is not None and declared.delete is not None:
        yield _claim("ABSENT", f"the deletion of a relation that does not exist returns {declared.absent}")
    if declared.unknown is not None:
        yield _claim("UNKNOWN", f"a relation to an id that does not exist is refused with {declared.unknown}")


def _claim(name: str, promise: str) -> GenericClaim:
    """Return a claim that needs a target that may be written to."""
    return GenericClaim(f"RELATION-{name}", promise, needs=("write",))


CONVENTION = Convention("relations", "Relations", Relation, claims, is_named=True)
