"""The responses that have the pages of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response

from tuningfork.conventions.pagination import Link, NextHeader, Pagination
from tuningfork.mock.reference import places
from tuningfork.mock.reference.call import Call, DocumentOperation

if TYPE_CHECKING:
    from tuningfork.mock.reference.part import ServerOfParts


class PageBodies:
    """Writes items, total and the signals of the last page where they are declared.

    Args:
        server: the reference server.
    """

    def __init__(self, server: ServerOfParts) -> None:
        self.server = server
        self._samples: dict[str, Any] = {}

    def sample(self, operation: DocumentOperation) -> Any:
        """Return the body of the documented success of an operation; an empty object without one."""
        if operation.key not in self._samples:
            self._samples[operation.key] = self.server.example(operation).get_json(silent=True)
        return self._samples[operation.key] or {}

    def response(
        self, call: Call, declared: Pagination, items: Sequence[Any], total: int, following: Any
    ) -> Response:
        """Return the response with a page.

        Args:
            call: the request.
            declared: how the list is paged.
            items: the items of the page.
            total: the number of all items.
            following: how the next page is found; None on the last page.
        """
        assert call.operation is not None
        body = self.write_items(self.sample(call.operation), declared.items, list(items))
        body = self.write_total(body, declared, total)
        body = self.write_end(body, declared, following is None)
        if isinstance(declared.next, str) and declared.type != "after":
            body = self.write_next(body, declared, self.next_value(call, declared, following))
        response = self.server.json(body)
        self.add_headers(response, call, declared, total, following)
        return response

    def write_items(self, body: Any, pointer: str, items: list[Any]) -> Any:
        """Return a body with the items."""
        if pointer != "/*":
            return places.write(body, pointer, items)
        if isinstance(body, list):
            return items
        arrays = [name for name, value in body.items() if isinstance(value, list)]
        return {**body, arrays[0] if len(arrays) == 1 else "items": items}

    def write_total(self, body: Any, declared: Pagination, total: int) -> Any:
        """Return a body with the total, if it has one."""
        pointer = declared.total.at.pointer if declared.total is not None else None
        return body if pointer is None else places.write(body, pointer, total)

    def write_end(self, body: Any, declared: Pagination, is_last: bool) -> Any:
        """Return a body with the values that say whether the page is the last one."""
        for pointer, value in declared.end_values.items():
            other = (not value) if isinstance(value, bool) else None if value is not None else "more"
            body = places.write(body, pointer, value if is_last else other)
        return body

    def write_next(self, body: Any, declared: Pagination, value: Any) -> Any:
        """Return a body with the cursor or URL of the next page, or with the signal of the last page."""
        assert isinstance(declared.next, str)
        if value is not None:
            return places.write(body, declared.next, value)
        signal = self.signal(declared)
        if signal == "absent":
            return places.remove(body, declared.next)
        return places.write(body, declared.next, None if signal == "null" else "")

    def signal(self, declared: Pagination) -> str:
        """Return what stands for the next page on the last one."""
        return next(iter(declared.next_signals), "absent")

    def next_value(self, call: Call, declared: Pagination, following: Any) -> Any:
        """Return what a body has for the next page: its URL, or its cursor or number."""
        if following is None or declared.type != "url":
            return following
        return self.next_url(call, declared, following)

    def next_url(self, call: Call, declared: Pagination, cursor: str) -> str:
        """Return the URL of the next page."""
        query = self.next_query(call, declared)
        query[declared.parameter or "cursor"] = cursor
        return f"{call.request.base_url}?{urlencode(query)}"

    def next_query(self, call: Call, declared: Pagination) -> dict[str, str]:
        """Return the parameters of the request that the URL of the next page keeps."""
        query = dict(call.request.args.items())
        lists = self.server.declaration.of("lists", call.operation)
        if lists is not None and declared.filters in ("repeat", "in-the-cursor"):
            return {name: value for name, value in query.items() if name not in lists.parameters}
        return query

    def add_headers(
        self, response: Response, call: Call, declared: Pagination, total: int, following: Any
    ) -> None:
        """Add the total and the link to the next page, if they are headers."""
        if declared.total is not None and declared.total.at.header is not None:
            response.headers[declared.total.at.header] = str(total)
        if isinstance(declared.next, NextHeader) and following is not None:
            response.headers[declared.next.header] = str(self.next_value(call, declared, following))
        if declared.type == "link" and following is not None:
            relation = declared.next.link if isinstance(declared.next, Link) else "next"
            url = self.next_url(call, declared, following)
            response.headers["Link"] = f'<{url}>; rel="{relation}"'
