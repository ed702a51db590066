"""`rate-limit` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group, Keys
from tuningfork.conventions.grammar.operation_patterns import OperationLike, OperationValue
from tuningfork.conventions.grammar.responses import RefusalValue
from tuningfork.conventions.grammar.scalars import Text
from tuningfork.model import Level

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
RETRY_AFTER = {"seconds": "seconds", "date": "an HTTP date", "either": "seconds or an HTTP date"}
RESET = {"epoch": "seconds since 1970", "seconds": "seconds from now", "date": "an HTTP date"}


class LimitHeaders(Keys):
    """`headers`: the headers with the numbers."""

    limit: Text | None = Field(None, description="the greatest number of requests")
    remaining: Text | None = Field(None, description="the number of requests that are left")
    reset: Text | None = Field(None, description="when the number starts again, in the unit of `reset`")


class Limit(Keys):
    """One limit."""

    scope: Text = Field(
        description="the scope of the counter, such as address, app, user or token: the counter of the "
        "test hook /quota"
    )
    count: int = Field(gt=0, description="the number of requests")
    per: Text = Field(pattern=r"^\d+[smhd]$", description="the time, such as 30s, 1h or 1d")
    window: Literal["fixed", "sliding", "bucket"] = Field(
        "fixed",
        description="whether the time begins with the first request, has the last ones, or refills the count",
    )
    counts: list[OperationValue] | None = Field(
        None, description="the operations that count; all that the declaration is about without this key"
    )

    @property
    def seconds(self) -> int:
        """The time in seconds."""
        return int(self.per[:-1]) * UNITS_S[self.per[-1]]

    def is_counted(self, operation: OperationLike) -> bool:
        """Return whether the requests of an operation count."""
        return self.counts is None or any(pattern.matches(operation) for pattern in self.counts)

    def __str__(self) -> str:
        return f"{self.count} requests per {self.per} ({self.scope})"


class RateLimit(Group):
    """How too many requests are refused."""

    refusal: RefusalValue | None = Field(None, description="the refusal of too many requests")
    retry_after: Literal["seconds", "date", "either"] | None = Field(
        None, description="the form of the header Retry-After of a refusal"
    )
    headers: LimitHeaders | None = Field(None, description="the headers with the numbers")
    reset: Literal["epoch", "seconds", "date"] | None = Field(
        None, description="the unit of the header `headers.reset`"
    )
    draft: Literal["ratelimit"] | None = Field(
        None, description="the headers RateLimit and RateLimit-Policy of the IETF draft"
    )
    limits: list[Limit] = Field(
        [], description="the limits; without them a refusal needs the test hook /quota"
    )


def claims(declared: RateLimit) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of rate-limit brings."""
    limits = " and ".join(map(str, declared.limits)) or "the limit"
    if declared.refusal is not None:
        yield GenericClaim(
            "RATE-STATUS",
            f"A request above {limits} is refused with {declared.refusal}; one below is not.",
            "RFC 6585, 4",
        )
        yield from _claims_of_retry_after(declared)
        if declared.limits:
            promise = f"After the time of {limits} requests are accepted again."
            yield GenericClaim("RATE-WINDOW", promise)
    yield from _claims_of_headers(declared)
    if declared.draft is not None:
        promise = (
            "RateLimit and RateLimit-Policy are well-formed, and no remaining quota is above its policy."
        )
        yield GenericClaim("RATE-DRAFT", promise, "draft-ietf-httpapi-ratelimit-headers, 3 and 4")


def _claims_of_retry_after(declared: RateLimit) -> Iterator[GenericClaim]:
    """Yield the claims about the header Retry-After."""
    if declared.retry_after is not None:
        form = RETRY_AFTER[declared.retry_after]
        promise = f"A refusal for too many requests has a Retry-After with {form}."
        yield GenericClaim("RATE-RETRY-AFTER", promise, "RFC 9110, 10.2.3")
        promise = "A request is accepted a second after the time in Retry-After."
        yield GenericClaim("RATE-RETRY-WORKS", promise, "RFC 6585, 4", Level.SHOULD)


def _claims_of_headers(declared: RateLimit) -> Iterator[GenericClaim]:
    """Yield the claims about the headers with the numbers."""
    headers = declared.headers
    if headers is None:
        return
    names = ", ".join(name for name in (headers.limit, headers.remaining, headers.reset) if name)
    unit = f"; {headers.reset} has {RESET[declared.reset]}" if headers.reset and declared.reset else ""
    promise = f"A response has {names} with numbers, of which the remaining one is from 0 to the limit{unit}."
    yield GenericClaim("RATE-HEADERS", promise)
    if headers.remaining is not None:
        promise = f"{headers.remaining} is lower after a request, unless the limit has started again."
        yield GenericClaim("RATE-COUNTS-DOWN", promise, level=Level.SHOULD)


CONVENTION = Convention("rate-limit", "Rate limits", RateLimit, claims)
