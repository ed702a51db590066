"""Requests that HTTP itself may refuse, before anybody looks where they lead."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes, urlsplit

from tuningfork.contract.openapi import Operation
from tuningfork.model import METHODS, Exchange, Request

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
NO_URI = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})|%00")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
UNROUTED = frozenset({414, 417, 431})


def refused_by_http(exchange: Exchange, operation: Operation | None = None) -> bool:
    """A response of HTTP before routing: 414, 417, 431, or a parser's 400 (RFC 9110 15.5).

    A parser refuses what is malformed, and methods that HTTP does not define (SC-ERR-08).
    """
    status, request = exchange.response.status, exchange.request
    return status in UNROUTED or (status == 400 and (request.method not in METHODS or is_malformed(request)))


def is_malformed(request: Request) -> bool:
    """A request that breaks the grammar of HTTP or of URIs, or whose text is no UTF-8."""
    return (
        not TOKEN.fullmatch(request.method)
        or _is_no_target(request.url)
        or any(not TOKEN.fullmatch(name) or CONTROL.search(value) for name, value in request.headers.pairs)
        or _is_no_framing(request)
    )


def _is_no_target(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    if NO_URI.search(f"{parts.path}?{parts.query}") or ".." in parts.path.split("/"):
        return True
    try:
        unquote_to_bytes(f"{parts.path}?{parts.query}").decode()
    except UnicodeDecodeError:
        return True
    return False


def _is_no_framing(request: Request) -> bool:
    """Fields of the message's frame that are doubled, or say what is not so (RFC 9112 3.2, 6)."""
    lengths = request.headers.all("content-length")
    doubled = len(lengths) > 1 or len(request.headers.all("host")) > 1
    wrong = any(
        not length.isdigit() or (request.body and int(length) != len(request.body)) for length in lengths
    )
    return doubled or bool(wrong) or bool(lengths and "transfer-encoding" in request.headers)
