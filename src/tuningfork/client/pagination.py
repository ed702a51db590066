"""How APIs wrap and page their lists: by next links, by page numbers, or without pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tuningfork.client.response import Response


@dataclass(frozen=True)
class LinkPaginator:
    """Pagination in which each page contains the URL of the next page.

    Args:
        link_property: the property with the next URL; absent or null on the last page.
        items_property: the property with the items; a page may also be a bare array.
        size_parameter: the parameter for the number of items on a page.
        query: parameters that enable paging.
    """

    link_property: str
    items_property: str
    size_parameter: str = "limit"
    query: Mapping[str, Any] = field(default_factory=dict)

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query of the first page: `query` and the parameters that enable paging."""
        return {**self.query, **query}

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return the query of a page with `count` items."""
        return {self.size_parameter: count}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page.

        Raises:
            ExpectationFailed: the body is neither an array nor an object with an array.
        """
        items = body.get(self.items_property) if isinstance(body, dict) else body
        if not isinstance(items, list):
            raise ExpectationFailed(
                f"an array, or an object with {to_json(self.items_property)}", to_json(body)
            )
        return items

    def next_url(self, response: Response) -> str | None:
        """Return the URL of the next page; None on the last page.

        Raises:
            ExpectationFailed: the link is not a string.
        """
        body = response.json
        link = body.get(self.link_property) if isinstance(body, dict) else None
        if link is not None and not isinstance(link, str):
            raise ExpectationFailed(f"{self.link_property} as a string or null", to_json(link))
        return link


@dataclass(frozen=True)
class PageNumberPaginator:
    """Pagination by page numbers from 1; the pages after the last one are empty.

    Args:
        page_parameter: the parameter for the page number.
        size_parameter: the parameter for the number of items on a page.
        envelope_property: the property of the body that contains the list.
        items_properties: the properties of the envelope one of which is the list.
    """

    page_parameter: str
    size_parameter: str
    envelope_property: str
    items_properties: tuple[str, ...]

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return `query` unchanged."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return the query of a page with `count` items."""
        return {self.size_parameter: count}

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page.

        Raises:
            ExpectationFailed: the envelope contains no such array.
        """
        envelope = body.get(self.envelope_property) if isinstance(body, dict) else None
        lists = [envelope.get(name) for name in self.items_properties] if isinstance(envelope, dict) else []
        for items in lists:
            if isinstance(items, list):
                return items
        raise ExpectationFailed(
            f"an array {' or '.join(self.items_properties)} in {to_json(self.envelope_property)}",
            to_json(body),
        )

    def next_url(self, response: Response) -> str | None:
        """Return the URL of the next page; None after an empty page."""
        if not self.items(response.json):
            return None
        url = urlsplit(response.exchange.request.url)
        pairs = parse_qsl(url.query, keep_blank_values=True)
        number = next((value for name, value in pairs if name == self.page_parameter), "1")
        rest = [(name, value) for name, value in pairs if name != self.page_parameter]
        return url._replace(query=urlencode([*rest, (self.page_parameter, int(number) + 1)])).geturl()


@dataclass(frozen=True)
class SinglePagePaginator:
    """Lists without pages: one response contains all items.

    Args:
        items_property: the property of the body that contains the items.
    """

    items_property: str

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return `query` unchanged."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return an empty query: the number of items can't be chosen."""
        return {}

    def items(self, body: Any) -> list[Any]:
        """Return all items of the list.

        Raises:
            ExpectationFailed: the body contains no such array.
        """
        items = body.get(self.items_property) if isinstance(body, dict) else None
        if not isinstance(items, list):
            raise ExpectationFailed(f"an array {to_json(self.items_property)}", to_json(body))
        return items

    def next_url(self, response: Response) -> str | None:
        """Return None: a list has only one page."""
        return None
