"""`envelope` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.errors import describe_properties
from tuningfork.conventions.grammar.forms import FormValue
from tuningfork.conventions.grammar.locations import Pointer
from tuningfork.conventions.grammar.phrases import PhrasesValue
from tuningfork.conventions.grammar.scalars import Text


class Envelope(Group):
    """The form of responses that are not errors."""

    media_type: Text | None = Field(None, description="the media type of a response")
    members: dict[Pointer, FormValue] = Field(
        {}, description="properties of every response, with their forms"
    )
    data: Pointer | None = Field(
        None,
        description="where a response has its data; errors have none, and it has no property of an error",
    )
    status: Pointer | None = Field(None, description="where a response repeats its status")
    phrases: PhrasesValue | None = Field(
        None, description="the text of each status, those of errors included, and `at`, where it is"
    )
    constant: list[Pointer] = Field([], description="properties that are the same in all responses")
    clock: Pointer | None = Field(None, description="where a response has the time of the server")
    closed: bool | list[Text] = Field(
        False, description="whether there are no other properties; a list names further ones"
    )


def claims(declared: Envelope) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of envelope brings."""
    for generic, promise in _promises(declared):
        yield GenericClaim(generic, promise)


def _promises(declared: Envelope) -> Iterator[tuple[str, str]]:
    """Yield the generic id and the promise of each claim."""
    if declared.members or declared.media_type is not None:
        parts = [describe_properties(declared.members), f"the media type {declared.media_type or 'of JSON'}"]
        yield "ENVELOPE-SHAPE", f"A success has {' and '.join(filter(None, parts))}."
    if declared.data is not None:
        yield "ENVELOPE-DATA", f"A success has its data at {declared.data}."
        yield "ENVELOPE-ERROR", f"An error has no data at {declared.data}, and a success no error beside it."
    if declared.status is not None:
        yield "ENVELOPE-STATUS", f"A success repeats its HTTP status at {declared.status}."
    if declared.phrases is not None:
        yield "ENVELOPE-PHRASE", f"A response has the text of its status: {declared.phrases}."
    if declared.constant:
        yield "ENVELOPE-CONSTANT", f"All responses have the same {', '.join(declared.constant)}."
    if declared.clock is not None:
        yield "ENVELOPE-CLOCK", f"The time at {declared.clock} is that of the header Date."
    if declared.closed is not False:
        yield "ENVELOPE-CLOSED", "A success has no member that is not declared."


CONVENTION = Convention("envelope", "Envelope", Envelope, claims)
