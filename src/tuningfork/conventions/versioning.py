"""`versioning` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar.responses import AllowedResponses, VersionResponses
from tuningfork.conventions.grammar.scalars import Text


class Echo(Keys):
    """`echo`: where a response names its version."""

    header: Text = Field(description="the name of the header")


class Versioning(Keys):
    """How a request chooses the version of the API."""

    in_: Literal["header", "query", "path", "accept"] = Field(
        description="where the version is; accept: in the header Accept"
    )
    name: Text | None = Field(
        None,
        description="the name of the header, the query parameter or the path parameter; a version in a path "
        "without a name belongs to the base URL and is not judged",
    )
    as_: Text = Field("{}", description="how it is written, such as `application/json; version={}`")
    supported: list[Text] = Field([], description="the supported versions")
    unknown: VersionResponses | None = Field(
        None, description="the response to an unknown version: a refusal, or the version that is used instead"
    )
    missing: VersionResponses | None = Field(
        None, description="the response without a version: a refusal, or the version that is used instead"
    )
    echo: Echo | None = Field(None, description="where a response names its version")

    @property
    def can_be_chosen(self) -> bool:
        """Whether a request can have another version, below the same base URL."""
        return self.in_ == "accept" or self.name is not None


def claims(declared: Versioning) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of versioning brings."""
    if declared.supported and declared.can_be_chosen:
        versions = " and ".join(declared.supported)
        yield GenericClaim("VERSION-SUPPORTED", f"A request for version {versions} is accepted.")
    if declared.unknown is not None and declared.can_be_chosen:
        promise = f"A request for an unknown version is {_describe(declared.unknown)}."
        yield GenericClaim("VERSION-UNKNOWN", promise)
    if declared.missing is not None and declared.can_be_chosen and declared.in_ != "path":
        promise = f"A request without a version is {_describe(declared.missing)}."
        yield GenericClaim("VERSION-MISSING", promise)
    if declared.echo is not None:
        promise = f"The header {declared.echo.header} of a response has the version that was used."
        yield GenericClaim("VERSION-ECHO", promise)


def _describe(answers: AllowedResponses) -> str:
    """Return what happens to a request, in words."""
    words = [f"processed as version {' or '.join(answers.words)}"] if answers.words else []
    refusals = [f"refused with {answers.refusal}"] if answers.refusals else []
    return " or ".join([*words, *refusals])


CONVENTION = Convention("versioning", "Versions", Versioning, claims)
