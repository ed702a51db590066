"""An exchange out of a file of recorded traffic, with what of it is missing or can't be used."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuningfork.model import Exchange, Headers, Request, Response

MAX_BODY = 64 * 2**20
"""Bytes of a body when decoded."""
NOT_EXPORTED = "its body was not exported"
TOO_LARGE = f"its body is larger than {MAX_BODY >> 20} MiB when decoded"
UNANSWERED = "it was left without an answer"
BROKEN_ENTRY = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading an entry raises that has not the shape of its format."""


class TrafficError(ValueError):
    """A file of recorded traffic that can't be used: one sentence with file and place."""


class UnknownBodyError(Exception):
    """A body was asked for that is not in the file; no ValueError, so that no check takes it for bad JSON."""


class _WithoutBody:
    """A message whose body nobody has: it is neither empty nor anything else."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        if name == "body":
            raise UnknownBodyError
        return super().__getattribute__(name)


class RequestWithoutBody(_WithoutBody, Request):
    """A request whose body was not exported."""

    __slots__ = ()


class ResponseWithoutBody(_WithoutBody, Response):
    """A response whose body was not exported."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands for a body that is not in the file, and says why.

    Where the reason `bars` the exchange, nothing of it is judged, its status and headers neither.
    """

    reason: str = NOT_EXPORTED
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange at its place in a file.

    Args:
        file: where it stands.
        number: which one it is there, from 1.
        exchange: what was recorded; the response's body is still in its content coding.
        flaw: why it can't be judged; empty if it can.
        base_url: where the API stood, if the file says so.
        unknown: why the response's body is not known; empty if it is.
    """

    file: Path
    number: int
    exchange: Exchange
    flaw: str = ""
    base_url: str = ""
    unknown: str = ""

    def known(self) -> Exchange:
        """The exchange with empty bodies in place of unknown ones."""
        request, response = self.exchange.request, self.exchange.response
        if isinstance(request, RequestWithoutBody):
            request = Request(request.method, request.url, request.headers)
        if isinstance(response, ResponseWithoutBody):
            response = Response(response.status, response.reason, response.headers)
        return Exchange(request, response, self.exchange.seconds)

    def without_bodies(self) -> Recorded:
        """The same without the bodies, which are large and not needed once it is judged."""
        request, response = self.exchange.request, self.exchange.response
        bare = Exchange(
            Request(request.method, request.url, request.headers),
            Response(response.status, response.reason, response.headers),
            self.exchange.seconds,
        )
        return Recorded(self.file, self.number, bare, self.flaw, self.base_url, self.unknown)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exchange stands; as text it begins a sentence: "a.har, entry 3"."""

    file: Path
    what: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}, {self.what} {self.number}"


Reader = Callable[[Place, Any], Recorded]


def read_each(file: Path, what: str, entries: Iterable[Any], reader: Reader) -> Iterator[Recorded]:
    """The exchanges of a list of entries.

    Raises:
        TrafficError: names the entry that is not whole.
    """
    for number, entry in enumerate(entries, 1):
        place = Place(file, what, number)
        try:
            yield reader(place, entry)
        except TrafficError:
            raise
        except BROKEN_ENTRY as torn:
            lack = f"has no {torn}" if isinstance(torn, KeyError) else "is not whole"
            raise TrafficError(f"{place}: {lack}; record or export it again") from None


def request(method: str, url: str, headers: Headers, body: bytes | Unknown) -> Request:
    """A request whose body may be unknown."""
    if isinstance(body, Unknown):
        return RequestWithoutBody(method, url, headers)
    return Request(method, url, headers, body)


def recorded(
    place: Place,
    sent: Request,
    status: int | None,
    headers: Headers,
    body: bytes | Unknown,
    *,
    reason: str = "",
    seconds: float = 0.0,
    base_url: str = "",
) -> Recorded:
    """An exchange; a status of None means that there was no response."""
    if status is None:
        return Recorded(place.file, place.number, Exchange(sent, Response(0)), UNANSWERED, base_url)
    if isinstance(body, Unknown) and may_have_body(sent.method, status):
        answer: Response = ResponseWithoutBody(status, reason, headers)
        exchange = Exchange(sent, answer, seconds)
        flaw, unknown = (body.reason, "") if body.bars else ("", body.reason)
        return Recorded(place.file, place.number, exchange, flaw, base_url, unknown)
    known = b"" if isinstance(body, Unknown) else body
    exchange = Exchange(sent, Response(status, reason, headers, known), seconds)
    return Recorded(place.file, place.number, exchange, "", base_url)


def may_have_body(method: str, status: int) -> bool:
    """Whether HTTP lets a response have a body (RFC 9110 6.4.1)."""
    return method.upper() != "HEAD" and status >= 200 and status not in (204, 205, 304)


def decoded(body: bytes, headers: Headers) -> tuple[bytes, str]:
    """A body without its content coding, and why that failed; recorders may have removed it already."""
    coding = headers.get("content-encoding", "").strip().lower()
    try:
        if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
            return _inflated(body, zlib.MAX_WBITS | 16), ""
        if coding == "deflate" and body[:1] == b"\x78":
            return _inflated(body, zlib.MAX_WBITS), ""
    except _TooLargeError:
        return b"", TOO_LARGE
    except (EOFError, zlib.error):
        return b"", f"its body is not whole {coding}"
    if coding not in ("", "identity") and not _is_text(body):
        return b"", f"its body is still in the content coding {coding}"
    return body, ""


class _TooLargeError(Exception):
    """A body that grows without bound."""


def _inflated(body: bytes, format_: int) -> bytes:
    """The content of all members of a gzip, or of a zlib stream."""
    members: list[bytes] = []
    left = MAX_BODY
    while body:
        member = zlib.decompressobj(format_)
        members.append(member.decompress(body, left + 1))
        left -= len(members[-1])
        if left < 0:
            raise _TooLargeError
        if not member.eof:
            raise EOFError
        # What follows a member and is not another one is padding (RFC 1952 2.2, and gzip(1)).
        body = member.unused_data if member.unused_data.startswith(b"\x1f\x8b") else b""
    return b"".join(members)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
