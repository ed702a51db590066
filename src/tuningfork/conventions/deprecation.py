"""`deprecation` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar import Text


class Deprecation(Group):
    """How deprecated operations are marked."""

    sunset: bool | None = Field(None, description="whether responses have the header Sunset (RFC 8594)")
    deprecation: bool | None = Field(None, description="whether responses have Deprecation (RFC 9745)")
    link: Text | None = Field(None, description="the relation type of the link to the documentation")


def claims(declared: Deprecation) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of deprecation brings."""
    return iter(())


CONVENTION = Convention("deprecation", "Deprecation", Deprecation, claims)
