"""`relations` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import OperationValue, RefusalValue, StatusSet, Text


class Relation(Keys):
    """A relation between the user and a resource, such as a follow or a like."""

    of: Text | None = Field(None, description="the resource; users without this key")
    put: OperationValue = Field(description="adds the relation; {id} is the id of the resource")
    delete: OperationValue | None = Field(None, description="removes the relation")
    list_: OperationValue | None = Field(None, description="lists the related resources")
    repeated: StatusSet | None = Field(None, description="the statuses of adding it twice")
    absent: StatusSet | None = Field(None, description="the statuses of removing what is not there")
    unknown: RefusalValue | None = Field(None, description="the refusal of an id that does not exist")


def claims(declared: Relation) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of relations brings."""
    return iter(())


CONVENTION = Convention("relations", "Relations", Relation, claims, is_named=True)
