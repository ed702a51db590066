"""`http` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, OperationGroup
from tuningfork.conventions.grammar.responses import Refusal, RefusalValue
from tuningfork.conventions.grammar.statuses import StatusSet


class Http(OperationGroup):
    """Rules of HTTP that the API keeps."""

    head: bool | RefusalValue | None = Field(
        None, union_mode="left_to_right", description="HEAD works like GET without a body, or is refused"
    )
    options: Literal["allow"] | None = Field(None, description="OPTIONS names the methods in Allow")
    safe: bool | None = Field(None, description="whether GET and HEAD change nothing")
    empty: StatusSet | None = Field(None, description="the statuses without a body")
    compression: bool | None = Field(None, description="whether Accept-Encoding: gzip is honoured")


def claims(declared: Http) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of http brings."""
    if isinstance(declared.head, Refusal):
        yield GenericClaim("HTTP-HEAD", f"HEAD is refused with {declared.head}.", "RFC 9110, 9.3.2")
    elif declared.head:
        yield GenericClaim("HTTP-HEAD", "HEAD returns what GET does, without a body.", "RFC 9110, 9.3.2")
    if declared.options is not None:
        yield GenericClaim("HTTP-OPTIONS", "OPTIONS names the methods of a path in Allow.", "RFC 9110, 9.3.7")
    if declared.safe:
        yield GenericClaim("HTTP-SAFE", "GET and HEAD change nothing.", "RFC 9110, 9.2.1")
    if declared.empty is not None:
        yield GenericClaim("HTTP-EMPTY", f"A {declared.empty} has no body.", "RFC 9110, 6.4.1")
    if declared.compression:
        promise = "A response has a content coding that the client accepts: gzip, or none."
        yield GenericClaim("HTTP-COMPRESSION", promise, "RFC 9110, 12.5.3")


CONVENTION = Convention("http", "HTTP", Http, claims)
