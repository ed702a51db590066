"""`cors` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.model import Level

FETCH = "Fetch, 3.3.3"


class Cors(Keys):
    """How browsers may use the API from other origins."""

    origins: Literal["any"] | list[Text] = Field(description="the allowed origins: any, or a list")
    methods: list[Text] = Field([], description="the methods that a preflight allows")
    headers: list[Text] = Field([], description="the request headers that a preflight allows")
    expose: list[Text] = Field([], description="the response headers that scripts may read")
    credentials: bool | None = Field(
        None, description="whether a script may send cookies and other credentials of the browser"
    )
    on_errors: bool | None = Field(None, description="true: scripts may read errors too; false is not judged")
    max_age: int | None = Field(None, ge=0, description="the seconds for which a preflight is cached")


def claims(declared: Cors) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of cors brings."""
    origins = "every origin" if declared.origins == "any" else f"{' and '.join(declared.origins)} only"
    yield GenericClaim("CORS-ORIGIN", f"A response to a request with Origin allows {origins}.", FETCH)
    promise = "A response whose allowed origin depends on the request has Vary: Origin."
    yield GenericClaim("CORS-VARY", promise, "Fetch, 3.3.5", Level.SHOULD)
    if declared.methods or declared.headers:
        allowed = ", ".join([*declared.methods, *declared.headers])
        promise = f"A preflight without credentials succeeds and allows {allowed}."
        yield GenericClaim("CORS-PREFLIGHT", promise, "Fetch, 3.3.4")
    if declared.on_errors:
        yield GenericClaim("CORS-ERRORS", "An error allows the same origins as a success.", FETCH)
    if declared.expose:
        promise = f"A response lets scripts read {', '.join(declared.expose)}."
        yield GenericClaim("CORS-EXPOSE", promise, FETCH)
    if declared.credentials is not None:
        yield GenericClaim("CORS-CREDENTIALS", _promise_of_credentials(declared), "Fetch, 3.3.5")
    if declared.max_age is not None:
        promise = f"The response to a preflight has Access-Control-Max-Age: {declared.max_age}."
        yield GenericClaim("CORS-MAX-AGE", promise, "Fetch, 3.3.4")


def _promise_of_credentials(declared: Cors) -> str:
    """Return what is promised of credentials."""
    if declared.credentials:
        return "A response allows credentials, and names the origin in place of the wildcard *."
    return "No response allows credentials."


CONVENTION = Convention("cors", "Cross-origin requests", Cors, claims)
