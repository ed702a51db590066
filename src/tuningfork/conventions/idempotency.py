"""`idempotency` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar import RefusalValue, ReplayedAnswers, Text


class Marked(Keys):
    """`marked`: how a repeated response is recognized."""

    header: Text = Field(description="the name of the header")


class Idempotency(Group):
    """How a repeated request with the same key has one effect."""

    in_: Literal["header", "query", "body"] = Field("header", description="where the key is")
    name: Text = Field("Idempotency-Key", description="its name; a JSON pointer in a body")
    replay: Literal["same", "equal"] | None = Field(
        None, description="whether the second response is the same to the byte, or has equal members"
    )
    marked: Marked | None = Field(None, description="how a repeated response is recognized")
    kept: Literal["all", "successes"] = Field("successes", description="the responses that are repeated")
    mismatch: RefusalValue | None = Field(None, description="the refusal of the key with another body")
    concurrent: ReplayedAnswers | None = Field(None, description="the response while the first request runs")
    missing: RefusalValue | None = Field(None, description="the refusal of a request without a key")
    scope: Literal["account"] | None = Field(None, description="whether another user's key is another key")
    window: int | None = Field(None, gt=0, description="the seconds for which a key is remembered")


def claims(declared: Idempotency) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of idempotency brings."""
    return iter(())


CONVENTION = Convention("idempotency", "Idempotency", Idempotency, claims)
