"""`roles` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.scalars import Text


class Sees(Keys):
    """`sees`: what a list contains for the role."""

    list_: OperationValue = Field(description="the list")
    items: Literal["none", "some"] = Field(description="whether it has items")


class Role(Keys):
    """A row in the matrix of rights: what the owner of some credentials may do."""

    credentials: Text = Field(
        pattern="^given:.+$",
        description="given:NAME, the key of tuningfork.toml with the token of the role",
    )
    may: list[OperationValue] | None = Field(None, description="the operations that the role may use")
    refused: RefusalValue | None = Field(
        None, description="the refusal of all other operations that need credentials"
    )
    sees: Sees | None = Field(None, description="what a list contains for the role")


def claims(declared: Role) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of roles brings."""
    needs, owner = (declared.credentials,), f"The owner of {declared.credentials.removeprefix('given:')}"
    if declared.may is not None:
        operations = ", ".join(map(str, declared.may)) or "nothing"
        yield GenericClaim("ROLE-MAY", f"{owner} may use {operations}.", needs=needs)
    if declared.may is not None and declared.refused is not None:
        promise = f"{owner} is refused at any other operation with {declared.refused}; nothing changes."
        yield GenericClaim("ROLE-REFUSED", promise, "RFC 9110, 15.5.4", needs=needs)
    if declared.sees is not None:
        count = "no items" if declared.sees.items == "none" else "items"
        yield GenericClaim("ROLE-SEES", f"{owner} sees {count} in {declared.sees.list_}.", needs=needs)


CONVENTION = Convention("roles", "Roles", Role, claims, is_named=True)
