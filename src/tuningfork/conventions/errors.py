"""`errors` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from tuningfork.conventions.base import Convention, GenericClaim, OperationGroup
from tuningfork.conventions.error_standards import SOURCES, STANDARDS
from tuningfork.conventions.grammar.forms import Form, FormValue
from tuningfork.conventions.grammar.locations import LocationValue, Pointer
from tuningfork.conventions.grammar.phrases import CodesValue, PhrasesValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.conventions.grammar.statuses import StatusSet
from tuningfork.model import Level


class Errors(OperationGroup):
    """The form of error responses."""

    media_type: Text | None = Field(None, description="the media type of an error")
    when: dict[Pointer, Any] | None = Field(
        None, description="the values that make a response an error where its status does not"
    )
    members: dict[str, FormValue] = Field(
        {}, description="properties and headers of an error, with their forms"
    )
    optional: dict[str, FormValue] = Field(
        {}, description="properties and headers that an error may lack, with their forms"
    )
    one_of: list[dict[str, FormValue]] = Field(
        [], description="alternatives: an error has the properties of one of them, beside `members`"
    )
    list_: Pointer | None = Field(None, description="where an error has its list of errors")
    items: dict[Pointer, FormValue] = Field(
        {}, description="properties that an entry of `list` may have, with their forms"
    )
    code: LocationValue | None = Field(
        None,
        description="where an error has its code; only an error with a code is judged if `optional` has it",
    )
    codes: CodesValue = Field({}, description="the codes of a status")
    status: Pointer | None = Field(
        None, description="where an error repeats its status; it may be left out if `optional` has it"
    )
    phrases: PhrasesValue | None = Field(None, description="the text of each status, and `at`, where it is")
    only_on_errors: bool | None = Field(
        None, description="whether other responses have no property of an error"
    )
    everywhere: bool | None = Field(
        None, description="whether the form is promised outside of the document, too; otherwise a SHOULD"
    )
    bare: StatusSet | None = Field(
        None, description="the statuses that HTTP and gateways return in another form; they are not judged"
    )
    no_internals: bool | None = Field(None, description="whether an error discloses nothing of the inside")
    no_5xx: bool | None = Field(None, description="whether no request leads to a server error")
    standard: Literal["problem-details", "json-api", "scim", "odata", "fhir"] | None = Field(
        None, description="a standard form of errors, which fills the other keys"
    )

    @model_validator(mode="before")
    @classmethod
    def fill_from_standard(cls, value: Any) -> Any:
        """Return the keys of the file with those of the standard that they leave out."""
        if not isinstance(value, Mapping):
            return value
        return {**STANDARDS.get(str(value.get("standard")), {}), **value}

    @property
    def has_form(self) -> bool:
        """Whether anything is declared of the body or the headers of an error."""
        return bool(self.members or self.optional or self.one_of)

    @property
    def is_json(self) -> bool:
        """Whether an error has properties in its body."""
        names = [*self.members, *self.optional, *(name for each in self.one_of for name in each)]
        return self.list_ is not None or any(not name.startswith("header ") for name in names)


def claims(declared: Errors) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of errors brings."""
    for generic, promise in _promises(declared):
        yield GenericClaim(generic, promise, SOURCES.get(declared.standard or "", "conventions.yaml"))
    if declared.has_form or declared.list_ is not None:
        level = Level.MUST if declared.everywhere else Level.SHOULD
        yield GenericClaim(
            "ERRORS-EVERYWHERE", "An error outside of the document has the declared form.", level=level
        )
    if declared.is_json:
        yield GenericClaim("ERRORS-IS-JSON", "A body with a media type of JSON is JSON.", "RFC 8259, 2")
    if declared.no_5xx:
        yield GenericClaim("ERRORS-NO-5XX", "No request leads to a server error.", "RFC 9110, 15.6")


def _promises(declared: Errors) -> Iterator[tuple[str, str]]:
    """Yield the generic id and the promise of each claim about the form of errors."""
    if declared.has_form:
        yield "ERRORS-FORM", f"An error has {_form_in_words(declared)}."
    if declared.list_ is not None:
        items = f" of objects with {describe_properties(declared.items)}" if declared.items else ""
        yield "ERRORS-LIST", f"An error has a list{items} at {declared.list_}, which is not empty."
    if declared.code is not None:
        codes = ", ".join(f"{' or '.join(codes)} with {status}" for status, codes in declared.codes.items())
        yield "ERRORS-CODE", f"An error has a code at {declared.code}{': ' if codes else ''}{codes}."
    if declared.status is not None:
        yield "ERRORS-STATUS", f"An error repeats its HTTP status at {declared.status}."
    if declared.phrases is not None:
        yield "ERRORS-PHRASE", f"An error has the text of its status: {declared.phrases}."
    if declared.media_type is not None:
        yield "ERRORS-MEDIA-TYPE", f"An error has the media type {declared.media_type}."
    if declared.only_on_errors:
        yield "ERRORS-ONLY", "A response that is no error has no member of an error."
    if declared.no_internals:
        yield "ERRORS-NO-INTERNALS", "An error has no stack trace, no file path and no query."


def _form_in_words(declared: Errors) -> str:
    """Return the properties of an error as a phrase."""
    alternatives = " or ".join(map(describe_properties, declared.one_of))
    optional = f"if present {describe_properties(declared.optional)}" if declared.optional else ""
    return "; ".join(filter(None, [describe_properties(declared.members), alternatives, optional]))


def describe_properties(properties: Mapping[str, Form]) -> str:
    """Return properties with their forms as a phrase."""
    return ", ".join(f"{name}: {form}" for name, form in properties.items())


CONVENTION = Convention("errors", "Errors", Errors, claims)
