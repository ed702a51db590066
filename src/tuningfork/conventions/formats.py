"""`formats` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar.locations import Pointer
from tuningfork.conventions.grammar.scalars import Text

SOURCES = {"rfc3339": "RFC 3339, 5.6", "http-date": "RFC 9110, 5.6.7", "uuid": "RFC 9562, 4"}


class Formats(Group):
    """The form of values in all responses."""

    timestamps: Text | None = Field(None, description="rfc3339, http-date, epoch, or a regular expression")
    ids: Text | None = Field(
        None, description="uuid, integer, or a regular expression, of each property `id`"
    )
    at: list[Pointer] = Field(
        [],
        description="where the timestamps are, `*` for each item of a list; "
        "without this key those properties whose names end with _at or At",
    )


def claims(declared: Formats) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of formats brings."""
    for generic, what, form in (
        ("FORMAT-TIMESTAMPS", "A time", declared.timestamps),
        ("FORMAT-IDS", "An id", declared.ids),
    ):
        if form is not None:
            source = SOURCES.get(form, "conventions.yaml")
            yield GenericClaim(generic, f"{what} has the form {form} in every response.", source)


CONVENTION = Convention("formats", "Formats", Formats, claims)
