"""A list of a declared API: fetches its pages, and walks from page to page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.pagination import Pagination
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_pages import PageRequest, PageTurner
from tuningfork.testing.listings import at_least_one

MAX_REQUESTS = 60
"""The requests of one walk."""


@dataclass(frozen=True)
class ListPage:
    """One page of a walk.

    Args:
        response: the response.
        request: the request.
        items: its items.
        keys: the keys of its items.
    """

    response: Response
    request: PageRequest
    items: list[Any]
    keys: list[Any]


@dataclass(frozen=True)
class DeclaredList:
    """Sends the requests of one list.

    Args:
        operation: the operation of the document.
        declaration: the conventions of the API.
        declared: how the list is paged.
        client: whose requests they are.
        path: the path of the list, with values for its parameters.
    """

    operation: Operation
    declaration: Declaration
    declared: Pagination
    client: Client
    path: str

    @property
    def turner(self) -> PageTurner:
        """What reads the pages and makes the requests of the next ones."""
        return PageTurner(self.declared)

    def without_signals(self) -> DeclaredList:
        """Return the list as it is walked without the signals of the last page."""
        return replace(self, declared=self.declared.model_copy(update={"end": []}))

    def first_request(self, size: Any = None, query: Mapping[str, Any] | None = None) -> PageRequest:
        """Return the request of the first page."""
        return self.turner.first(self.path, query or {}, size)

    def request_of_item(self, position: int) -> PageRequest:
        """Return the request of the page that begins with an item; not verified if no size can be chosen.

        Args:
            position: the position of the item in the list, from 0.
        """
        declared = self.declared
        if declared.size.parameter is None and declared.type == "page":
            not_verified("no size of a page can be chosen: pagination.size.parameter is not declared")
        return self.turner.numbered(self.first_request(1), declared.first + position)

    def first_page(self, size: Any = None, query: Mapping[str, Any] | None = None) -> Response:
        """Return the response with the first page."""
        return self.send(self.first_request(size, query))

    def send(self, request: PageRequest) -> Response:
        """Send the request of a page and return its response."""
        arguments: dict[str, Any] = {"headers": request.headers}
        if not request.url:
            arguments["params"] = request.query
        if request.body:
            arguments["json"] = _nested(request.body)
        return self.client.request(self.operation.method, request.url or request.path, **arguments)

    def fetch(self, request: PageRequest) -> ListPage:
        """Return a page; raise ExpectationFailed if it has another status than 2xx, or no items."""
        response = self.send(request)
        if not 200 <= response.status < 300:
            raise ExpectationFailed("a page with a 2xx", str(response))
        items = self.turner.items(response.json)
        return ListPage(response, request, items, self.turner.keys(items))

    def items(self, response: Response) -> list[Any]:
        """Return the items of a page."""
        return self.turner.items(response.json)

    def pages(self, request: PageRequest) -> Iterator[ListPage]:
        """Yield the pages of a walk; raise ExpectationFailed if a page leads to an earlier one."""
        count = 0
        requests: list[PageRequest] = []
        keys: list[Any] = []
        following: PageRequest | None = request
        while following is not None:
            if following in requests:
                raise ExpectationFailed("a walk that ends", f"page {len(requests)} leads to an earlier page")
            if len(requests) == MAX_REQUESTS:
                not_verified(f"{self.path} has more than {MAX_REQUESTS} pages")
            requests.append(following)
            page = self.fetch(following)
            if page.keys and page.keys == keys:
                raise ExpectationFailed("other items than on the page before", f"the items {keys[:3]} again")
            keys = page.keys
            yield page
            count += len(page.items)
            following = self.turner.next(following, page.response, count)

    def walk(
        self,
        size: int | None = None,
        query: Mapping[str, Any] | None = None,
        on_page: Callable[[ListPage], None] | None = None,
    ) -> list[ListPage]:
        """Return all pages from the first to the last one.

        Args:
            size: the size of the pages; None sends none.
            query: the filters of the first page.
            on_page: called with each page before the next one is fetched.
        """
        pages = []
        for page in self.pages(self.first_request(size, query)):
            pages.append(page)
            if on_page is not None:
                on_page(page)
        return pages

    def read_keys(self, limit: int | None = None) -> list[Any]:
        """Return the keys of the list, read with few requests; no more pages once there are `limit` keys."""
        keys: list[Any] = []
        for page in self.pages(self.first_request(self.largest_size)):
            keys += page.keys
            if limit is not None and len(keys) >= limit:
                break
        return keys

    @property
    def largest_size(self) -> int | None:
        """The size that reads the list with few requests; None if no size can be chosen."""
        size = self.declared.size
        return None if size.parameter is None else size.maximum or max(size.default or 0, 50)

    def sizes(self, count: int) -> list[int | None]:
        """Return the sizes by which the end of a list of `count` items is tested.

        With them the last page is full, has one item or several, or is the only page; no walk takes more
        than MAX_REQUESTS.
        """
        if self.declared.size.parameter is None:
            return at_least_one([None], "no size")
        most = self.declared.size.maximum or max(count + 1, 1)
        least = math.ceil(count / (MAX_REQUESTS - 2)) or 1
        divisors = [size for size in range(max(least, count // 8, 1), count) if count % size == 0]
        sizes = {1, 2, least, *divisors[:1], count // 2 + 1, count - 1, count, count + 1}
        return at_least_one(
            [size for size in range(least, most + 1) if size in sizes], f"{self.path} has too many items"
        )


def _nested(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object that has values at JSON pointers."""
    body: dict[str, Any] = {}
    for pointer, value in members.items():
        *parents, last = pointer.split("/")[1:]
        inner = body
        for name in parents:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return body
