"""`formats` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar import Pointer, Text


class Formats(Group):
    """The form of values in all responses."""

    timestamps: Text | None = Field(None, description="rfc3339, http-date, epoch, or a regular expression")
    ids: Text | None = Field(None, description="uuid, integer, or a regular expression")
    at: list[Pointer] = Field([], description="where the timestamps are; by name without this key")


def claims(declared: Formats) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of formats brings."""
    return iter(())


CONVENTION = Convention("formats", "Formats", Formats, claims)
