"""HTTP archives (HAR 1.2), as browsers and proxies export them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.report.recorded import Recorded, TrafficError, decoded


def exchanges(path: Path, content: Mapping[str, Any]) -> Iterator[Recorded]:
    """The exchanges of an archive; one without an answer or its body has a flaw.

    Raises:
        TrafficError: it has no entries, or one that is not whole.
    """
    entries = content["log"].get("entries") if isinstance(content["log"], dict) else None
    if not isinstance(entries, list):
        raise TrafficError(f"{path}: its log has no list of entries; export it again")
    for number, entry in enumerate(entries, 1):
        try:
            yield _entry(path, number, entry)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as torn:
            what = f"has no {torn}" if isinstance(torn, KeyError) else "is not whole"
            raise TrafficError(f"{path}, entry {number}: {what}; export it again") from None


def _entry(path: Path, number: int, entry: Mapping[str, Any]) -> Recorded:
    request, response = entry["request"], entry["response"]
    headers, content = _headers(response["headers"]), response.get("content") or {}
    body, flaw = decoded(_body(content), headers)
    status = int(response["status"])
    if status == 0:
        flaw = "it was left without an answer"
    elif not body and content.get("size", 0) > 0:
        flaw = "its body was not exported"
    seconds = max(float(entry.get("time") or 0), 0) / 1000
    answer = Response(status, str(response.get("statusText") or ""), headers, body)
    return Recorded(path, number, Exchange(_request(request), answer, seconds), flaw)


def _request(request: Mapping[str, Any]) -> Request:
    posted = request.get("postData") or {}
    text = posted.get("text")
    if not text:
        text = urlencode([(each["name"], each.get("value", "")) for each in posted.get("params") or ()])
    headers = _headers(request["headers"])
    return Request(
        str(request["method"]), str(request["url"]), headers, text.encode("utf-8", "surrogatepass")
    )


def _headers(pairs: Any) -> Headers:
    """Without the pseudo-fields of HTTP/2 (RFC 9113 8.3)."""
    named = [(str(pair["name"]), str(pair["value"])) for pair in pairs]
    return Headers((name, value) for name, value in named if not name.startswith(":"))


def _body(content: Mapping[str, Any]) -> bytes:
    text = content.get("text") or ""
    if content.get("encoding") == "base64":
        return base64.b64decode(text)
    return bytes(text.encode("utf-8", "surrogatepass"))
