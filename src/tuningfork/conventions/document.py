"""`document` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, OperationGroup


class Document(OperationGroup):
    """What the OpenAPI document promises of every response."""

    status: bool = Field(False, description="whether a success has a documented status")
    body: bool = Field(False, description="whether a body has the documented schema")
    headers: bool = Field(False, description="whether a response has the documented headers")
    closed: bool = Field(
        False, description="whether a 4xx has a documented status too, but for those of HTTP itself"
    )


def claims(declared: Document) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of document brings."""
    if declared.status or declared.closed:
        what = "A response" if declared.closed else "A success"
        yield GenericClaim("DOC-STATUS", f"{what} has a documented status.", "openapi.yaml")
    if declared.body:
        yield GenericClaim("DOC-BODY", "A body has the documented media type and schema.", "openapi.yaml")
    if declared.headers:
        yield GenericClaim("DOC-HEADERS", "A response has the documented headers.", "openapi.yaml")


CONVENTION = Convention("document", "Document", Document, claims)
