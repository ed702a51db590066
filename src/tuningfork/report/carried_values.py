"""Values of responses that later requests use, and how a shell reads each one from its response."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tuningfork.contract.cases import SAFE_METHODS
from tuningfork.model import Exchange, Request, Response
from tuningfork.report.derived_values import derive

MAX_PARSED_BODY_BYTES = 2**20
MAX_VALUES = 20_000
"""Values of one response that are considered."""
MAX_ATOM_CHARS = 4000
_CARRIER = re.compile(
    r"(?:.*_)?(?:id|ids|urn|uri|url|href|token|code|secret|key|permalink|slug|location|nonce|ticket|verifier)",
    re.IGNORECASE,
)
"""Names of JSON properties whose values later requests use."""
_INPUT = re.compile(r"<(?:input|button|meta)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"(?<!\d)\d{4,}(?!\d)")
_TEXT_PART = re.compile(rb'name="[^"]*"\r\n\r\n([^\r\n\0]{1,4000})\r\n--')
"""Matches a field of a multipart form that is not a file."""
_SEPARATORS = re.compile(r"[\s,:;/?&=#\"'\[\]{}()<>]+")
_COOKIE = re.compile(r"\s*([^=;\s]+)=([^;]*)")
IsSecret = Callable[[str, str], bool]
"""Returns whether the value of a property or parameter with this name is secret."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """How a value is read from a response.

    Args:
        kind: "json", "field" (of an HTML form), "form" (a pair of a body that is a form), "number" (the only
            one of a page), "cookie", "header" or "time" (relative to the Date header).
        path: the path of the JSON property; the format and the offset of a time; for other kinds, the name.
        parameter: the query parameter, if the value is in a URL that the response contains.
    """

    kind: str
    path: tuple[str, ...]
    parameter: str = ""

    @property
    def name(self) -> str:
        """The name of the value."""
        if self.kind == "time":
            return "time"
        names = [part for part in self.path if not part.isdecimal()]
        return self.parameter or (names[-1] if names else "value")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was first sent by the server.

    Args:
        step: the index of the step.
        extraction: how it is read from the response of that step.
        is_new: whether every server, or every session, has another value.
    """

    step: int
    extraction: Extraction
    is_new: bool


class ValueIndex:
    """The first occurrence of each value in a sequence of exchanges.

    Args:
        is_secret: which values of safe requests are secret, and thus carried.
    """

    def __init__(self, is_secret: IsSecret) -> None:
        self._is_secret = is_secret
        self._origins: dict[str, Origin | None] = {}
        self._issued: list[str] = []
        """The secrets of the responses."""

    def add(self, step: int, exchange: Exchange) -> None:
        """Add the values of the next exchange."""
        for atom in request_atoms(exchange.request):
            self._origins.setdefault(atom, None)
        is_unsafe = exchange.request.method not in SAFE_METHODS
        resource = _resource(exchange.request.path)
        for extraction, value in response_values(exchange.response):
            is_secret = self._is_secret(extraction.name, value)
            if value not in self._origins:
                is_new = (
                    is_unsafe
                    or is_secret
                    or extraction.kind in ("field", "cookie")
                    or ("?" in value and self.has_secret(value))
                )
                self._origins[value] = Origin(step, extraction, is_new)
                if is_secret:
                    self._issued.append(value)
            if is_unsafe and extraction.name == "id":
                self._origins.setdefault(id_in_path(resource, value), Origin(step, extraction, True))

    def origin(self, value: str) -> Origin | None:
        """Return where a value comes from; None if a request had it first, or if no response has it.

        An id in a path is given as `id_in_path`, because other resources may have the same id.
        """
        return self._origins.get(value)

    def base(self, text: str) -> str:
        """Return the secret of a response from which a test has derived a text, else the text."""
        if self._origins.get(text) is not None:
            return text
        return next((value for value in reversed(self._issued) if derive(value, text)), text)

    def has_secret(self, url: str) -> bool:
        """Return whether a URL has a secret parameter."""
        return any(self._is_secret(name, value) for name, value in parse_qsl(url.partition("?")[2]))

    def replace(self, value: str, origin: Origin) -> None:
        """Set where a value comes from: another response has an equivalent value."""
        self._origins[value] = origin


def id_in_path(resource: str, value: str) -> str:
    """Return the key of an id that follows the name of its resource in a path."""
    return f"//{resource}/{value}"


