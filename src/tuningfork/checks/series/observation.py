"""What an exchange contributes to the judgement of several exchanges."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange

VARYING_HEADERS = (
    "authorization", "cookie", "accept", "accept-encoding", "accept-language", "origin", "range", "x-api-key",
)  # fmt: skip
"""The request headers that may change a response, or name another client."""
ONE_TIME_PARAMETERS = re.compile(r'oauth_(?:nonce|signature|timestamp)="[^"]*"')
"""What differs in the Authorization of each request that is signed (RFC 5849 3.5.1)."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list.

    Args:
        claims: the claims that say that a walk returns each item once.
        url: of the request, from `normalized_url`.
        next_url: of the next page; None on the last page.
        items: the key and a hash of each item.
        is_first: whether the list begins with this page.
        total: the number of all items, if the API says that it is exact; None otherwise.
        date: when the response was sent, in Unix time; None if it does not say.
    """

    claims: tuple[str, ...]
    url: str
    next_url: str | None
    items: tuple[tuple[str, str], ...]
    is_first: bool = False
    total: int | None = None
    date: float | None = None


@dataclass(frozen=True, slots=True)
class TaggedBody:
    """A response with an entity tag.

    Args:
        claims: the claims that say that a tag is the same until something changes.
        url: of the request.
        tag: the entity tag.
        body: a hash of the body.
        date: when the response was sent, in Unix time; None if it does not say.
    """

    claims: tuple[str, ...]
    url: str
    tag: str
    body: str
    date: float | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """The numbers of a rate limit in a response.

    Args:
        claims: the claims that say that the numbers count down.
        header: the name of the header with the remaining number.
        limit: the greatest number; empty if the response does not have it.
        remaining: the number of requests that are left.
        reset: when the limit starts again, in Unix time.
        date: when the response was sent, in Unix time.
    """

    claims: tuple[str, ...]
    header: str
    limit: str
    remaining: int
    reset: float
    date: float


@dataclass(frozen=True, slots=True)
class Observation:
    """What an exchange contributes.

    Args:
        client: a hash of the request headers on which a response may depend.
        may_change: whether the request may have changed something.
        page: the page of a list; None for another response.
        tagged: the entity tag; None without one.
        quota: the numbers of a rate limit; None without them.
    """

    client: str
    may_change: bool
    page: Page | None = None
    tagged: TaggedBody | None = None
    quota: Quota | None = None


Observer = Callable[[Exchange, Operation | None], Observation]


def may_change(exchange: Exchange) -> bool:
    """Return whether a request may have changed something."""
    return exchange.request.method not in SAFE_METHODS


def client_of(exchange: Exchange) -> str:
    """Return a hash of the request headers on which a response may depend."""
    headers = exchange.request.headers
    values = (ONE_TIME_PARAMETERS.sub("", headers.get(name, "")) for name in VARYING_HEADERS)
    return digest("\n".join(values))


def normalized_url(url: str) -> str:
    """Return host, path and sorted query of a URL: a proxy may change the scheme, a client the order."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path}?{sorted(parse_qsl(parts.query, keep_blank_values=True))}"


def digest(value: Any) -> str:
    """Return a short hash of bytes, or of the text of another value."""
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=12).hexdigest()
