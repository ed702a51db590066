"""`versioning` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import Text, VersionAnswers


class Echo(Keys):
    """`echo`: where a response names its version."""

    header: Text = Field(description="the name of the header")


class Versioning(Keys):
    """How a request chooses the version of the API."""

    in_: Literal["header", "query", "path", "accept"] = Field(description="where the version is")
    name: Text | None = Field(None, description="the name of the header, parameter or path segment")
    as_: Text = Field("{}", description="how it is written, such as `application/json; version={}`")
    supported: list[Text] = Field([], description="the supported versions")
    unknown: VersionAnswers | None = Field(None, description="the response to an unknown version")
    missing: VersionAnswers | None = Field(None, description="the response without a version")
    echo: Echo | None = Field(None, description="where a response names its version")


def claims(declared: Versioning) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of versioning brings."""
    return iter(())


CONVENTION = Convention("versioning", "Versions", Versioning, claims)
