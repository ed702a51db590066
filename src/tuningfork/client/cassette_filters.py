"""Redaction and comparison of vcrpy's requests and responses."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vcr.request import Request

from tuningfork import model
from tuningfork.client.route import MAX_BODY_BYTES
from tuningfork.json_text import read_json
from tuningfork.model import Exchange, Headers, Response
from tuningfork.redaction import Disclosure, SecretCollector, collect_declared, hidden_field_names

IS_DISABLED: ContextVar[bool] = ContextVar("is_disabled", default=False)
"""Whether the current requests are the tool's own, which a replay does not repeat."""

VcrResponse = dict[str, Any]
"""A response in vcrpy's format: status {code, message}, headers name -> values, body {string: bytes}."""

PLACEHOLDER = re.compile(r"REDACTED(?:-\d+)?")
BOUNDARY = "tuningfork-boundary"


@contextmanager
def cassette_disabled() -> Iterator[None]:
    """Leave the exchanges in the block out of the cassette."""
    previous = IS_DISABLED.set(True)
    try:
        yield
    finally:
        IS_DISABLED.reset(previous)


class CodingError(ValueError):
    """A content coding can't be decoded, so secrets in the body can't be found."""


def same_placeholder(_name: str, _secret: str) -> str:
    """Return one placeholder for all secrets, which are ignored in a comparison."""
    return "REDACTED"


class Placeholders:
    """Replaces each distinct secret by its own placeholder, the same one wherever the secret occurs."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}

    def __call__(self, _name: str, secret: str) -> str:
        """Return the placeholder of a secret; return a placeholder unchanged."""
        if PLACEHOLDER.fullmatch(secret):
            return secret
        return self._placeholders.setdefault(secret, f"REDACTED-{len(self._placeholders) + 1}")


VcrExchanges = dict[str, list[Any]]
"""The exchanges that vcrpy recorded: "requests", and "responses" in the same order."""


def redact_cassette(exchanges: VcrExchanges, disclosure: Disclosure) -> VcrExchanges:
    """Return a copy of the exchanges without secrets.

    A first pass collects the secrets of all exchanges by location, so that the second pass finds each of them
    wherever it occurs.
    """
    _redact(exchanges, CassetteRedactor(replace(disclosure, mask=SecretCollector(disclosure.known_secrets))))
    for request, response in zip(exchanges["requests"], exchanges["responses"], strict=True):
        collect_declared(_as_exchange(request, response), disclosure.locations, disclosure.known_secrets)
    return _redact(exchanges, CassetteRedactor(replace(disclosure, mask=Placeholders())))


def _as_exchange(request: Request, response: VcrResponse) -> Exchange:
    """Return a recorded request and its response, with the content coding of the response decoded."""
    headers = {name: ", ".join(values) for name, values in response["headers"].items()}
    body, sent_headers = _with_fixed_boundary(request)
    sent = model.Request(request.method, request.uri, Headers(sent_headers.items()), body)
    content = _decode_body(response["body"]["string"] or b"", headers)
    received = Response(response["status"]["code"], body=content, headers=Headers(headers.items()))
    return Exchange(sent, received)


def _redact(exchanges: VcrExchanges, redactor: CassetteRedactor) -> VcrExchanges:
    """Return a copy of the exchanges in which `redactor` has replaced the secrets."""
    requests: list[Any] = []
    responses: list[Any] = []
    for request, response in zip(exchanges["requests"], exchanges["responses"], strict=True):
        requests.append(redactor.redact_request(request))
        responses.append(redactor.redact_response(response))
    return {"requests": requests, "responses": responses}


def require_known_coding(response: VcrResponse) -> VcrResponse:
    """Return the response unchanged.

    Raises:
        CodingError: the content coding of the response is neither gzip nor deflate, or the body is too long.
    """
    _decode_body(
        response["body"]["string"] or b"",
        {name: ", ".join(values) for name, values in response["headers"].items()},
    )
    return response


class CassetteRedactor:
    """Removes the secrets from the exchanges of one cassette.

    Args:
        disclosure: replaces the secrets; hidden form fields of recorded pages become secrets too.
    """

    def __init__(self, disclosure: Disclosure) -> None:
        self._disclosure = replace(
            disclosure, locations=disclosure.locations.narrowed(), may_be_truncated=False
        )

    def redact_request(self, request: Request) -> Request:
        """Return a copy of a request without secrets."""
        disclosure = self._disclosure
        body, headers = _with_fixed_boundary(request)
        body = disclosure.body(body, _media_type(headers))
        redacted = {disclosure.text(name): disclosure.header(name, value) for name, value in headers.items()}
        return Request(
            request.method, disclosure.text(request.uri), body or None, _with_length(redacted, len(body))
        )

    def redact_response(self, response: VcrResponse) -> VcrResponse:
        """Return a copy of a response without secrets and with its content coding decoded.

        Raises:
            CodingError: the content coding of the response is neither gzip nor deflate.
        """
        headers = {name: ", ".join(values) for name, values in response["headers"].items()}
        media_type, content = _media_type(headers), _decode_body(response["body"]["string"] or b"", headers)
        if media_type == "text/html":
            self._add_hidden_fields(content.decode("utf-8", "replace"))
        body = self._disclosure.body(content, media_type)
        status = response["status"] | {"message": self._disclosure.text(response["status"]["message"] or "")}
        redacted_headers = self._redact_headers(response["headers"], body)
        return response | {"status": status, "headers": redacted_headers, "body": {"string": body}}

    def _add_hidden_fields(self, page: str) -> None:
        """Treat the hidden form fields of a page as secrets in all requests that follow."""
        locations = self._disclosure.locations.plus(parameters=hidden_field_names(page))
        self._disclosure = replace(self._disclosure, locations=locations)

    def _redact_headers(self, headers: Mapping[str, list[str]], body: bytes) -> dict[str, list[str]]:
        """Return the headers sorted by name, because vcrpy's order differs from run to run."""
        redacted = {}
        for name, values in sorted(headers.items()):
            match name.lower():
                case "content-encoding":
                    continue
                case "content-length" if body:
                    redacted[name] = [str(len(body))]
                case _:
                    redacted[self._disclosure.text(name)] = [
                        self._disclosure.header(name, value) for value in values
                    ]
        return redacted


