"""Reads HTTP archives (HAR 1.2), as browsers, proxies and Playwright export them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tuningfork.json_text import read_json
from tuningfork.model import Headers
from tuningfork.numbers import read_digits
from tuningfork.report.readers import messages
from tuningfork.report.readers.attachments import Attachments
from tuningfork.report.readers.har_stream import KIND
from tuningfork.report.recorded_exchange import (
    EntryLocation,
    MissingBody,
    RecordedExchange,
    TrafficError,
    read_entries,
    recorded_exchange,
    recorded_request,
)

TEXT_ENCODINGS = ("", "utf8", "utf-8", "text", "plain", "none", "null", "identity")
"""Values of `encoding` for a text that is not encoded."""
TRUNCATED = MissingBody("its body was not exported completely")
BOM_BYTES = 3
"""Size of a byte order mark, which recorders remove."""
MAX_COMPRESSION_OVERHEAD_BYTES = 64
"""How much larger a small body can become when it is compressed."""
TRUNCATION_WORDS = ("truncat", "omitted", "not included", "cut off", "discarded")


def is_archive(content: Any) -> bool:
    """Return whether the content of a file is a mapping with a log."""
    return isinstance(content, Mapping) and "log" in content


def read_exchanges(
    path: Path, content: Mapping[str, Any], attachments: Attachments
) -> Iterator[RecordedExchange]:
    """Return the exchanges of an archive.

    Raises:
        TrafficError: the archive has no entries, or an entry is not complete.
    """
    entries = content["log"].get("entries") if isinstance(content["log"], Mapping) else None
    if not isinstance(entries, list):
        raise TrafficError(f"{path}: its log has no list of entries; export it again")
    return read_entries(path, KIND, entries, partial(parse_entry, attachments=attachments))


def parse_entry(
    location: EntryLocation, entry: Mapping[str, Any], attachments: Attachments
) -> RecordedExchange:
    """Return the exchange of an entry of the log."""
    request, response = entry["request"], entry.get("response") or {}  # it may have got no response
    request_headers = messages.parse_headers(request["headers"], location)
    request_body = _request_body(request, request_headers, attachments)
    response_headers = messages.parse_headers(response.get("headers"), location)
    return recorded_exchange(
        location,
        recorded_request(str(request["method"]), str(request["url"]), request_headers, request_body),
        messages.parse_status(response.get("status"), location),
        response_headers,
        _response_body(response, response_headers, attachments),
        reason=str(response.get("statusText") or ""),
        seconds=_seconds(entry.get("time")),
    )


def _response_body(
    response: Mapping[str, Any], headers: Headers, attachments: Attachments
) -> bytes | MissingBody:
    """Return the body of a response; one that is missing or truncated is a MissingBody, not an empty body."""
    content = response.get("content") or {}
    if response.get("_error") or content.get("_error") or response.get("_responseBodyStatus"):
        return MissingBody("its body was not received completely")
    if isinstance(content.get("_file"), str):
        return attachments.body(content["_file"])
    body = _decode(content) if content.get("text") is not None else b""
    if body or isinstance(body, MissingBody):
        return TRUNCATED if isinstance(body, bytes) and _is_truncated(body, content, headers) else body
    size, body_size = _number(content.get("size")), _number(response.get("bodySize")) or 0
    is_empty = size == 0 or (size is None and "text" in content)
    return b"" if is_empty and body_size <= 0 and not _has_body(content, headers) else MissingBody()


def _has_body(content: Mapping[str, Any], headers: Headers) -> bool:
    """Return whether a comment or the Content-Length says that there was a body."""
    has_length = re.fullmatch(r"0*[1-9]\d*", headers.get("content-length", ""))
    return _is_left_out(content) or bool(has_length)


def _is_left_out(content: Mapping[str, Any]) -> bool:
    """Return whether a comment says that the text is missing or truncated."""
    comment = str(content.get("comment") or content.get("_comment") or "").lower()
    return any(word in comment for word in TRUNCATION_WORDS)


def _is_truncated(body: bytes, content: Mapping[str, Any], headers: Headers) -> bool:
    """Return whether a body is truncated according to a comment or to its size."""
    # Some recorders store the compressed size, which exceeds that of a small body by the overhead.
    overhead = MAX_COMPRESSION_OVERHEAD_BYTES if "content-encoding" in headers else BOM_BYTES
    overhead_bytes = max(-(_number(content.get("compression")) or 0), overhead)
    size = _number(content.get("size")) or 0
    is_short = len(body) + overhead_bytes < size and len(content["text"]) != size
    return _is_left_out(content) or is_short or _is_cut(body, headers)


def _is_cut(body: bytes, headers: Headers) -> bool:
    """Return whether a body is shorter than the response says, and is not JSON although it should be."""
    announced = read_digits(headers.get("content-length", ""))
    is_short = announced is not None and len(body) + BOM_BYTES < announced
    if not is_short or "content-encoding" in headers or "json" not in headers.get("content-type", "").lower():
        return False
    try:
        read_json(body)
    except ValueError:
        return True
    return False


def _request_body(
    request: Mapping[str, Any], headers: Headers, attachments: Attachments
) -> bytes | MissingBody:
    """Return the body of a request from its text or from the parameters of a form."""
    # HTTP Toolkit stores a body that is not UTF-8 as `_content`, and a missing one as `_requestBodyStatus`.
    content, size = request.get("postData") or request.get("_content"), _number(request.get("bodySize")) or 0
    if request.get("_requestBodyStatus"):
        return MissingBody()
    if content is None:
        return MissingBody() if size > 0 or _has_body({}, headers) else b""
    if isinstance(content.get("_file"), str):
        return attachments.body(content["_file"])
    if _is_left_out(content):
        return MissingBody()
    if content.get("text"):
        return _decode(content)
    params = content.get("params") or ()
    if any("fileName" in each or "value" not in each for each in params):
        return MissingBody()
    return messages.encode_form(params) if params or request.get("bodySize") == 0 else MissingBody()


def _decode(content: Mapping[str, Any]) -> bytes | MissingBody:
    """Return the bytes of a `text`, decoded as its `encoding` says."""
    encoding = str(content.get("encoding") or "").strip().lower()
    if encoding in ("base64", "base64url"):
        return messages.decode_base64(content["text"])
    if encoding not in TEXT_ENCODINGS:
        return MissingBody(f"its body is in the encoding {encoding[:40]}, which is not supported")
    return messages.encode_text(content["text"])


def _number(value: Any) -> float | None:
    """Return a finite number, or None for any other value."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None


def _seconds(milliseconds: Any) -> float:
    """Return milliseconds in seconds; 0 for a value that is negative or not a number."""
    return max(_number(milliseconds) or 0.0, 0.0) / 1000
