"""VCR cassettes of version 1, YAML or JSON, as several recorders write them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.report.recorded import Recorded, TrafficError, decoded


def exchanges(path: Path, content: Mapping[str, Any]) -> Iterator[Recorded]:
    """The exchanges of a cassette.

    Raises:
        TrafficError: it has another version, or an exchange that is not whole.
    """
    version = content.get("version", 1)
    if version != 1:
        raise TrafficError(f"{path}: is a cassette of version {version}, not 1; convert it")
    interactions = content["interactions"]
    if not isinstance(interactions, list):
        raise TrafficError(f"{path}: its interactions are no list; record it again")
    header = content.get("tuningfork")
    base_url = str(header.get("base_url", "")) if isinstance(header, dict) else ""
    for number, each in enumerate(interactions, 1):
        place = f"{path}, interaction {number}"
        request, response = _member(each, "request", place), _member(each, "response", place)
        headers = _headers(_member(response, "headers", place), place)
        body, flaw = decoded(_body(response.get("body"), place), headers)
        status, reason = _status(_member(response, "status", place), place)
        exchange = Exchange(_request(request, place), Response(status, reason, headers, body))
        yield Recorded(path, number, exchange, flaw, base_url)


def _request(request: Mapping[str, Any], place: str) -> Request:
    method, uri = _member(request, "method", place), _member(request, "uri", place)
    headers = _headers(request.get("headers"), place)
    return Request(str(method), str(uri), headers, _body(request.get("body"), place))


def _status(status: Any, place: str) -> tuple[int, str]:
    """A mapping of code and message, or the code alone."""
    code: Any = status.get("code") if isinstance(status, dict) else status
    reason = status.get("message") if isinstance(status, dict) else ""
    try:
        return int(code), str(reason or "")
    except (TypeError, ValueError):
        raise TrafficError(f"{place}: its status is {code!r}, no number; record it again") from None


def _headers(headers: Any, place: str) -> Headers:
    """From name -> values, name -> value, or a list of pairs."""
    if isinstance(headers, Mapping):
        return Headers((str(name), str(value)) for name, values in headers.items() for value in _all(values))
    try:
        return Headers((str(name), str(value)) for name, values in headers or () for value in _all(values))
    except (TypeError, ValueError):
        raise TrafficError(f"{place}: its headers are no names and values; record it again") from None


def _all(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list | tuple) else [values]


def _body(body: Any, place: str) -> bytes:
    """From text, bytes, nothing, or a mapping with `string` or `base64_string`."""
    if isinstance(body, Mapping):
        if "base64_string" in body:
            return _of_base64(str(body["base64_string"]), place)
        body = body.get("string")
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")


def _of_base64(text: str, place: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        raise TrafficError(f"{place}: its body is no base64; record it again") from None


def _member(value: Any, name: str, place: str) -> Any:
    if not isinstance(value, Mapping) or value.get(name) is None:
        raise TrafficError(f"{place}: has no {name}; record it again")
    return value[name]
