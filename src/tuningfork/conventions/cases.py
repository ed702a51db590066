"""`cases` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Keys
from tuningfork.conventions.grammar.forms import FormValue
from tuningfork.conventions.grammar.operation_patterns import OperationValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.grammar.statuses import StatusSet
from tuningfork.model import Level

UNAUTHENTICATED = "unauthenticated"
"""The value of `as` for a request without credentials."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Expected(Keys):
    """`expect`: the response."""

    status: StatusSet = Field(description="the statuses")
    members: dict[str, FormValue] = Field({}, description="properties and headers, with their forms")


class Case(Keys):
    """One request with its response: a row of a table in place of a test."""

    request: OperationValue = Field(
        description="METHOD /path; a path parameter is a value, or {NAME} of `requests.parameters`"
    )
    query: dict[Text, Any] = Field({}, description="its query")
    body: Any = Field(None, description="its body, with {text} and {name} for a new text")
    as_: Text | None = Field(
        None,
        description="the role that sends it; the user without this key; `unauthenticated`: no credentials",
    )
    expect: Expected = Field(description="the response")
    claim: Text = Field(description="the id of the claim that the case verifies")
    level: Literal["MUST", "SHOULD", "MAY"] = Field("MUST", description="the level of the claim")


def claims(declared: Case) -> Iterator[GenericClaim]:
    """Yield the claim of a row, whose id is the API's own."""
    query = "&".join(f"{name}={value}" for name, value in declared.query.items())
    sender = f" as {declared.as_}" if declared.as_ else ""
    sender = " without credentials" if declared.as_ == UNAUTHENTICATED else sender
    members = [f"{form} at {place}" for place, form in declared.expect.members.items()]
    response = " and ".join([str(declared.expect.status), *members])
    promise = f"{declared.request}{'?' if query else ''}{query}{sender} returns {response}."
    needs = () if declared.request.method in SAFE_METHODS else ("write",)
    yield GenericClaim("CASE", promise, level=Level(declared.level), needs=needs, own_id=declared.claim)


CONVENTION = Convention("cases", "Cases", Case, claims, is_named=True)
