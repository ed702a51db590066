"""`http` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import RefusalValue, StatusSet


class Http(Keys):
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
    return iter(())


CONVENTION = Convention("http", "HTTP", Http, claims)
