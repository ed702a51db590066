"""Pagination of lists (https://github.com/audioBoom/api: sections/pagination.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from flask import Response

from tuningfork.apis.audioboo.mock.envelope import Envelope
from tuningfork.apis.audioboo.mock.request_context import RequestContext
from tuningfork.mock.errors import HttpError
from tuningfork.mock.parsing import decimal, whole_number

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """Items of a list, their offset in the list, and the length of the list."""

    items: Sequence[T]
    offset: int
    total: int


class Pagination:
    """Splits lists into pages by `page[number]` and `page[items]`."""

    default_page_size = 50
    max_page_size = 150

    def __init__(self, envelope: Envelope) -> None:
        self.envelope = envelope

    def page_number(self, context: RequestContext) -> int:
        """Return the requested page number, from 1 (AB-PAGE-01)."""
        return self.positive_parameter(context, "page[number]", 1)

    def page_size(self, context: RequestContext) -> int:
        """Return the requested page size (AB-PAGE-02), limited to 150 (AB-PAGE-03)."""
        return min(
            self.positive_parameter(context, "page[items]", self.default_page_size), self.max_page_size
        )

    def positive_parameter(self, context: RequestContext, name: str, default: int) -> int:
        """Return a parameter that is an integer from 1; raise HttpError 400 otherwise (AB-PAGE-06)."""
        text = context.text(name)
        if text is None:
            return default
        number = whole_number(text)
        if not number:
            raise HttpError(400, f"{name} is not a number from 1")
        return number

    def max_time(self, context: RequestContext) -> float | None:
        """Return the parameter max_time, or None; raise HttpError 400 if it is not a number (AB-PAGE-05)."""
        text = context.text("max_time")
        if text is None:
            return None
        seconds = decimal(text)
        if seconds is None:
            raise HttpError(400, "max_time is not a Unix timestamp")
        return seconds

    def slice_page(self, items: Sequence[T], number: int, size: int) -> Page[T]:
        """Return one page of `items`; a page past the end is empty (AB-PAGE-04)."""
        offset = (number - 1) * size
        return Page(items[offset : offset + size], offset, len(items))

    def totals(self, page: Page[Any]) -> dict[str, int]:
        """Return the JSON of `totals` for a page (AB-PAGE-07)."""
        return {"offset": page.offset, "count": page.total}

    def respond(
        self,
        context: RequestContext,
        name: str,
        items: Sequence[T],
        serialize: Callable[[T, RequestContext], dict[str, Any]],
    ) -> Response:
        """Return the response with the requested page of `items`, as the property `name` of the body."""
        page = self.slice_page(items, self.page_number(context), self.page_size(context))
        return self.envelope.respond(
            {name: [serialize(item, context) for item in page.items], "totals": self.totals(page)}
        )
