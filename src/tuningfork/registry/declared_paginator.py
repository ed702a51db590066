"""How an API without a profile pages its lists: as `pagination` declares for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tuningfork.checks.places import find_value
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.pagination import Pagination
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_pages import PageRequest, PageTurner


@dataclass(frozen=True)
class DeclaredPaginator:
    """Turns the pages of declared lists.

    Args:
        contract: the operations, and how each list is paged.
    """

    contract: Contract

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query unchanged."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return an empty query."""
        return {}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page: the first array where a group has its items.

        Raises:
            ExpectationFailed: there is no array.
        """
        groups: list[Pagination] = list(self.contract.declaration.groups["pagination"])
        for group in groups:
            if isinstance(items := find_value(body, group.items), list):
                return items
        places = " or ".join(dict.fromkeys(repr(group.items) for group in groups))
        raise ExpectationFailed(f"an array at {places}", repr(body))

    def next_url(self, response: Response) -> str | None:
        """Return the URL of the next page; None on the last page, or if no URL leads to it."""
        request = response.exchange.request
        path = urlsplit(request.url).path
        operation = next(
            filter(None, (self.contract.find(request.method, each) for each in _ends(path))), None
        )
        declared: Pagination | None = self.contract.declaration.of("pagination", operation)
        if declared is None:
            return None
        page = PageRequest(request.url.partition("?")[0], dict(parse_qsl(urlsplit(request.url).query)))
        following = PageTurner(declared).next(page, response, seen=0)
        return None if following is None else _url(following)


def _ends(path: str) -> Iterator[str]:
    """Yield a path, then the same without its first segments: one of them is the path below the base URL."""
    while path:
        yield path
        rest = path[1:].partition("/")
        path = rest[1] + rest[2]


def _url(request: PageRequest) -> str | None:
    """Return the URL of a page; None if a header or the body chooses it."""
    if request.headers or request.body:
        return None
    return request.url or f"{request.path}?{urlencode(request.query)}"
