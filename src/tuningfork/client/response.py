"""The response to a request of a test, and the expectations that a test states about it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol, Self

from tuningfork import model
from tuningfork.json_text import read_json, to_json
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed, Headers


class Paginator(Protocol):
    """How an API pages its lists."""

    def first_query(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return the query of the first page: `query` and the parameters that enable paging."""

    def page_size_query(self, count: int) -> dict[str, Any]:
        """Return the query of a page with `count` items; empty if the page size is fixed."""

    def items(self, body: Any) -> list[Any]:
        """Return the items of a page; raise ExpectationFailed if the body is not a page."""

    def next_url(self, response: Response) -> str | None:
        """Return the path or URL of the next page; None on the last page."""


class JsonObject(dict[str, Any]):
    """A JSON object of a response body.

    Reading a missing property raises ExpectationFailed, because the target should have sent the property.
    """

    exchange: Exchange | None = None
    """The exchange whose response body contains the object; None if a test created it."""

    def __getitem__(self, name: str) -> Any:
        """Return a property; the running test's next expectation is about it."""
        if self.exchange is not None:
            EVIDENCE.add(self.exchange, self, name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a property, or `default` without it; the next expectation is about it."""
        if self.exchange is not None:
            EVIDENCE.add(self.exchange, self, name)
        return super().get(name, default)

    def __missing__(self, name: str) -> Any:
        """Raise ExpectationFailed, which names the missing property and the existing ones."""
        raise ExpectationFailed(
            f"a property {to_json(name)}",
            f"an object with {', '.join(map(to_json, self)) or 'no properties'}",
            exchange=self.exchange,
        )


class Response:
    """A response and its exchange, with the expectations that all suites share.

    Reading the response makes its exchange the evidence of the test's next expectation.

    Args:
        exchange: the request and the response.
        paginator: how the API pages its lists.
    """

    def __init__(self, exchange: Exchange, paginator: Paginator) -> None:
        self.exchange = exchange
        self._paginator = paginator

    @property
    def status(self) -> int:
        """Return the HTTP status code."""
        return self._read().status

    @property
    def headers(self) -> Headers:
        """Return the response headers."""
        return self._read().headers

    @property
    def content(self) -> bytes:
        """Return the body as bytes."""
        return self._read().body

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self._read().text

    @property
    def json(self) -> Any:
        """Return the parsed JSON body; raise ExpectationFailed if the body is not JSON.

        JSON objects are instances of JsonObject.
        """
        self._read()
        return self._json

    @cached_property
    def _json(self) -> Any:
        try:
            return read_json(self.content, self._make_object, max_depth=None)  # the checks limit the depth
        except ValueError:
            raise self._failure("JSON") from None

    @property
    def object(self) -> JsonObject:
        """Return the body as a JSON object; raise ExpectationFailed if it is not one."""
        body = self.json
        if not isinstance(body, JsonObject):
            raise self._failure("a JSON object")
        return body

    @property
    def items(self) -> list[Any]:
        """Return the items of a list without its envelope; raise ExpectationFailed for any other body."""
        return self._paginator.items(self.json)

    def expect_status(self, *allowed: int) -> Self:
        """Return this response; raise ExpectationFailed if its status is not one of `allowed`."""
        if self.status not in allowed:
            raise self._failure(" or ".join(map(str, allowed)))
        EVIDENCE.settle()
        return self

    def expect_ok(self) -> Self:
        """Return this response; raise ExpectationFailed if its status is not 200."""
        return self.expect_status(200)

    def expect_created(self) -> Self:
        """Return this response; raise ExpectationFailed if its status is not 201."""
        return self.expect_status(201)

    def expect_client_error(self) -> Self:
        """Return this response; raise ExpectationFailed if its status is not 4xx."""
        if not 400 <= self.status < 500:
            raise self._failure("a 4xx")
        EVIDENCE.settle()
        return self

    def __str__(self) -> str:
        """Return the status and the body in one line, for a message."""
        return str(self._read())

    def _read(self) -> model.Response:
        """Return the response, and make its exchange the evidence of the next expectation."""
        EVIDENCE.add(self.exchange)
        return self.exchange.response

    def _make_object(self, properties: list[tuple[str, Any]]) -> JsonObject:
        """Return a JsonObject that refers to this exchange."""
        json_object = JsonObject(properties)
        json_object.exchange = self.exchange
        return json_object

    def _failure(self, expected: str) -> ExpectationFailed:
        """Return the error for a response that is not what `expected` says, a phrase."""
        return ExpectationFailed(expected, str(self), exchange=self.exchange)
