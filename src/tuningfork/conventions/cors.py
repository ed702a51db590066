"""`cors` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import Text


class Cors(Keys):
    """How browsers may use the API from other origins."""

    origins: Literal["any"] | list[Text] = Field(description="the allowed origins")
    methods: list[Text] = Field([], description="the allowed methods")
    headers: list[Text] = Field([], description="the allowed request headers")
    expose: list[Text] = Field([], description="the response headers that scripts may read")
    credentials: bool | None = Field(None, description="whether cookies are allowed")
    on_errors: bool | None = Field(None, description="whether errors have the headers too")
    max_age: int | None = Field(None, ge=0, description="the seconds for which a preflight is kept")


def claims(declared: Cors) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of cors brings."""
    return iter(())


CONVENTION = Convention("cors", "Cross-origin requests", Cors, claims)
