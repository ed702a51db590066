"""Pages of lists (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.soundcloud.mock.request_context import RequestContext, json_response
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import whole_number

T = TypeVar("T")
Key = tuple[int, ...]
"""The sort key of an item; no two items of a list have the same key."""
DROPPED_PARAMETERS = frozenset(
    {"limit", "page_size", "offset", "cursor", "linked_partitioning", "callback", "client_id", "oauth_token"}
)
"""Parameters of a request that next_href does not repeat."""


class Page(NamedTuple, Generic[T]):
    """The items of a page and the query parameters of the next page, None on the last page."""

    items: Sequence[T]
    next_query: dict[str, str] | None


class Pagination:
    """Splits lists into pages.

    Most lists are sorted by a descending key and continue after a cursor; others are counted by offset.
    """

    default_size = 50
    max_size = 200

    def page_size(self, context: RequestContext) -> int:
        """Return the number of items in a page (SC-PAGE-01, SC-PAGE-03, SC-PAGE-11)."""
        text = context.args.get("limit", context.args.get("page_size"))
        if text is None:
            return self.default_size
        size = whole_number(text)
        if not size:
            raise HttpError(400, "limit is a number from 1 to 200")
        return min(size, self.max_size)

    def is_linked(self, context: RequestContext) -> bool:
        """Return whether the client wants an object with next_href instead of an array (SC-PAGE-04)."""
        return context.args.get("linked_partitioning", "").lower() in ("true", "1")

    def encode_cursor(self, key: Key) -> str:
        """Return a key as opaque text."""
        return base64.urlsafe_b64encode("-".join(map(str, key)).encode()).decode().rstrip("=")

    def decode_cursor(self, cursor: str, length: int) -> Key:
        """Return the key of a cursor.

        Args:
            cursor: text of `encode_cursor`, or a plain number as in the real API: the first number of a key.
            length: how many numbers the keys of the list have.

        Raises:
            HttpError: 400 for a cursor that this server has not issued.
        """
        if (first := whole_number(cursor)) is not None:
            return (first,)
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            raise HttpError(400, "cursor is invalid") from None
        key = tuple(whole_number(part) for part in text.split("-"))
        if len(key) != length or None in key:
            raise HttpError(400, "cursor is invalid")
        return tuple(part for part in key if part is not None)

    def offset(self, context: RequestContext) -> int:
        """Return the number of items to skip."""
        offset = whole_number(context.args.get("offset", "0"))
        if offset is None:
            raise HttpError(400, "offset is a number")
        return offset

    def by_cursor(self, context: RequestContext, items: Sequence[T], key: Callable[[T], Key]) -> Page[T]:
        """Return a page of a list with descending keys; new items do not shift later pages (SC-PAGE-09)."""
        start, size = self.offset(context), self.page_size(context)
        if items and (cursor := context.args.get("cursor")) is not None:
            start += self.index_after(items, key, self.decode_cursor(cursor, len(key(items[0]))))
        page = items[start : start + size]
        has_more = self.has_more(items, start + size)
        return Page(page, {"cursor": self.encode_cursor(key(page[-1]))} if has_more and page else None)

    def index_after(self, items: Sequence[T], key: Callable[[T], Key], position: Key) -> int:
        """Return the index of the first item after the key `position` in a list with descending keys."""
        return bisect_right(items, _negative(position), key=lambda item: _negative(key(item)))

    def by_offset(self, context: RequestContext, items: Sequence[T]) -> Page[T]:
        """Return a page of a list that is counted from its start."""
        start, size = self.offset(context), self.page_size(context)
        end = start + size
        return Page(items[start:end], {"offset": str(end)} if self.has_more(items, end) else None)

    def has_more(self, items: Sequence[Any], end: int) -> bool:
        """Return whether the list has items at index `end` or later (SC-PAGE-05)."""
        return end < len(items)

    def next_href(self, context: RequestContext, page: Page[Any]) -> str | None:
        """Return the URL of the next page, with the request's filters and page size (SC-PAGE-07, -08)."""
        if page.next_query is None:
            return None
        filters = [pair for pair in context.args.items(multi=True) if pair[0] not in DROPPED_PARAMETERS]
        query = [
            *filters,
            ("page_size", str(self.page_size(context))),
            *page.next_query.items(),
            ("linked_partitioning", "true"),
        ]
        return f"{context.base}{context.request.path}?{urlencode(query)}"

    def respond(
        self, context: RequestContext, page: Page[Any], items: Iterable[Any], always_linked: bool = False
    ) -> Response:
        """Return the JSON of a page: an object if the list is linked, else an array (SC-PAGE-10)."""
        if always_linked or self.is_linked(context):
            return json_response(self.serialize(list(items), self.next_href(context, page)))
        return json_response(list(items))

    def serialize(self, items: list[Any], next_href: str | None) -> dict[str, Any]:
        """Return a page as an object; the last page has no next_href."""
        return {"collection": items} | ({} if next_href is None else {"next_href": next_href})


def _negative(key: Key) -> Key:
    return tuple(-part for part in key)
