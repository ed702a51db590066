"""vcrpy's requests and responses: their secrets taken out, and two of them compared."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vcr.request import Request

from tuningfork.json_text import read_json
from tuningfork.redaction import Mask, Places, Redaction, hidden_names

Answer = dict[str, Any]
"""A response as vcrpy has it: status {code, message}, headers name -> values, body {string: bytes}."""

PLACEHOLDER = re.compile(r"REDACTED(-\d+)?")
BOUNDARY = "tuningfork-boundary"


class CodingError(ValueError):
    """A body whose content coding can't be removed, so that its secrets can't be found."""


def one_placeholder(_name: str, _secret: str) -> str:
    """The same placeholder for every secret: in a comparison they don't count."""
    return "REDACTED"


class Placeholders:
    """Gives each distinct secret a placeholder of its own, the same one wherever it stands."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, _name: str, secret: str) -> str:
        """The placeholder of a secret; that of a placeholder is itself."""
        if PLACEHOLDER.fullmatch(secret):
            return secret
        return self._known.setdefault(secret, f"REDACTED-{len(self._known) + 1}")


class Redactor:
    """Takes the secrets out of the exchanges of one cassette."""

    def __init__(self, places: Places, mask: Mask) -> None:
        self._redaction = Redaction(places, mask)

    def request(self, request: Request) -> Request:
        """A copy of a request that can be shown to anybody."""
        redact = self._redaction
        body, headers = _fixed(request)
        body = redact.body(body, _media_type(headers))
        shown = {name: redact.header(name, value) for name, value in headers.items()}
        return Request(request.method, redact.text(request.uri), body or None, _sized(shown, len(body)))

    def response(self, response: Answer) -> Answer:
        """A copy of a response, its content coding removed, that can be shown to anybody.

        Raises:
            CodingError: it has a content coding other than gzip and deflate.
        """
        headers = {name: ", ".join(values) for name, values in response["headers"].items()}
        media_type, whole = _media_type(headers), _decoded(response["body"]["string"] or b"", headers)
        if media_type == "text/html":
            self._learn(whole.decode("utf-8", "replace"))
        body = self._redaction.body(whole, media_type)
        return response | {"headers": self._shown(response["headers"], body), "body": {"string": body}}

    def _learn(self, page: str) -> None:
        """What a page hides in a form is a secret too when the form is sent."""
        places = self._redaction.places.plus(parameters=hidden_names(page))
        self._redaction = Redaction(places, self._redaction.mask)

    def _shown(self, headers: Mapping[str, list[str]], body: bytes) -> dict[str, list[str]]:
        """Fields in the order of their names: vcrpy's own order differs from run to run."""
        shown = {}
        for name, values in sorted(headers.items()):
            match name.lower():
                case "content-encoding":
                    continue
                case "content-length" if body:
                    shown[name] = [str(len(body))]
                case _:
                    shown[name] = [self._redaction.header(name, value) for value in values]
        return shown


def same(one: Request, other: Request) -> bool:
    """Whether one may be answered by what answered the other: method, path, query and body agree."""
    return (
        one.method == other.method and _target(one.uri) == _target(other.uri) and _is_same_content(one, other)
    )


def _is_same_content(one: Request, other: Request) -> bool:
    return _content(one.body or b"", _media_type(one.headers)) == _content(
        other.body or b"", _media_type(other.headers)
    )


@lru_cache(maxsize=1024)
def _target(uri: str) -> tuple[str, list[tuple[str, str]]]:
    """Path and query; kept, since each recorded request is compared with many."""
    parts = urlsplit(uri)
    return parts.path, _pairs(parts.query)


@lru_cache(maxsize=1024)
def _content(body: bytes, media_type: str) -> object:
    """A body as far as it counts: the order of JSON's members and of a form's fields doesn't."""
    if media_type == "application/x-www-form-urlencoded":
        return _pairs(body.decode("utf-8", "surrogateescape"))
    try:
        return read_json(body) if media_type == "application/json" else body
    except ValueError:
        return body


def _fixed(request: Request) -> tuple[bytes, dict[str, str]]:
    """A request's body and headers; the boundary of a multipart body is the same in every recording."""
    body, headers = _body(request), {name: _text(value) for name, value in request.headers.items()}
    for name, value in headers.items():
        found = re.search(r'boundary="?([^";]+)"?', value) if name.lower() == "content-type" else None
        if found:
            body = body.replace(found[1].encode(), BOUNDARY.encode())
            headers[name] = value.replace(found[1], BOUNDARY)
    return body, headers


def _body(request: Request) -> bytes:
    body = request.body or b""
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)


def _pairs(text: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(text, keep_blank_values=True))


def _decoded(body: bytes, headers: Mapping[str, str]) -> bytes:
    """A body without its content coding, which the client has usually removed already."""
    coding = _field(headers, "content-encoding").lower()
    if coding not in ("", "identity", "gzip", "deflate"):
        raise CodingError(f"an answer with Content-Encoding {coding} can't be recorded")
    return gzip.decompress(body) if coding == "gzip" and body.startswith(b"\x1f\x8b") else body


def _sized(headers: Mapping[str, str], size: int) -> dict[str, str]:
    return {name: str(size) if name.lower() == "content-length" else value for name, value in headers.items()}


def _media_type(headers: Mapping[str, str]) -> str:
    return _field(headers, "content-type").partition(";")[0].strip().lower()


def _field(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _text(value: object) -> str:
    """The value of a field, which requests may give as bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
