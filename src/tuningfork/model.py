"""The words of the project as values: claims, exchanges, findings, verdicts. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tuningfork.json_text import read_json


class Level(StrEnum):
    """How binding a claim is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Verdict(StrEnum):
    """What a run says of a claim."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    NOTED = "noted"
    NOT_VERIFIED = "not verified"
    WAIVED = "waived"
    ERROR = "error"


BROKEN = {Level.MUST: Verdict.FAILED, Level.SHOULD: Verdict.WARNED, Level.MAY: Verdict.NOTED}
"""The verdict of a broken claim, by its level."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One promise of an API's documentation."""

    id: str
    api: str
    section: str
    level: Level
    source: str
    promise: str
    needs: tuple[str, ...] = ()
    note: str = ""


class Headers(Mapping[str, str]):
    """Header fields in the order of the wire; names are compared without case (RFC 9110 5.1)."""

    __slots__ = ("_values", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: tuple[tuple[str, str], ...] = tuple(pairs)
        self._values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._values[name.lower()])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({list(self.pairs)!r})"

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return list(self._values.get(name.lower(), ()))


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent: an absolute URL, and the body as it was on the wire."""

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The decoded path of the URL."""
        return _split(self.url)[0]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The decoded parameters of the query, in order."""
        return _split(self.url)[1]


@lru_cache(maxsize=32)
def _split(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Path and query, kept because every check of an exchange asks for them."""
    parts = urlsplit(url)
    return unquote(parts.path), tuple(parse_qsl(parts.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, its content coding removed."""

    status: int
    reason: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 show as U+FFFD."""
        return self.body.decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        """The content type in lower case, without its parameters; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is not JSON; see read_json.
        """
        return read_json(self.body)


METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
"""The methods that HTTP defines (RFC 9110 9.3, RFC 5789)."""


def is_server_failure(method: str, status: int) -> bool:
    """Whether a status tells that the server failed: any 5xx but a 501 to a method that HTTP does not define.

    The 501 is what RFC 9110 15.6.2 recommends there.
    """
    return status >= 500 and not (status == 501 and method not in METHODS)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response; `seconds` from the first byte sent to the last one read."""

    request: Request
    response: Response
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw of one claim in one exchange; without a claim it is for information only."""

    claim: str | None
    holds: bool
    expected: str
    found: str
    place: str = ""


class ExpectationFailed(AssertionError):
    """A suite's assertion that the target did not meet."""

    def __init__(
        self, expected: str, found: str, claim: str | None = None, exchange: Exchange | None = None
    ) -> None:
        super().__init__(f"expected {expected}; found {found}")
        self.expected = expected
        self.found = found
        self.claim = claim
        self.exchange = exchange
