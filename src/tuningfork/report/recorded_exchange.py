"""An exchange read from a file of recorded traffic, and what of it is missing or not usable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuningfork.model import Exchange, Headers, Request, Response

NOT_EXPORTED = "its body was not exported"
UNANSWERED = "it has no response"
MALFORMED_ENTRY_ERRORS = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError
)  # fmt: skip
"""What a reader raises for an entry that does not have the structure of its format."""


class TrafficError(ValueError):
    """A file of recorded traffic that can't be used; the message is one sentence with file and entry."""


class UnknownFormatError(TrafficError):
    """A file that is not recorded traffic, as far as its content shows."""


class MissingBodyError(Exception):
    """The body of a message is read that the file does not contain.

    It is not a ValueError, so that no check takes the body for malformed JSON.
    """


class _WithoutBody:
    """A message whose body is unknown: reading the body raises MissingBodyError."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; raise MissingBodyError for `body`."""
        if name == "body":
            raise MissingBodyError
        return super().__getattribute__(name)


class RequestWithoutBody(_WithoutBody, Request):
    """A request whose body was not exported."""

    __slots__ = ()


class ResponseWithoutBody(_WithoutBody, Response):
    """A response whose body was not exported."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class MissingBody:
    """Takes the place of a body that is not in the file.

    Args:
        reason: why the body is missing.
        blocks_checks: whether the exchange is not checked at all, not even its status and headers.
    """

    reason: str = NOT_EXPORTED
    blocks_checks: bool = False


@dataclass(frozen=True, slots=True)
class RecordedExchange:
    """An exchange and its location in a file.

    Args:
        file: the file that contains it.
        number: its position in the file, from 1.
        exchange: the request and the response; the response body still has its content coding.
        defect: why the exchange can't be checked; empty if it can.
        base_url: the base URL of the API, if the file contains it.
        missing_body: why the response body is missing; empty if it is not.
    """

    file: Path
    number: int
    exchange: Exchange
    defect: str = ""
    base_url: str = ""
    missing_body: str = ""

    def content(self) -> tuple[bytes, bytes, bytes]:
        """Return what distinguishes this exchange from others, wherever and whenever they were recorded.

        This is all but the bodies as one text, and the two bodies, of which a missing one is empty.
        """
        request, response = self.exchange.request, self.exchange.response
        with_bodies = self.with_empty_bodies()
        head = (
            (type(request).__name__, request.method, request.url, request.headers.pairs),
            (type(response).__name__, response.status, response.reason, response.headers.pairs),
            (self.defect, self.base_url, self.missing_body),
        )
        return repr(head).encode(), with_bodies.request.body, with_bodies.response.body

    def with_empty_bodies(self) -> Exchange:
        """Return the exchange with empty bodies instead of missing ones."""
        request, response = self.exchange.request, self.exchange.response
        if isinstance(request, RequestWithoutBody):
            request = Request(request.method, request.url, request.headers)
        if isinstance(response, ResponseWithoutBody):
            response = Response(response.status, response.reason, response.headers)
        return Exchange(request, response, self.exchange.seconds)

    def without_bodies(self) -> RecordedExchange:
        """Return a copy without bodies, because they need much memory and only the checks need them."""
        request, response = self.exchange.request, self.exchange.response
        exchange = Exchange(
            Request(request.method, request.url, request.headers),
            Response(response.status, response.reason, response.headers),
            self.exchange.seconds,
        )
        return RecordedExchange(
            self.file, self.number, exchange, self.defect, self.base_url, self.missing_body
        )


@dataclass(frozen=True, slots=True)
class EntryLocation:
    """Where an exchange is in a file; as text it is the start of an error message: "a.har, entry 3"."""

    file: Path
    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}, {self.kind} {self.number}"


EntryReader = Callable[[EntryLocation, Any], RecordedExchange]


def read_entries(
    file: Path, kind: str, entries: Iterable[Any], read: EntryReader
) -> Iterator[RecordedExchange]:
    """Read each entry of a list with `read`; `kind` is the word for an entry in error messages.

    Raises:
        TrafficError: an entry is not complete; the message has its number.
    """
    for number, entry in enumerate(entries, 1):
        yield read_entry(EntryLocation(file, kind, number), entry, read)


def read_entry(location: EntryLocation, entry: Any, read: EntryReader) -> RecordedExchange:
    """Return the exchange of an entry.

    Raises:
        TrafficError: the entry is not complete; the message has its number.
    """
    try:
        return read(location, entry)
    except TrafficError:
        raise
    except MALFORMED_ENTRY_ERRORS as error:
        problem = f"has no {error}" if isinstance(error, KeyError) else "is not complete"
        raise TrafficError(f"{location}: {problem}; record or export it again") from None


def recorded_request(method: str, url: str, headers: Headers, body: bytes | MissingBody) -> Request:
    """Return a request; reading its body raises MissingBodyError if the body is missing."""
    if isinstance(body, MissingBody):
        return RequestWithoutBody(method, url, headers)
    return Request(method, url, headers, body)


def recorded_exchange(
    location: EntryLocation,
    request: Request,
    status: int | None,
    headers: Headers,
    body: bytes | MissingBody,
    *,
    reason: str = "",
    seconds: float = 0.0,
    base_url: str = "",
) -> RecordedExchange:
    """Return an exchange; a status of None means that the request has no response."""
    file, number = location.file, location.number
    if status is None:
        return RecordedExchange(file, number, Exchange(request, Response(0)), UNANSWERED, base_url)
    if isinstance(body, MissingBody) and can_have_body(request.method, status):
        without_body: Response = ResponseWithoutBody(status, reason, headers)
        exchange = Exchange(request, without_body, seconds)
        defect, missing = (body.reason, "") if body.blocks_checks else ("", body.reason)
        return RecordedExchange(file, number, exchange, defect, base_url, missing)
    content = b"" if isinstance(body, MissingBody) else body
    exchange = Exchange(request, Response(status, reason, headers, content), seconds)
    return RecordedExchange(file, number, exchange, "", base_url)


def can_have_body(method: str, status: int) -> bool:
    """Return whether a response to this method with this status may have a body (RFC 9110 6.4.1)."""
    return method.upper() != "HEAD" and status >= 200 and status not in (204, 205, 304)
