"""The paginator of an API whose conventions.yaml declares its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tuningfork.checks.declared.pagination import group_of
from tuningfork.checks.places import find_value
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.pagination import Pagination
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed, Request
from tuningfork.testing.declared_pages import PageRequest, PageTurner


@dataclass(frozen=True)
class DeclaredPaginator:
    """Lists as `pagination` declares them; pages that a header or a body chooses are not turned.

    Args:
        contract: the contract of the API.
    """

    contract: Contract

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query, with the parameters that enable paging."""
        conditions = [group.when for group in self._groups if group.is_paged and group.when is not None]
        return {**next(iter(conditions), {}), **query}

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return the query of a page with `count` items; empty if no size can be chosen in the query."""
        for group in self._groups:
            if group.size.parameter is not None and group.size.in_ == "query":
                return {group.size.parameter: count}
        return {}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page.

        Raises:
            ExpectationFailed: there is no array where a group has its items.
        """
        found = (find_value(body, group.items) for group in self._groups)
        items = next((each for each in found if isinstance(each, list)), None)
        if items is None:
            places = " or ".join(dict.fromkeys(to_json(group.items) for group in self._groups))
            raise ExpectationFailed(f"an array at {places}", to_json(body))
        return items

    def next_url(self, response: Response) -> str | None:
        """Return the URL of the next page; None on the last page."""
        group = self._group_of(response)
        if group is None or not (group.in_ == "query" or group.type in ("url", "link")):
            return None
        parts = urlsplit(response.exchange.request.url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = PageRequest(parts._replace(query="").geturl(), query)
        turner = PageTurner(group)
        following = turner.next(request, response, turner.received(request, response))
        if following is None:
            return None
        return following.url or f"{following.path}?{urlencode(following.query)}"

    @property
    def _groups(self) -> list[Pagination]:
        """The groups of `pagination`."""
        return list(self.contract.declaration.groups["pagination"])

    def _group_of(self, response: Response) -> Pagination | None:
        """Return the group for a request; None if nothing is declared for it."""
        operation = self._operation_of(response.exchange.request)
        declaration = self.contract.declaration
        return None if operation is None else group_of(declaration, response.exchange, operation)

    def _operation_of(self, request: Request) -> Operation | None:
        """Return the operation of a request, whose path may begin with that of the base URL."""
        path = urlsplit(request.url).path
        starts = (start for start, letter in enumerate(path) if letter == "/")
        found = (self.contract.find(request.method, path[start:]) for start in starts)
        return next(filter(None, found), None)
