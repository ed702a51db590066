"""`conditional` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar.locations import Pointer
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.statuses import StatusSet


class BodyProperty(Keys):
    """`validator` in a body."""

    body: Pointer = Field(description="where an item has its version")


class Conditional(Group):
    """How a client reads only what has changed, and changes only what it has read."""

    validator: Literal["etag", "last-modified"] | BodyProperty = Field(
        "etag", description="what distinguishes versions"
    )
    strength: Literal["strong", "weak"] = Field("strong", description="of entity tags (RFC 9110 8.8.1)")
    not_modified: StatusSet | None = Field(None, description="the status of a read of what has not changed")
    mismatch: RefusalValue | None = Field(None, description="the refusal of a change with an old version")
    required: RefusalValue | None = Field(None, description="the refusal of a change without a version")


def claims(declared: Conditional) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of conditional brings."""
    validator = declared.validator if isinstance(declared.validator, str) else declared.validator.body
    yield GenericClaim(
        "COND-ETAG",
        f"a read has the validator {validator}, which is the same until something changes",
        "RFC 9110 8.8",
    )
    if declared.not_modified is not None:
        yield GenericClaim(
            "COND-NOT-MODIFIED",
            f"a read of what has not changed returns {declared.not_modified} without a body",
            "RFC 9110 13.1.2, 15.4.5",
        )
    if declared.mismatch is not None:
        yield GenericClaim(
            "COND-MISMATCH",
            f"a change of an old version, and no other one, is refused with {declared.mismatch}",
            "RFC 9110 13.1.1",
            needs=("write",),
        )
    if declared.required is not None:
        yield GenericClaim(
            "COND-REQUIRED",
            f"a change without a version is refused with {declared.required}",
            "RFC 6585 3",
            needs=("write",),
        )


CONVENTION = Convention("conditional", "Conditional requests", Conditional, claims)
