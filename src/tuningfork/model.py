"""The data model that all packages share: claims, exchanges, findings and verdicts. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, overload
from urllib.parse import parse_qsl, unquote, urlsplit

from tuningfork.evidence import Evidence, find_property
from tuningfork.json_text import read_json, show_body, to_json

_T = TypeVar("_T")


class Level(StrEnum):
    """How binding a claim is: a key word of RFC 2119."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Verdict(StrEnum):
    """The result of a run for one claim."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    INFO = "info"
    NOT_VERIFIED = "not verified"
    WAIVED = "waived"
    ERROR = "error"


BROKEN = {Level.MUST: Verdict.FAILED, Level.SHOULD: Verdict.WARNED, Level.MAY: Verdict.INFO}
"""The verdict for a broken claim, by the level of the claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One documented requirement of an API: an entry of claims.toml.

    Args:
        id: a unique name that never changes, like "SC-PAGE-07".
        api: the name of the API.
        section: the section of the documentation; reports group claims by it.
        level: how binding the claim is.
        source: where the requirement is documented.
        promise: the requirement, as one sentence.
        needs: what a target must offer so that the claim can be tested, like "user" or "control:clock".
        note: context for a reader of a report.
    """

    id: str
    api: str
    section: str
    level: Level
    source: str
    promise: str
    needs: tuple[str, ...] = ()
    note: str = ""


class Headers(Mapping[str, str]):
    """The header fields of a request or a response.

    A read-only mapping; names are case-insensitive (RFC 9110 5.1), and the values of a repeated field are
    joined with ", ".

    Args:
        pairs: the names and values as they were sent, in their order.
    """

    __slots__ = ("_values", "pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: tuple[tuple[str, str], ...] = tuple(pairs)
        self._values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._values[name.lower()])

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: _T) -> str | _T: ...
    def get(self, name: str, /, default: object = None) -> object:
        """Return the value of a header, or the default; this is faster than the method of Mapping."""
        values = self._values.get(name.lower())
        return default if values is None else ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({list(self.pairs)!r})"

    def all(self, name: str) -> list[str]:
        """Return the values of every field with this name, in the order in which they were sent."""
        return list(self._values.get(name.lower(), ()))


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it was sent.

    Args:
        method: the request method.
        url: the absolute URL.
        headers: the header fields.
        body: the bytes of the message.
        signing: how the request was signed; None if it was not signed, or not over its content.
    """

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    signing: Signing | None = field(default=None, compare=False, repr=False)

    @property
    def path(self) -> str:
        """The percent-decoded path of the URL."""
        return _split_url(self.url)[0]

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The decoded names and values of the query parameters, in their order."""
        return _split_url(self.url)[1]


@dataclass(frozen=True, slots=True)
class Signing:
    """How a request was signed, so that a shell can sign it again.

    Args:
        function: a shell function that prints the signature of the words `target`, the secrets, and the
            parameters as `name=value`.
        target: the words that name the resource, such as the method and the URL.
        secrets: the names and values of the secrets, without those of `parameters`.
        parameters: the names and decoded values of the signed parameters.
        signature: the signature.
        request: the request as it was signed; a test may have changed it before it was sent.
        nonce: the generated nonce; empty if the test chose one.
        timestamp: the Unix time in the request.
        signed_at: the Unix time when the request was signed.
        remarks: what differs from the signature of an ordinary request, each as a phrase.
        needs_exact_body: whether the signature depends on each byte of the body.
    """

    function: str
    target: tuple[str, ...]
    secrets: tuple[tuple[str, str], ...] = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = field(repr=False)
    signature: str = field(repr=False)
    request: Request
    nonce: str = ""
    timestamp: str = ""
    signed_at: int = 0
    remarks: tuple[str, ...] = ()
    needs_exact_body: bool = False


@lru_cache(maxsize=32)
def _split_url(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the decoded path and query; cached because every check of an exchange reads them."""
    parts = urlsplit(url)
    return unquote(parts.path), tuple(parse_qsl(parts.query, keep_blank_values=True))


