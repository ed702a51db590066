"""`errors` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, OperationGroup
from tuningfork.conventions.grammar import FormValue, PlaceValue, Pointer, StatusSet, Text


class Errors(OperationGroup):
    """The form of error responses."""

    media_type: Text | None = Field(None, description="the media type of an error")
    when: dict[Pointer, Any] | None = Field(
        None, description="the values that make a response an error where its status does not"
    )
    list_: Pointer | None = Field(None, description="where an error has its list of errors")
    members: dict[str, FormValue] = Field({}, description="members and headers of an error, with their forms")
    one_of: list[dict[str, FormValue]] = Field([], description="alternatives to `members`")
    code: PlaceValue | None = Field(None, description="where an error has its code")
    codes: dict[Text, Any] = Field({}, description="the codes of a status")
    status: Pointer | None = Field(None, description="where an error repeats its status")
    phrases: dict[Text, Any] = Field({}, description="the text of each status, and `at`, where it is")
    only_on_errors: bool | None = Field(
        None, description="whether other responses have no member of an error"
    )
    bare: StatusSet | None = Field(
        None, description="the statuses that HTTP and gateways answer in another form"
    )
    no_internals: bool | None = Field(None, description="whether an error tells nothing of the inside")
    standard: Literal["problem-details", "json-api", "scim", "odata", "fhir"] | None = Field(
        None, description="a standard form of errors, which fills the other keys"
    )


def claims(declared: Errors) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of errors brings."""
    return iter(())


CONVENTION = Convention("errors", "Errors", Errors, claims)
