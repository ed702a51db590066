"""`envelope` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar import FormValue, Pointer, Text


class Envelope(Group):
    """The form of responses that are not errors."""

    members: dict[Pointer, FormValue] = Field({}, description="members of every response, with their forms")
    data: Pointer | None = Field(None, description="where a response has its data")
    status: Pointer | None = Field(None, description="where a response repeats its status")
    phrases: dict[Text, Any] = Field({}, description="the text of each status, and `at`, where it is")
    constant: list[Pointer] = Field([], description="members that are the same in all responses")
    clock: Pointer | None = Field(None, description="where a response has the time of the server")
    closed: bool | list[Text] = Field(
        False, description="whether there are no other members; a list names further ones"
    )


def claims(declared: Envelope) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of envelope brings."""
    return iter(())


CONVENTION = Convention("envelope", "Envelope", Envelope, claims)
