"""`document` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys


class Document(Keys):
    """What the OpenAPI document promises of every response."""

    status: bool = Field(False, description="whether a success has a documented status")
    body: bool = Field(False, description="whether a body has the documented schema")
    headers: bool = Field(False, description="whether a response has the documented headers")
    closed: bool = Field(False, description="whether an error has a documented status too")


def claims(declared: Document) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of document brings."""
    return iter(())


CONVENTION = Convention("document", "Document", Document, claims)
