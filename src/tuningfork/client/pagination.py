"""Ways in which APIs wrap and page their lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tuningfork.client.response import Response


@dataclass(frozen=True)
class LinkPaginator:
    """Each page names the URL of the next one.

    Args:
        query: what asks for links.
        member: where the link stands; absent or null at the end.
        collection: where the items stand in an object; a bare array is a page too.
        size: the parameter that says how many items a page has.
    """

    link_property: str
    items_property: str
    size_parameter: str = "limit"
    query: Mapping[str, Any] = field(default_factory=dict)

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the first page."""
        return {**self.query, **query}

    def page_size_query(self, count: int) -> dict[str, Any]:
        """The query of a page of so many items."""
        return {self.size_parameter: count}

    def items(self, body: Any) -> list[Any]:
        """The items of a page.

        Raises:
            ExpectationFailed: it is neither an array nor an object with one.
        """
        items = body.get(self.items_property) if isinstance(body, dict) else body
        if not isinstance(items, list):
            raise ExpectationFailed(f"an array, or an object with {self.items_property!r}", repr(body))
        return items

    def next_url(self, answer: Response) -> str | None:
        """The URL of the next page, None at the end.

        Raises:
            ExpectationFailed: the link is no string.
        """
        body = answer.json
        link = body.get(self.link_property) if isinstance(body, dict) else None
        if link is not None and not isinstance(link, str):
            raise ExpectationFailed(f"{self.link_property} as a string or null", repr(link))
        return link


@dataclass(frozen=True)
class PageNumberPaginator:
    """Pages are counted from 1, and the last one is followed by empty ones.

    Args:
        number: the parameter that says which page.
        size: the parameter that says how many items it has.
        within: the member of the envelope that holds the list.
        collections: the members of which one is the list.
    """

    page_parameter: str
    size_parameter: str
    envelope_property: str
    items_properties: tuple[str, ...]

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the first page."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """The query of a page of so many items."""
        return {self.size_parameter: count}

    def items(self, body: Any) -> list[Any]:
        """The items of a page.

        Raises:
            ExpectationFailed: the envelope holds no such array.
        """
        inside = body.get(self.envelope_property) if isinstance(body, dict) else None
        lists = [inside.get(name) for name in self.items_properties] if isinstance(inside, dict) else []
        for found in lists:
            if isinstance(found, list):
                return found
        raise ExpectationFailed(
            f"an array {' or '.join(self.items_properties)} in {self.envelope_property!r}", repr(body)
        )

    def next_url(self, answer: Response) -> str | None:
        """The URL of the next page, None after an empty one."""
        if not self.items(answer.json):
            return None
        url = urlsplit(answer.exchange.request.url)
        pairs = parse_qsl(url.query, keep_blank_values=True)
        number = next((value for name, value in pairs if name == self.page_parameter), "1")
        rest = [(name, value) for name, value in pairs if name != self.page_parameter]
        return url._replace(query=urlencode([*rest, (self.page_parameter, int(number) + 1)])).geturl()


@dataclass(frozen=True)
class SinglePagePaginator:
    """A list has no pages: one answer is all of it.

    Args:
        collection: the member of the envelope that holds the list.
    """

    items_property: str

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the list."""
        return query

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Nothing: the list has one size."""
        return {}

    def items(self, body: Any) -> list[Any]:
        """The items of the list.

        Raises:
            ExpectationFailed: the envelope holds no such array.
        """
        items = body.get(self.items_property) if isinstance(body, dict) else None
        if not isinstance(items, list):
            raise ExpectationFailed(f"an array {self.items_property!r}", repr(body))
        return items

    def next_url(self, answer: Response) -> str | None:
        """None: there is no other page."""
        return None
