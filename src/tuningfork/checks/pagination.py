"""Pages of lists: how long they are, where the next one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tuningfork.checks.base import Check, Scope, is_success
from tuningfork.checks.json_body import documents
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Items = Callable[[Any], list[Any] | None]
"""The items of a page, out of the API's envelope; None if it is no page."""

Rules = Callable[[Exchange, Operation], Iterator[tuple[str, int]]]
"""The claims on the length of the page that was asked for, each with the greatest length that keeps it."""


def size(items: Items, rules: Rules) -> Check:
    """A page is no longer than the request, or the API, allows."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if operation is None or not is_success(exchange, operation):
            return
        for body in documents(exchange):
            page = items(body)
            for claim, most in rules(exchange, operation) if page is not None else ():
                yield Finding(claim, len(page or ()) <= most, f"{most} items at most", f"{len(page or ())}")

    return check


def link(claim: str, following: Callable[[Any], Any], applies: Scope = is_success) -> Check:
    """The link to the next page, where there is one, is an absolute URL on the host that answered."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        if not applies(exchange, operation):
            return
        for body in documents(exchange):
            url = following(body)
            if url is not None:
                host = urlsplit(exchange.request.url).hostname
                yield Finding(claim, _host(url) == host, f"an absolute URL on {host}", str(url))

    return check


def _host(url: Any) -> str | None:
    """The host of an absolute URL of the web; None of anything else."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None
