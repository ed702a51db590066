"""The response to a request of a suite, with the expectations that tests state about it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol, Self

from tuningfork.json_text import read_json
from tuningfork.model import Exchange, ExpectationFailed, Headers


class Paginator(Protocol):
    """How an API pages its lists."""

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the first page."""

    def page_size_query(self, count: int) -> dict[str, Any]:
        """The query of a page of so many items; nothing where pages have one size."""

    def items(self, body: Any) -> list[Any]:
        """The items of a page; ExpectationFailed if it is none."""

    def next_url(self, answer: Response) -> str | None:
        """Path or URL of the next page; None at the end."""


class JsonObject(dict[str, Any]):
    """A JSON object of a response body.

    Reading a property that it does not have raises ExpectationFailed.
    """

    exchange: Exchange | None = None
    """The exchange whose response body contained the object; None if a test made it."""

    def __missing__(self, name: str) -> Any:
        raise ExpectationFailed(
            f"a member {name!r}",
            f"only {', '.join(map(repr, self)) or 'an empty object'}",
            exchange=self.exchange,
        )


class Response:
    """What came back, with the assertions that every suite makes."""

    def __init__(self, exchange: Exchange, pager: Paginator) -> None:
        self.exchange = exchange
        self._pager = pager

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.response.status

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return self.exchange.response.headers

    @property
    def content(self) -> bytes:
        """The body."""
        return self.exchange.response.body

    @property
    def text(self) -> str:
        """The body as text."""
        return self.exchange.response.text

    @cached_property
    def json(self) -> Any:
        """The body as JSON, its objects as JsonObject; ExpectationFailed if it is none."""
        try:
            return read_json(self.content, self._make_object, max_depth=None)  # the checks see to the depth
        except ValueError:
            raise self._failure("JSON") from None

    @property
    def object(self) -> JsonObject:
        """The body as a JSON object; ExpectationFailed if it is none."""
        body = self.json
        if not isinstance(body, JsonObject):
            raise self._failure("a JSON object")
        return body

    @property
    def items(self) -> list[Any]:
        """The items of a list, out of the API's envelope; ExpectationFailed if it is no list."""
        return self._pager.items(self.json)

    def expect_status(self, *allowed: int) -> Self:
        """One of these, or ExpectationFailed."""
        if self.status not in allowed:
            raise self._failure(" or ".join(map(str, allowed)))
        return self

    def expect_ok(self) -> Self:
        """200, or ExpectationFailed."""
        return self.expect_status(200)

    def expect_created(self) -> Self:
        """201, or ExpectationFailed."""
        return self.expect_status(201)

    def expect_client_error(self) -> Self:
        """Any 4xx, or ExpectationFailed."""
        if not 400 <= self.status < 500:
            raise self._failure("a 4xx")
        return self

    def _make_object(self, properties: list[tuple[str, Any]]) -> JsonObject:
        made = JsonObject(properties)
        made.exchange = self.exchange
        return made

    def _failure(self, expected: str) -> ExpectationFailed:
        return ExpectationFailed(expected, f"{self.status} with {self.text!r}", exchange=self.exchange)
