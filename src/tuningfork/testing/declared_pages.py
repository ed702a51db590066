"""How a client turns the pages of a list that `pagination` declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.client.response import Response
from tuningfork.conventions.pagination import Link, NextHeader, Pagination
from tuningfork.json_text import to_json
from tuningfork.model import ExpectationFailed
from tuningfork.numbers import read_digits

LINK = re.compile(r"<([^>]*)>([^<]*)")
RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))', re.IGNORECASE)


@dataclass(frozen=True)
class PageRequest:
    """The request of one page.

    Args:
        path: a path below the base URL.
        query: the query parameters.
        headers: the headers that choose the page or its size.
        body: the properties of the body that do, by their JSON pointers.
        url: the URL of a link, which is sent as it is in place of the path and the query.
    """

    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""

    def with_parameter(self, name: str, location: str, value: Any) -> PageRequest:
        """Return the request with a parameter in the query, a header or the body."""
        if location == "header":
            return replace(self, headers={**self.headers, name: str(value)})
        if location == "body":
            pointer = name if name.startswith("/") else f"/{name}"
            return replace(self, body={**self.body, pointer: value})
        return replace(self, query={**self.query, name: value})

    def parameter(self, name: str, location: str) -> Any:
        """Return a parameter; None without it."""
        pointer = name if name.startswith("/") else f"/{name}"
        values = {"header": self.headers, "body": self.body, "query": self.query}[location]
        return values.get(pointer if location == "body" else name)


@dataclass(frozen=True)
class PageTurner:
    """Makes the requests of the pages of a list, and reads them.

    Args:
        declared: how the list is paged.
    """

    declared: Pagination

    def first(self, path: str, query: Mapping[str, Any], size: Any = None) -> PageRequest:
        """Return the request of the first page.

        Args:
            path: the path of the list.
            query: the filters.
            size: the number of items of a page; None sends none.
        """
        request = PageRequest(path, {**(self.declared.when or {}), **query})
        return request if size is None else self.with_size(request, size)

    def with_size(self, request: PageRequest, size: Any) -> PageRequest:
        """Return a request for pages of this size; unchanged if no parameter is declared."""
        declared = self.declared.size
        return (
            request
            if declared.parameter is None
            else request.with_parameter(declared.parameter, declared.in_, size)
        )

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page; raise ExpectationFailed if there is no array."""
        items = find_value(body, self.declared.items)
        if not isinstance(items, list):
            raise ExpectationFailed(f"an array at {to_json(self.declared.items)}", to_json(body))
        return items

    def keys(self, items: Iterable[Any]) -> list[Any]:
        """Return the keys of items; raise ExpectationFailed for an item without one."""
        return [self.key(item) for item in items]

    def key(self, item: Any) -> Any:
        """Return the key of an item; raise ExpectationFailed if it has none."""
        key = find_value(item, self.declared.key)
        if not isinstance(key, int | str) or isinstance(key, bool):
            raise ExpectationFailed(f"an item with a key at {to_json(self.declared.key)}", to_json(item))
        return key

    def next(self, request: PageRequest, page: Response, received: int) -> PageRequest | None:
        """Return the request of the next page; None on the last page.

        Args:
            request: the request of this page.
            page: its response.
            received: the number of items of this page and all earlier ones.
        """
        if self.declared.type == "none" or self.is_last(request, page, received):
            return None
        return self.following(request, page)

    def following(self, request: PageRequest, page: Response) -> PageRequest | None:
        """Return the request of the page behind a page, which may be the last one; None if it has no next."""
        if self.declared.type in ("page", "offset"):
            return self._numbered(request, page)
        if self.declared.type == "after":
            return self._after(request, page)
        value = self.next_value(page)
        if not isinstance(value, str | int) or value == "":
            return None
        if self.declared.type in ("url", "link"):
            return self._linked(request, page, str(value))
        return self._with_cursor(request, value)

    def next_value(self, page: Response) -> Any:
        """Return what a page has for the next one; MISSING without it."""
        if self.declared.type == "link":
            relation = self.declared.next.link if isinstance(self.declared.next, Link) else "next"
            return find_link(page.headers.get("link", ""), relation)
        if isinstance(self.declared.next, NextHeader):
            return page.headers.get(self.declared.next.header, MISSING)
        return find_value(page.json, self.declared.next) if isinstance(self.declared.next, str) else MISSING

    def is_last(self, request: PageRequest, page: Response, received: int) -> bool:
        """Return whether a page has a signal that it is the last one."""
        body, declared = page.json, self.declared
        if any(find_value(body, pointer) == value for pointer, value in declared.end_values.items()):
            return True
        if declared.type in ("url", "link", "cursor"):
            return self.following(request, page) is None
        items = self.items(body)
        return not items or self.is_short(request, items) or self.is_total(page, received)

    def is_short(self, request: PageRequest, items: list[Any]) -> bool:
        """Return whether a short page is a signal, and this one is short."""
        size = self.size_of(request)
        return "short-page" in self.declared.end and size is not None and len(items) < size

    def is_total(self, page: Response, received: int) -> bool:
        """Return whether the total is a signal, and all items were received."""
        total = self.total(page)
        return "total" in self.declared.end and isinstance(total, int) and received >= total

    def total(self, page: Response) -> Any:
        """Return the total of a list, a number in a header as a number; MISSING without it."""
        if self.declared.total is None:
            return MISSING
        value = find_in_response(page.exchange.response, self.declared.total.at)
        number = read_digits(value) if self.declared.total.at.header is not None else None
        return value if number is None else number

    def received(self, request: PageRequest, page: Response) -> int:
        """Return the number of items of a page and all earlier ones, as the number of the page says it."""
        count, declared = len(self.items(page.json)), self.declared
        number = request.parameter(declared.parameter or declared.type, declared.in_)
        if declared.type not in ("page", "offset") or number is None:
            return count
        pages = int(number) - declared.first
        return count + pages * (1 if declared.type == "offset" else self.size_of(request) or count)

    def size_of(self, request: PageRequest) -> int | None:
        """Return the size of the requested page; None if it is not known."""
        size = self.declared.size
        asked = request.parameter(size.parameter, size.in_) if size.parameter is not None else None
        known = size.default if asked is None else int(asked)
        return known if known is None or size.maximum is None else min(known, size.maximum)

    def end(self, request: PageRequest, default_size: int) -> int:
        """Return the number of items up to the end of a page, as its number says it; 0 if it has none."""
        declared, size = self.declared, self.size_of(request) or default_size
        number = request.parameter(declared.parameter or declared.type, declared.in_)
        if declared.type not in ("page", "offset") or number is None:
            return 0
        return (int(number) - declared.first) * (1 if declared.type == "offset" else size) + size

    def _numbered(self, request: PageRequest, page: Response) -> PageRequest:
        """Return the request of the next page number or offset."""
        name, declared = self.declared.parameter or self.declared.type, self.declared
        number = request.parameter(name, declared.in_)
        step = 1 if declared.type == "page" else self._step(request, page)
        return self.numbered(request, (declared.first if number is None else int(number)) + step)

    def numbered(self, request: PageRequest, number: Any) -> PageRequest:
        """Return the request of the page or offset with a number."""
        return request.with_parameter(
            self.declared.parameter or self.declared.type, self.declared.in_, number
        )

    def _step(self, request: PageRequest, page: Response) -> int:
        """Return the number of items by which an offset grows."""
        count, size = len(self.items(page.json)), self.size_of(request)
        is_certain = self.declared.size.maximum is not None or self.declared.size.exact is False
        return size if size is not None and is_certain else count

    def _after(self, request: PageRequest, page: Response) -> PageRequest | None:
        """Return the request of the page behind the last item."""
        items = self.items(page.json)
        pointer = self.declared.next if isinstance(self.declared.next, str) else self.declared.key
        key = find_value(items[-1], pointer) if items else MISSING
        if key is MISSING:
            return None
        return request.with_parameter(self.declared.parameter or "after", self.declared.in_, key)

    def _with_cursor(self, request: PageRequest, cursor: Any) -> PageRequest:
        """Return the request with a cursor; without filters if the cursor has them."""
        if self.declared.filters == "in-the-cursor":
            request = replace(request, query=dict(self.declared.when or {}))
        return request.with_parameter(self.declared.parameter or "cursor", self.declared.in_, cursor)

    def _linked(self, request: PageRequest, page: Response, link: str) -> PageRequest:
        """Return the request of a link as it is; the filters are added if a client must repeat them."""
        url = resolve_link(page.exchange.request.url, link)
        if self.declared.filters == "repeat":
            known = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
            pairs = [(name, str(value)) for name, value in request.query.items() if name not in known]
            url = _with_query(url, [pair for pair in pairs if pair[0] != self.declared.size.parameter])
        return replace(request, url=url)


def resolve_link(base: str, link: str) -> str:
    """Return the absolute URL of a link (RFC 3986 5); the scheme and the port are those of the request.

    Raises:
        ExpectationFailed: the link is on another host, which must not get the credentials.
    """
    url, parts = urlsplit(urljoin(base, link)), urlsplit(base)
    if url.hostname != parts.hostname:
        raise ExpectationFailed(f"a next page on {parts.hostname}", link)
    return url._replace(scheme=parts.scheme, netloc=parts.netloc).geturl()


def find_link(header: str, relation: str) -> Any:
    """Return the target of the first link with a relation type (RFC 8288 3); MISSING without one."""
    for url, parameters in LINK.findall(header):
        match = RELATION.search(parameters)
        if match is not None and relation.lower() in (match[1] or match[2] or "").lower().split():
            return url
    return MISSING


def _with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """Return a URL with more query parameters."""
    parts = urlsplit(url)
    return parts._replace(query="&".join(filter(None, (parts.query, urlencode(pairs))))).geturl()
