"""vcrpy's requests and responses: their secrets taken out, and two of them compared."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vcr.request import Request

from tuningfork.json_text import read_json
from tuningfork.redaction import Disclosure, SecretCollector, hidden_field_names

IS_DISABLED: ContextVar[bool] = ContextVar("is_off", default=False)
"""Whether what is sent now is the tool's own, which no test sends again in a replay."""

VcrResponse = dict[str, Any]
"""A response as vcrpy has it: status {code, message}, headers name -> values, body {string: bytes}."""

PLACEHOLDER = re.compile(r"REDACTED(-\d+)?")
_GAP = re.compile(r"REDACTED(?:-\d+)?")
BOUNDARY = "tuningfork-boundary"


@contextmanager
def cassette_disabled() -> Iterator[None]:
    """What is sent in the block is not recorded."""
    mark = IS_DISABLED.set(True)
    try:
        yield
    finally:
        IS_DISABLED.reset(mark)


class CodingError(ValueError):
    """A body whose content coding can't be removed, so that its secrets can't be found."""


def same_placeholder(_name: str, _secret: str) -> str:
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


VcrExchanges = dict[str, list[Any]]
"""What vcrpy has recorded: "requests", and "responses" in the same order."""


def redact_cassette(tape: VcrExchanges, disclosure: Disclosure) -> VcrExchanges:
    """A copy of a tape that can be shown to anybody.

    What is secret by its place in one exchange is known before any exchange is copied, so that an echo of
    it is found wherever it is.
    """
    _copied(tape, CassetteRedactor(replace(disclosure, mask=SecretCollector(disclosure.known_secrets))))
    return _copied(tape, CassetteRedactor(replace(disclosure, mask=Placeholders())))


def _copied(tape: VcrExchanges, redactor: CassetteRedactor) -> VcrExchanges:
    requests: list[Any] = []
    responses: list[Any] = []
    for request, response in zip(tape["requests"], tape["responses"], strict=True):
        requests.append(redactor.redact_request(request))
        responses.append(redactor.redact_response(response))
    return {"requests": requests, "responses": responses}


def require_known_coding(response: VcrResponse) -> VcrResponse:
    """The response as it is.

    Raises:
        CodingError: it has a content coding other than gzip and deflate.
    """
    _decoded(b"", {name: ", ".join(values) for name, values in response["headers"].items()})
    return response


class CassetteRedactor:
    """Takes the secrets out of the exchanges of one cassette."""

    def __init__(self, disclosure: Disclosure) -> None:
        self._told = replace(disclosure, locations=disclosure.locations.narrowed(), may_be_truncated=False)

    def redact_request(self, request: Request) -> Request:
        """A copy of a request that can be shown to anybody."""
        told = self._told
        body, headers = _fixed(request)
        body = told.body(body, _media_type(headers))
        shown = {told.text(name): told.header(name, value) for name, value in headers.items()}
        return Request(request.method, told.text(request.uri), body or None, _sized(shown, len(body)))

    def redact_response(self, response: VcrResponse) -> VcrResponse:
        """A copy of a response, its content coding removed, that can be shown to anybody.

        Raises:
            CodingError: it has a content coding other than gzip and deflate.
        """
        headers = {name: ", ".join(values) for name, values in response["headers"].items()}
        media_type, whole = _media_type(headers), _decoded(response["body"]["string"] or b"", headers)
        if media_type == "text/html":
            self._learn(whole.decode("utf-8", "replace"))
        body = self._told.body(whole, media_type)
        status = response["status"] | {"message": self._told.text(response["status"]["message"] or "")}
        headers_shown = self._shown(response["headers"], body)
        return response | {"status": status, "headers": headers_shown, "body": {"string": body}}

    def _learn(self, page: str) -> None:
        """What a page hides in a form is a secret too when the form is sent."""
        places = self._told.locations.plus(parameters=hidden_field_names(page))
        self._told = replace(self._told, locations=places)

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
                    shown[self._told.text(name)] = [self._told.header(name, value) for value in values]
        return shown


def match_request(sent: Request, recorded: Request) -> bool:
    """Whether a request may be answered by what answered the recorded one.

    Method, path, query and body agree; a placeholder agrees with whatever was sent in its place.
    """
    return (
        sent.method == recorded.method
        and _agrees(_target(sent.uri), _target(recorded.uri))
        and _agrees(
            _content(sent.body or b"", _media_type(sent.headers)),
            _content(recorded.body or b"", _media_type(recorded.headers)),
        )
    )


def _agrees(sent: Any, recorded: Any) -> bool:
    if sent == recorded:
        return True
    match sent, recorded:
        case str(), str():
            pattern = _with_gaps(recorded)
            return pattern is not None and pattern.fullmatch(sent) is not None
        case bytes(), bytes():
            return _agrees(sent.decode("latin-1"), recorded.decode("latin-1"))
        case (list() | tuple(), list() | tuple()):
            return len(sent) == len(recorded) and all(map(_agrees, sent, recorded))
        case dict(), dict():
            return sent.keys() == recorded.keys() and all(_agrees(sent[key], recorded[key]) for key in sent)
    return False


@lru_cache(maxsize=1024)
def _with_gaps(recorded: str) -> re.Pattern[str] | None:
    """What a recorded text stands for; None if there is no placeholder in it."""
    if not PLACEHOLDER.search(recorded):
        return None
    return re.compile(".+".join(map(re.escape, _GAP.split(recorded))), re.DOTALL)


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
    """In the order of their names; values may have been replaced, so that their order tells nothing."""
    return sorted(parse_qsl(text, keep_blank_values=True), key=itemgetter(0))


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
