"""Lists in pages (https://developers.soundcloud.com/docs/api/guide#pagination)."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from flask import Response

from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.mock.errors import Refusal
from tuningfork.mock.parsing import whole_number

if TYPE_CHECKING:
    from tuningfork.apis.soundcloud.mock.app import SoundCloud
    from tuningfork.apis.soundcloud.mock.call import Call

T = TypeVar("T")
Key = tuple[int, ...]
"""Where an item stands in its list; no two items have the same."""


class Page(NamedTuple, Generic[T]):
    """Some items, and the parameters with which the next page is asked for."""

    items: Sequence[T]
    following: dict[str, str] | None


class Pages:
    """Cuts lists. Most lists are newest first and go on after a cursor; some count from their start."""

    default = 50
    highest = 200

    def __init__(self, mock: SoundCloud) -> None:
        self.mock = mock

    def size(self, call: Call) -> int:
        """Items in a page (SC-PAGE-01, SC-PAGE-03, SC-PAGE-11)."""
        text = call.args.get("limit", call.args.get("page_size"))
        if text is None:
            return self.default
        size = whole_number(text)
        if not size:
            raise Refusal(400, "limit is a number from 1 to 200")
        return min(size, self.highest)

    def linked(self, call: Call) -> bool:
        """Whether the answer is an object with next_href (SC-PAGE-04)."""
        return call.args.get("linked_partitioning", "").lower() in ("true", "1")

    def cursor(self, key: Key) -> str:
        """A key as an opaque text."""
        return base64.urlsafe_b64encode("-".join(map(str, key)).encode()).decode().rstrip("=")

    def position(self, cursor: str, places: int) -> Key:
        """The key that a cursor stands for, of so many numbers; Refusal 400 if none made it.

        A plain number is a cursor of the real API: the first number of a key.
        """
        if (first := whole_number(cursor)) is not None:
            return (first,)
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            raise Refusal(400, "cursor is none of ours") from None
        key = tuple(whole_number(part) for part in text.split("-"))
        if len(key) != places or None in key:
            raise Refusal(400, "cursor is none of ours")
        return tuple(part for part in key if part is not None)

    def offset(self, call: Call) -> int:
        """Items to pass over."""
        offset = whole_number(call.args.get("offset", "0"))
        if offset is None:
            raise Refusal(400, "offset is a number")
        return offset

    def by_cursor(self, call: Call, items: Sequence[T], key: Callable[[T], Key]) -> Page[T]:
        """A page of a list whose keys fall: it stays whole while newer items come (SC-PAGE-09)."""
        start, size = self.offset(call), self.size(call)
        if items and (cursor := call.args.get("cursor")) is not None:
            start += self.after(items, key, self.position(cursor, len(key(items[0]))))
        page = items[start : start + size]
        more = self.more(items, start + size)
        return Page(page, {"cursor": self.cursor(key(page[-1]))} if more and page else None)

    def after(self, items: Sequence[T], key: Callable[[T], Key], position: Key) -> int:
        """The index of the first item behind a position in a list whose keys fall."""
        return bisect_right(items, _negative(position), key=lambda item: _negative(key(item)))

    def by_offset(self, call: Call, items: Sequence[T]) -> Page[T]:
        """A page of a list that is counted from its start."""
        start, size = self.offset(call), self.size(call)
        end = start + size
        return Page(items[start:end], {"offset": str(end)} if self.more(items, end) else None)

    def more(self, items: Sequence[Any], end: int) -> bool:
        """Whether there is anything from this index on (SC-PAGE-05)."""
        return end < len(items)

    def next_href(self, call: Call, page: Page[Any]) -> str | None:
        """Where the next page is, with the request's filters and page size (SC-PAGE-07, SC-PAGE-08)."""
        if page.following is None:
            return None
        kept = [pair for pair in call.args.items(multi=True) if pair[0] not in NOT_KEPT]
        query = [
            *kept,
            ("page_size", str(self.size(call))),
            *page.following.items(),
            ("linked_partitioning", "true"),
        ]
        return f"{call.base}{call.request.path}?{urlencode(query)}"

    def answer(self, call: Call, page: Page[Any], shown: Iterable[Any], always: bool = False) -> Response:
        """The page, as an object where it is asked for or `always` one; else a bare array (SC-PAGE-10)."""
        if always or self.linked(call):
            return reply(self.body(list(shown), self.next_href(call, page)))
        return reply(list(shown))

    def body(self, shown: list[Any], next_href: str | None) -> dict[str, Any]:
        """A page as an object; next_href is absent at the end."""
        return {"collection": shown} | ({} if next_href is None else {"next_href": next_href})


NOT_KEPT = frozenset(
    {"limit", "page_size", "offset", "cursor", "linked_partitioning", "callback", "client_id", "oauth_token"}
)


def _negative(key: Key) -> Key:
    return tuple(-part for part in key)
