"""Recognizes responses of the HTTP layer, which rejects malformed requests before routing."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes, urlsplit

from tuningfork.contract.openapi import Operation
from tuningfork.model import METHODS, Exchange, Request

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
INVALID_IN_URI = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})|%00")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
REJECTION_STATUSES = frozenset({414, 417, 431})
MAX_URL = 8000
"""The octets of a URL that each server should support."""


def rejected_by_http_layer(exchange: Exchange, operation: Operation | None = None) -> bool:
    """Return whether the HTTP layer may have sent this response before routing (RFC 9110 15.5).

    The HTTP layer sends 414, 417, 431, and 400 for a malformed request, for one with a longer URL than each
    server should support (RFC 9110 4.1), or for a method that HTTP does not define (SC-ERR-08).
    """
    status, request = exchange.response.status, exchange.request
    if status != 400:
        return status in REJECTION_STATUSES
    return request.method not in METHODS or len(request.url) > MAX_URL or is_malformed(request)


def is_malformed(request: Request) -> bool:
    """Return whether a request violates the grammar of HTTP or URIs, or has a URL that is not UTF-8."""
    return (
        not TOKEN.fullmatch(request.method)
        or _has_invalid_target(request.url)
        or any(not TOKEN.fullmatch(name) or CONTROL.search(value) for name, value in request.headers.pairs)
        or _has_invalid_framing(request)
    )


def _has_invalid_target(url: str) -> bool:
    """Return whether the path and query of a URL have invalid characters, `..`, or text that is not UTF-8."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    if INVALID_IN_URI.search(f"{parts.path}?{parts.query}") or ".." in parts.path.split("/"):
        return True
    try:
        unquote_to_bytes(f"{parts.path}?{parts.query}").decode()
    except UnicodeDecodeError:
        return True
    return False


def _has_invalid_framing(request: Request) -> bool:
    """Return whether Host or Content-Length is repeated or wrong (RFC 9112 3.2, 6)."""
    lengths = request.headers.all("content-length")
    is_repeated = len(lengths) > 1 or len(request.headers.all("host")) > 1
    is_wrong = any(
        not length.isdigit() or (request.body and int(length) != len(request.body)) for length in lengths
    )
    return is_repeated or is_wrong or bool(lengths and "transfer-encoding" in request.headers)
