"""`rate-limit` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar import OperationValue, RefusalValue, Text


class LimitHeaders(Keys):
    """`headers`: the headers with the numbers."""

    limit: Text | None = Field(None, description="the greatest number of requests")
    remaining: Text | None = Field(None, description="the number of requests that are left")
    reset: Text | None = Field(None, description="when the number starts again")


class Limit(Keys):
    """One limit."""

    scope: Text = Field(description="what is counted by: address, app, user, token")
    count: int = Field(gt=0, description="the number of requests")
    per: Text = Field(pattern=r"^\d+[smhd]$", description="the time, such as 30s, 1h or 1d")
    window: Literal["fixed", "sliding", "bucket"] = Field("fixed", description="how the time is measured")
    counts: list[OperationValue] | None = Field(None, description="the operations that count")


class RateLimit(Group):
    """How too many requests are refused."""

    refusal: RefusalValue | None = Field(None, description="the refusal of too many requests")
    retry_after: Literal["seconds", "date", "either"] | None = Field(
        None, description="the header Retry-After"
    )
    headers: LimitHeaders | None = Field(None, description="the headers with the numbers")
    reset: Literal["epoch", "seconds", "date"] | None = Field(
        None, description="the unit of the header `reset`"
    )
    draft: Literal["ratelimit"] | None = Field(None, description="the headers of the RateLimit draft")
    limits: list[Limit] = Field([], description="the limits")


def claims(declared: RateLimit) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of rate-limit brings."""
    return iter(())


CONVENTION = Convention("rate-limit", "Rate limits", RateLimit, claims)