def request_atoms(request: Request) -> Iterator[str]:
    """Yield the parts of a request that may be values of earlier responses."""
    parts = urlsplit(request.url)
    yield request.url
    segments = [unquote(segment) for segment in parts.path.split("/")]
    for resource, segment in pairwise(["", *segments]):
        yield id_in_path(resource, segment)
        yield from _atoms(segment)
    for _, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape"):
        yield from _atoms(value)
    for name, value in request.headers.pairs:
        if name.lower() == "cookie":
            yield from (match[2].strip('"') for match in _COOKIE.finditer(value))
        elif name.lower() not in ("host", "content-length", "user-agent", "accept", "accept-encoding"):
            yield from _atoms(value)
    if request.signing is not None:
        yield from (value for _, value in (*request.signing.secrets, *request.signing.parameters) if value)
    yield from _body_atoms(request)


def _body_atoms(request: Request) -> Iterator[str]:
    """Yield the parts of a body that may be values of earlier responses."""
    if len(request.body) <= MAX_PARSED_BODY_BYTES and b"\0" not in request.body:
        text = request.body.decode("utf-8", "surrogateescape")
        if "form-urlencoded" in request.headers.get("content-type", ""):
            for _, value in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
                yield from _atoms(value)
        else:
            yield from _atoms(text)
    elif request.headers.get("content-type", "").startswith("multipart/"):
        for value in _TEXT_PART.findall(request.body):
            yield from _atoms(value.decode("utf-8", "surrogateescape"))


def _resource(path: str) -> str:
    """Return the last word of a path that is not an id: "comments" for /tracks/17/comments."""
    return next((each for each in reversed(path.split("/")) if each.isalpha()), "")


def _atoms(text: str) -> Iterator[str]:
    if text:
        yield text[:MAX_ATOM_CHARS]
        yield from (part for part in _SEPARATORS.split(text[:MAX_PARSED_BODY_BYTES]) if part and part != text)


def response_values(response: Response) -> Iterator[tuple[Extraction, str]]:
    """Yield the values of a response that a later request may use."""
    for name, value in response.headers.pairs:
        if name.lower() == "location":
            yield from _url_values(Extraction("header", ("location",)), value)
        elif name.lower() == "set-cookie" and (match := _COOKIE.match(value)):
            yield Extraction("cookie", (match[1],)), match[2].strip('"')
    if not response.body or len(response.body) > MAX_PARSED_BODY_BYTES:
        return
    if response.media_type == "text/html":
        yield from _html_values(response.text)
    elif response.media_type == "application/x-www-form-urlencoded":
        for name, value in parse_qsl(response.text):
            if _CARRIER.fullmatch(name):
                yield Extraction("form", (name,)), value
    elif response.body.lstrip()[:1] in (b"{", b"["):
        yield from _json_values(response)


def _html_values(html: str) -> Iterator[tuple[Extraction, str]]:
    """Yield the values of the inputs of a page."""
    for tag in _INPUT.findall(html):
        attributes = {name.lower(): unescape(value[1:-1]) for name, value in _ATTRIBUTE.findall(tag)}
        if attributes.get("name") and attributes.get("value") and attributes.get("type") == "hidden":
            yield Extraction("field", (attributes["name"],)), attributes["value"]
    numbers = _NUMBER.findall(_TAG.sub(" ", html))
    if len(numbers) == 1:
        yield Extraction("number", ("pin",)), numbers[0]


def _json_values(response: Response) -> Iterator[tuple[Extraction, str]]:
    """Yield the values of properties that identify something, of a JSON body in the order of its text."""
    try:
        stack: list[tuple[tuple[str, ...], Any]] = [((), response.json())]
    except (ValueError, RecursionError):
        return
    count = 0
    while stack and count < MAX_VALUES:
        path, value = stack.pop()
        count += 1
        if isinstance(value, dict):
            stack += [((*path, str(key)), nested) for key, nested in reversed(value.items())]
        elif isinstance(value, list):
            stack += [((*path, str(index)), nested) for index, nested in reversed(list(enumerate(value)))]
        elif isinstance(value, str | int) and not isinstance(value, bool):
            extraction = Extraction("json", path)
            if _CARRIER.fullmatch(extraction.name):
                yield from _url_values(extraction, str(value))


def _url_values(extraction: Extraction, value: str) -> Iterator[tuple[Extraction, str]]:
    """Yield a value and, if it is a URL, the parameters of its query and fragment."""
    yield extraction, value
    if "=" in value and ":" in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            return
        for name, text in parse_qsl(f"{parts.query}&{parts.fragment}"):
            yield Extraction(extraction.kind, extraction.path, name), text
