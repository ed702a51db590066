"""Recognizes responses that a gateway or a cache gave in place of the API; they are never judged."""

from __future__ import annotations

import re

from tuningfork.model import Response
from tuningfork.numbers import read_digits

GATEWAY_FAILURES = frozenset({502, 503, 504})
"""The statuses of a gateway that reaches no server (RFC 9110 15.6)."""
GATEWAY_REFUSALS = frozenset({414, 429, 431})
"""The statuses with which servers and gateways refuse a request before the API sees it."""
PROXIES = re.compile(r"nginx|cloudflare|envoy|haproxy|varnish|awselb|akamai|traefik|squid|gws", re.IGNORECASE)
CACHE_HEADERS = ("x-cache", "cf-cache-status", "x-cache-status")


def is_of_gateway(response: Response) -> bool:
    """Return whether a response is one of a gateway: by its status, or an HTML page that a proxy names."""
    if response.status in GATEWAY_FAILURES | GATEWAY_REFUSALS:
        return True
    is_page = response.headers.get("content-type", "").lower().startswith("text/html")
    server = response.headers.get("server", "")
    is_proxied = "via" in response.headers or PROXIES.search(server) is not None
    return response.status >= 400 and is_page and is_proxied


def is_from_cache(response: Response) -> bool:
    """Return whether a response is that of a cache (RFC 9111 5.1)."""
    age = read_digits(response.headers.get("age", "").strip())
    hits = [response.headers.get(name, "").strip().upper() for name in CACHE_HEADERS]
    return bool(age) or any(hit.startswith("HIT") for hit in hits)
