"""`refusals` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar import RefusalValue


class Refusals(Group):
    """How requests are refused: one table."""

    not_found: RefusalValue | None = Field(None, description="of an id that does not exist")
    malformed_id: RefusalValue | None = Field(None, description="of an id that cannot exist")
    unknown_path: RefusalValue | None = Field(None, description="of a path that does not exist")
    method: RefusalValue | None = Field(None, description="of a method that a path does not have")
    media_type: RefusalValue | None = Field(None, description="of a body of another media type")
    not_acceptable: RefusalValue | None = Field(None, description="of an Accept that cannot be met")
    invalid_body: RefusalValue | None = Field(None, description="of a body that breaks the schema")
    malformed_body: RefusalValue | None = Field(None, description="of a body that cannot be parsed")
    conflict: RefusalValue | None = Field(None, description="of a request that conflicts with the state")
    gone: RefusalValue | None = Field(None, description="of something that existed")
    method_allow: bool | None = Field(None, description="whether a 405 has the header Allow")


def claims(declared: Refusals) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of refusals brings."""
    return iter(())


CONVENTION = Convention("refusals", "Refusals", Refusals, claims)
