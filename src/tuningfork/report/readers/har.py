"""HTTP archives (HAR 1.2), as browsers, proxies and Playwright export them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tuningfork.model import Headers
from tuningfork.report.readers import messages
from tuningfork.report.readers.attachments import Attachments
from tuningfork.report.recorded_exchange import (
    Place,
    Recorded,
    TrafficError,
    Unknown,
    read_each,
    recorded,
    request,
)

TEXTS = ("", "utf8", "utf-8", "text", "plain", "none", "null", "identity")
"""Encodings that leave a text as it is."""
TRUNCATED = Unknown("its body was not exported whole")
BOM, SLACK = 3, 64
"""Bytes of a mark that recorders drop, and those by which a small body is longer when it is compressed."""
LEFT_OUT = ("truncat", "omitted", "not included", "cut off", "discarded")


def is_archive(content: Any) -> bool:
    """Whether a file's value is an archive, by its shape."""
    return isinstance(content, Mapping) and "log" in content


def exchanges(path: Path, content: Mapping[str, Any], attached: Attachments) -> Iterator[Recorded]:
    """The exchanges of an archive.

    Raises:
        TrafficError: it has no entries, or one that is not whole.
    """
    entries = content["log"].get("entries") if isinstance(content["log"], Mapping) else None
    if not isinstance(entries, list):
        raise TrafficError(f"{path}: its log has no list of entries; export it again")
    return read_each(path, "entry", entries, lambda place, entry: _read(place, entry, attached))


def _read(place: Place, entry: Mapping[str, Any], attached: Attachments) -> Recorded:
    sent, response = entry["request"], entry["response"]
    sent_headers = messages.headers(sent["headers"], place)
    headers = messages.headers(response.get("headers"), place)
    asked = request(
        str(sent["method"]), str(sent["url"]), sent_headers, _posted(sent, sent_headers, attached)
    )
    return recorded(
        place,
        asked,
        messages.status(response["status"], place),
        headers,
        _content(response, headers, attached),
        reason=str(response.get("statusText") or ""),
        seconds=_seconds(entry.get("time")),
    )


def _content(response: Mapping[str, Any], headers: Headers, attached: Attachments) -> bytes | Unknown:
    """The body of a response: what is missing, cut or lost is unknown, and not empty."""
    content = response.get("content") or {}
    if response.get("_error") or content.get("_error") or response.get("_responseBodyStatus"):
        return Unknown("its body was not received whole")
    if isinstance(content.get("_file"), str):
        return attached.body(content["_file"])
    body = _decoded(content) if content.get("text") is not None else b""
    if body or isinstance(body, Unknown):
        return TRUNCATED if isinstance(body, bytes) and _is_cut(body, content, headers) else body
    sizes = (_number(content.get("size")), _number(response.get("bodySize")) or 0)
    is_empty = sizes[0] == 0 or (sizes[0] is None and "text" in content)
    return b"" if is_empty and sizes[1] <= 0 and not _is_said_to_have_a_body(content, headers) else Unknown()


def _is_said_to_have_a_body(content: Mapping[str, Any], headers: Headers) -> bool:
    return _is_left_out(content) or bool(re.fullmatch(r"0*[1-9]\d*", headers.get("content-length", "")))


def _is_left_out(content: Mapping[str, Any]) -> bool:
    """Whether a comment says that the text is not all that there was."""
    comment = str(content.get("comment") or content.get("_comment") or "").lower()
    return any(word in comment for word in LEFT_OUT)


def _is_cut(body: bytes, content: Mapping[str, Any], headers: Headers) -> bool:
    """Whether a body was longer, by a comment or by its size."""
    # Some write as the size what was sent, compressed; then it is more than the body by what that costs.
    cost = max(-(_number(content.get("compression")) or 0), SLACK if "content-encoding" in headers else BOM)
    size = _number(content.get("size")) or 0
    return _is_left_out(content) or (len(body) + cost < size and len(content["text"]) != size)


def _posted(sent: Mapping[str, Any], headers: Headers, attached: Attachments) -> bytes | Unknown:
    """The body of a request, from text or from the parameters of a form."""
    # HTTP Toolkit has members of its own for bodies that are no UTF-8, and for those that it did not keep.
    posted, size = sent.get("postData") or sent.get("_content"), _number(sent.get("bodySize")) or 0
    if sent.get("_requestBodyStatus"):
        return Unknown()
    if posted is None:
        return Unknown() if size > 0 or _is_said_to_have_a_body({}, headers) else b""
    if isinstance(posted.get("_file"), str):
        return attached.body(posted["_file"])
    if _is_left_out(posted):
        return Unknown()
    if posted.get("text"):
        return _decoded(posted)
    params = posted.get("params") or ()
    if any("fileName" in each or "value" not in each for each in params):
        return Unknown()
    return messages.form(params) if params or sent.get("bodySize") == 0 else Unknown()


def _decoded(content: Mapping[str, Any]) -> bytes | Unknown:
    encoding = str(content.get("encoding") or "").strip().lower()
    if encoding in ("base64", "base64url"):
        return messages.of_base64(content["text"])
    if encoding not in TEXTS:
        return Unknown(f"its body is in the encoding {encoding[:40]}, which is not read")
    return messages.encoded(content["text"])


def _number(value: Any) -> float | None:
    """A finite number; None of anything else."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if is_number else None


def _seconds(milliseconds: Any) -> float:
    return max(_number(milliseconds) or 0.0, 0.0) / 1000