@lru_cache(maxsize=128)
def _media_type(content_type: str) -> str:
    """Return a Content-Type without its parameters; cached because every check reads it."""
    return content_type.partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; `body` is decompressed."""

    status: int
    reason: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced by U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def __str__(self) -> str:
        """Return the status and the body in one line, for a message: `404 with {"error": "no track"}`."""
        return f"{self.status} with {show_body(self.text)}" if self.body else f"{self.status} without a body"

    @property
    def media_type(self) -> str:
        """The Content-Type in lower case, without its parameters; empty if there is no Content-Type."""
        return _media_type(self.headers.get("content-type", ""))

    def json(self) -> Any:
        """Return the JSON value of the body; see `read_json`.

        Raises:
            ValueError: the body is not JSON.
        """
        return read_json(self.body)


METHODS = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})
"""The methods that HTTP defines (RFC 9110 9.3, RFC 5789)."""


def is_server_failure(method: str, status: int) -> bool:
    """Return whether the status of a response means that the server failed: any 5xx except one case.

    RFC 9110 15.6.2 recommends 501 for a method that HTTP does not define, so that 501 is not a failure.
    """
    return status >= 500 and not (status == 501 and method not in METHODS)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Exchange:
    """One request and its response; `seconds` is the time from the first byte sent to the last byte read."""

    request: Request
    response: Response
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check for one claim in one exchange.

    Args:
        claim: the id of the claim; None if the finding is for information only.
        holds: False if the exchange violates the claim.
        expected: what the claim requires, as a phrase.
        found: what the exchange has, as a phrase.
        pointer: where in the response: a JSON pointer into the body, the name of a header, or "status".
    """

    claim: str | None
    holds: bool
    expected: str
    found: str
    pointer: str = ""


EVIDENCE: Evidence[Exchange] = Evidence()
"""What the running test has read; a process runs one test at a time."""


class ExpectationFailed(AssertionError):
    """A failed expectation of a test.

    Args:
        expected: what the test requires, as a phrase.
        found: what the target sent instead, as a phrase.
        claim: the id of the broken claim; None for the claims of the test.
        exchange: the request and response that break the claim; None for the latest one that the test read.
        compared: the other exchanges that the expectation compares; None for those that the test read since
            its last expectation was met.
    """

    def __init__(
        self,
        expected: str,
        found: str,
        claim: str | None = None,
        exchange: Exchange | None = None,
        compared: Sequence[Exchange] | None = None,
    ) -> None:
        super().__init__(f"expected {expected}; found {found}")
        self.expected = expected
        self.found = found
        self.claim = claim
        reads = EVIDENCE.current()
        self.exchange = exchange or (reads[-1].exchange if reads else None)
        self.compared = tuple(
            each
            for each in ([read.exchange for read in reads] if compared is None else compared)
            if each is not self.exchange
        )
        self._read = None if self.exchange is None else EVIDENCE.of(self.exchange)

    @classmethod
    def of(cls, error: AssertionError) -> ExpectationFailed:
        """Return the error of an expectation for a failed `assert`.

        A message of the form "expected …, found …" is split into its two phrases.
        """
        if isinstance(error, ExpectationFailed):
            return error
        message = str(error).strip().partition("\n")[0]
        match = _EXPECTED_AND_FOUND.fullmatch(message)
        if match is None:
            return cls("the promise to hold", message or "the assertion does not hold")
        context, expected, found = match.groups()
        return cls(expected, f"{found} ({context.rstrip(': ')})" if context else found)

    @property
    def pointer(self) -> str:
        """The JSON pointer of the property that was read last in the exchange, if the error is about it.

        It is so if `found` contains its value and nothing that contains it, or, for a missing property, if
        `expected` contains its name; otherwise the pointer is empty.
        """
        read = self._read
        if read is None or read.parent is None:
            return ""
        if read.name in read.parent:
            is_named = _shows(self.found, dict.get(read.parent, read.name))
        else:
            is_named = read.name in self.expected
        return find_property(read.exchange.response.body, read.parent, read.name) if is_named else ""


def _shows(text: str, value: object) -> bool:
    """Return whether a text shows a value as JSON, and not as a part of an array or an object."""
    shown = to_json(value)
    is_part = shown[:1] not in ("[", "{") and _CONTAINER.search(text)
    return not is_part and re.search(rf"(?<![\w.-]){re.escape(shown)}(?![\w-]|\.\d)", text) is not None


_CONTAINER = re.compile(r"(?<!\S)[\[{]")
_EXPECTED_AND_FOUND = re.compile(r"(.*?)\bexpected (.+)[,;] (?:but )?found (.+)")
