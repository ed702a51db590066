"""Lists in pages (https://github.com/audioBoom/api: sections/pagination.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import reply
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import decimal, whole_number

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """Some items of a list, how many stand before them, and how many there are in all."""

    items: Sequence[T]
    before: int
    total: int


class Pagination:
    """Cuts lists by `page[number]` and `page[items]`."""

    default = 50
    highest = 150

    def number(self, call: RequestContext) -> int:
        """Which page, from 1 (AB-PAGE-01)."""
        return self.positive(call, "page[number]", 1)

    def size(self, call: RequestContext) -> int:
        """Items in a page (AB-PAGE-02), at most 150 (AB-PAGE-03)."""
        return min(self.positive(call, "page[items]", self.default), self.highest)

    def positive(self, call: RequestContext, name: str, default: int) -> int:
        """A count from 1; HttpError 400 for anything else (AB-PAGE-06)."""
        text = call.text(name)
        if text is None:
            return default
        number = whole_number(text)
        if not number:
            raise HttpError(400, f"{name} is a number from 1")
        return number

    def max_time(self, call: RequestContext) -> float | None:
        """The time after which nothing is listed, if one is given (AB-PAGE-05)."""
        text = call.text("max_time")
        if text is None:
            return None
        seconds = decimal(text)
        if seconds is None:
            raise HttpError(400, "max_time is a Unix timestamp")
        return seconds

    def cut(self, items: Sequence[T], number: int, size: int) -> Page[T]:
        """One page; past the end it is empty (AB-PAGE-04)."""
        before = (number - 1) * size
        return Page(items[before : before + size], before, len(items))

    def totals(self, page: Page[Any]) -> dict[str, int]:
        """Where the page stands in its list (AB-PAGE-07)."""
        return {"offset": page.before, "count": page.total}

    def answer(
        self,
        call: RequestContext,
        name: str,
        items: Sequence[T],
        show: Callable[[T, RequestContext], dict[str, Any]],
    ) -> Response:
        """The page that is asked for, under the list's name."""
        page = self.cut(items, self.number(call), self.size(call))
        return reply(call, {name: [show(item, call) for item in page.items], "totals": self.totals(page)})
