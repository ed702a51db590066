"""`cases` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar import FormValue, OperationValue, StatusSet, Text


class Expected(Keys):
    """`expect`: the response."""

    status: StatusSet = Field(description="the statuses")
    members: dict[str, FormValue] = Field({}, description="members and headers, with their forms")


class Case(Keys):
    """One request with its response: a row of a table in place of a test."""

    request: OperationValue = Field(description="the operation, with values in place of path parameters")
    query: dict[Text, Any] = Field({}, description="its query")
    body: Any = Field(None, description="its body")
    as_: Text | None = Field(None, description="the role that sends it")
    expect: Expected = Field(description="the response")
    claim: Text = Field(description="the claim that the case verifies")
    level: Literal["MUST", "SHOULD", "MAY"] = Field("MUST", description="the level of the claim")


def claims(declared: Case) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of cases brings."""
    return iter(())


CONVENTION = Convention("cases", "Cases", Case, claims, is_named=True)
