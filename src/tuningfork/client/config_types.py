"""Types of the fields in tuningfork.toml: sizes, rates and URLs, each with its validation."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from tuningfork.origin import origin


def without_userinfo(url: str) -> str:
    """Return the URL; raise ValueError if it contains credentials, which reports would show."""
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]:
        raise ValueError(
            "a URL here must not contain a user or password, because reports and cassettes contain the URL; "
            "remove the part up to the @"
        )
    return url


def _parse_rate(rate: object) -> object:
    """Return the requests per second of a rate like "300/m"; raise ValueError for another value."""
    if isinstance(rate, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)/(s|m|h)", rate)):
        return float(match[1]) / {"s": 1, "m": 60, "h": 3600}[match[2]]
    raise ValueError('a rate reads like "10/s", "300/m" or "5000/h"')


def _parse_size(size: object) -> object:
    """Return the number of bytes in a size like "64 MiB" or 4096; raise ValueError for another value."""
    if isinstance(size, str) and (
        match := re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?) ?([kKMG]i?B)", size.strip())
    ):
        base = 1024 if "i" in match[2] else 1000
        exponent = {"k": 1, "m": 2, "g": 3}[match[2][0].lower()]
        return int(float(match[1]) * base**exponent)
    if isinstance(size, int) and not isinstance(size, bool):
        return size
    raise ValueError('a size reads like "64 MiB" or "500 kB", or is an integer number of bytes')


def _check_proxy(url: object) -> object:
    """Return the URL of a proxy; raise ValueError if it is not http, has a path, or is not a URL."""
    if isinstance(url, str) and re.fullmatch(r"http://[^/?#\s]+/?", url) and origin(url):
        return url
    raise ValueError('a proxy reads like "http://proxy.example.com:3128"')


def _check_login_host(host: str) -> str:
    """Return a host, with or without a scheme, without a final slash; raise ValueError for another text."""
    url = host if "://" in host else f"https://{host}"
    if re.fullmatch(r"https?://[^/?#@\s]+/?", url) and origin(url):
        return host.rstrip("/")
    raise ValueError('a login host reads like "login.example.com" or "https://login.example.com:8443"')


def _check_http_url(url: str) -> str:
    """Return an http or https URL; raise ValueError if it has a query, a fragment or an invalid part."""
    try:
        is_url = url.startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
        is_url = is_url and urlsplit(url).port != 0
    except ValueError:  # a port beyond 65535, half an IPv6 address
        is_url = False
    if not is_url or re.search(r"[\s\x00-\x1f\x7f?#\\]", url):
        raise ValueError(
            'a URL reads like "https://api.example.com/v1": http or https, a host, '
            "a port up to 65535, no query, no fragment"
        )
    return url


ByteSize = Annotated[int, BeforeValidator(_parse_size), Field(gt=0)]
Rate = Annotated[float, BeforeValidator(_parse_rate), Field(gt=0, allow_inf_nan=False)]
Proxy = Annotated[SecretStr, BeforeValidator(_check_proxy)]
LoginHost = Annotated[str, AfterValidator(_check_login_host)]
HttpUrl = Annotated[str, AfterValidator(without_userinfo), AfterValidator(_check_http_url)]
