"""Checks of the pages of a list: their size, and their links to the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tuningfork.checks.base import Check, Scope, is_success
from tuningfork.checks.json_body import json_values
from tuningfork.contract.openapi import Operation
from tuningfork.model import Exchange, Finding

Items = Callable[[Any], list[Any] | None]
"""Returns the items of a page from a JSON body; None if the body is not a page."""

SizeLimits = Callable[[Exchange, Operation], Iterator[tuple[str, int]]]
"""Yields the claims that limit the size of the requested page, each with the maximum size."""


def page_size(items: Items, limits: SizeLimits) -> Check:
    """Check that a page has no more items than the request and the API allow."""

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield a finding for each limit that applies, if the response is a page."""
        if operation is None or not is_success(exchange, operation):
            return
        for body in json_values(exchange):
            page = items(body)
            for claim, max_size in limits(exchange, operation) if page is not None else ():
                size = len(page or ())
                yield Finding(claim, size <= max_size, f"at most {max_size} items", f"{size} items")

    return check


def next_link(claim: str, next_url: Callable[[Any], Any], applies: Scope = is_success) -> Check:
    """Check that the link to the next page, if present, is an absolute URL on the host of the request.

    Args:
        claim: the claim that a violation breaks.
        next_url: returns the link in a JSON body; None if the body has no link.
        applies: the exchanges that are checked.
    """

    def check(exchange: Exchange, operation: Operation | None) -> Iterator[Finding]:
        """Yield one finding if the check applies and the body has a link to the next page."""
        if not applies(exchange, operation):
            return
        for body in json_values(exchange):
            url = next_url(body)
            if url is not None:
                host = urlsplit(exchange.request.url).hostname
                yield Finding(
                    claim, _host(url) == host, f"an absolute URL on {host}", str(url) or "an empty text"
                )

    return check


def property_values(exchange: Exchange, items: Items, name: str) -> list[Any]:
    """Return the values of a property of all items of a page; None for an item without the property."""
    pages = [items(body) or [] for body in json_values(exchange)]
    return [item.get(name) for page in pages for item in page if isinstance(item, dict)]


def _host(url: Any) -> str | None:
    """Return the host of an absolute http or https URL; None for any other value."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None