def match_request(sent: Request, recorded: Request) -> bool:
    """Return whether the response to a recorded request may be replayed for a sent one.

    Method, path, query and body must be equal; a placeholder matches any text.
    """
    return (
        sent.method == recorded.method
        and _is_match(_path_and_query(sent.uri), _path_and_query(recorded.uri))
        and _is_match(
            _comparable_body(sent.body or b"", _media_type(sent.headers)),
            _comparable_body(recorded.body or b"", _media_type(recorded.headers)),
        )
    )


def _is_match(sent: Any, recorded: Any) -> bool:
    """Return whether two values are equal, where a placeholder in `recorded` matches any text in `sent`."""
    if sent == recorded:
        return True
    match sent, recorded:
        case str(), str():
            pattern = _placeholder_pattern(recorded)
            return pattern is not None and pattern.fullmatch(sent) is not None
        case bytes(), bytes():
            return _is_match(sent.decode("latin-1"), recorded.decode("latin-1"))
        case (list() | tuple(), list() | tuple()):
            return len(sent) == len(recorded) and all(map(_is_match, sent, recorded))
        case dict(), dict():
            return sent.keys() == recorded.keys() and all(_is_match(sent[key], recorded[key]) for key in sent)
    return False


@lru_cache(maxsize=1024)
def _placeholder_pattern(recorded: str) -> re.Pattern[str] | None:
    """Return a pattern for a recorded text with placeholders; None if it has no placeholder."""
    if not PLACEHOLDER.search(recorded):
        return None
    return re.compile(".+".join(map(re.escape, PLACEHOLDER.split(recorded))), re.DOTALL)


@lru_cache(maxsize=1024)
def _path_and_query(uri: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the path and query of a URL; cached, since each recorded request is compared with many."""
    parts = urlsplit(uri)
    return parts.path, _pairs(parts.query)


@lru_cache(maxsize=1024)
def _comparable_body(body: bytes, media_type: str) -> object:
    """Return a body for comparison, in which the order of JSON properties and form fields is ignored."""
    if media_type == "application/x-www-form-urlencoded":
        return _pairs(body.decode("utf-8", "surrogateescape"))
    try:
        return read_json(body) if media_type == "application/json" else body
    except ValueError:
        return body


def _with_fixed_boundary(request: Request) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a request; each multipart body gets the same boundary."""
    body, headers = _read_body(request), {name: _text(value) for name, value in request.headers.items()}
    for name, value in headers.items():
        boundary = re.search(r'boundary="?([^";]+)"?', value) if name.lower() == "content-type" else None
        if boundary:
            body = body.replace(boundary[1].encode(), BOUNDARY.encode())
            headers[name] = value.replace(boundary[1], BOUNDARY)
    return body, headers


def _read_body(request: Request) -> bytes:
    """Return the body of a request as bytes, also if it is a file or an iterator."""
    body = request.body or b""
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return the parameters sorted by name only, since redacted values would sort differently."""
    return sorted(parse_qsl(text, keep_blank_values=True), key=itemgetter(0))


def _decode_body(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return a body without gzip content coding, which the client has usually decoded already."""
    coding = _header(headers, "content-encoding").lower()
    if coding not in ("", "identity", "gzip", "deflate"):
        raise CodingError(f"a response with Content-Encoding {coding} can't be recorded")
    return _decompress(body) if coding == "gzip" and body.startswith(b"\x1f\x8b") else body


def _decompress(body: bytes) -> bytes:
    """Return a body without gzip coding; raise CodingError if it is invalid or too long."""
    try:
        content = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MAX_BODY_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CodingError(f"a response with invalid gzip coding can't be recorded ({error})") from None
    if len(content) > MAX_BODY_BYTES:
        raise CodingError(f"a response of more than {MAX_BODY_BYTES} bytes can't be recorded")
    return content


def _with_length(headers: Mapping[str, str], size: int) -> dict[str, str]:
    return {name: str(size) if name.lower() == "content-length" else value for name, value in headers.items()}


def _media_type(headers: Mapping[str, str]) -> str:
    return _header(headers, "content-type").partition(";")[0].strip().lower()


def _header(headers: Mapping[str, str], name: str) -> str:
    """Return a header by its name in lower case; empty if it is missing."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _text(value: object) -> str:
    """Return the value of a header, which requests may pass as bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
