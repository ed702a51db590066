"""`deprecation` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar.scalars import Text


class Deprecation(Group):
    """How deprecated operations are marked."""

    sunset: bool | None = Field(None, description="whether responses have the header Sunset (RFC 8594)")
    deprecation: bool | None = Field(None, description="whether responses have Deprecation (RFC 9745)")
    link: Text | None = Field(None, description="the relation type of the link to the documentation")


def claims(declared: Deprecation) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of deprecation brings."""
    if declared.sunset:
        promise = "A success has the header Sunset with an HTTP date."
        yield GenericClaim("DEPRECATION-SUNSET", promise, "RFC 8594, 3")
    if declared.deprecation:
        promise = "A success has the header Deprecation with a date such as @1688169599."
        yield GenericClaim("DEPRECATION-DATE", promise, "RFC 9745, 2.1")
    if declared.sunset and declared.deprecation:
        yield GenericClaim("DEPRECATION-ORDER", "Sunset is not before Deprecation.", "RFC 9745, 4")
    if declared.link is not None:
        promise = f"A success has a link with the relation type {declared.link}."
        yield GenericClaim("DEPRECATION-LINK", promise, "RFC 8288, 3")


CONVENTION = Convention("deprecation", "Deprecation", Deprecation, claims)
