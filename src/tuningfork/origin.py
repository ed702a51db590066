"""The origin of a URL."""

from __future__ import annotations

import functools
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


@functools.lru_cache(maxsize=256)
def origin(url: str) -> str:
    """Scheme, host and port (RFC 6454 4), without a default port; empty for what is no URL."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{port}"
