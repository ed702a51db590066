"""Describes how requests were signed, for the reports: a shell can then sign them again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from requests import PreparedRequest

from tuningfork.model import Headers, Request, Signing

OAUTH1_FUNCTION = """oauth1() { # METHOD URL CONSUMER_SECRET TOKEN_SECRET NAME=VALUE...: HMAC-SHA1 (RFC 5849)
python3 -c '
import base64, hmac, os, sys
from urllib.parse import quote, urlsplit
method, url, *secrets = map(os.fsencode, sys.argv[1:5])
pairs = [pair.partition(b"=") for pair in map(os.fsencode, sys.argv[5:])]
def escape(text): return quote(text, safe="~")
parts = urlsplit(url.decode())
host = parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ""))
pairs = sorted((escape(name), escape(value)) for name, _, value in pairs)
parameters = "&".join(map("=".join, pairs))
base = "&".join(map(escape, (method.upper(), f"{parts.scheme}://{host}{parts.path or chr(47)}", parameters)))
key = "&".join(map(escape, secrets))
print(base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha1")).decode())' "$@"; }"""
"""The shell function that prints the signature of OAuth 1.0a."""


def describe_oauth1(
    request: PreparedRequest,
    base_string: str,
    signature: str,
    secrets: Mapping[str, str],
    *,
    has_fixed_nonce: bool,
    overrides: Mapping[str, str | None],
) -> Signing:
    """Return how a request was signed with HMAC-SHA1.

    Args:
        request: the signed request.
        base_string: the signature base string (RFC 5849 3.4.1).
        signature: its signature.
        secrets: the names and values of the secrets of the app and of the token.
        has_fixed_nonce: whether a test chose the nonce.
        overrides: protocol parameters that a test replaced before signing; None for an omitted one.
    """
    method, url, parameters = (unquote(part) for part in base_string.split("&"))
    pairs = tuple(parse_qsl(parameters.replace("+", "%2B"), keep_blank_values=True, errors="surrogateescape"))
    values = dict(pairs)
    return Signing(
        function=OAUTH1_FUNCTION,
        target=(method, url),
        secrets=tuple(secrets.items()),
        parameters=pairs,
        signature=signature,
        request=snapshot(request),
        nonce="" if has_fixed_nonce else values.get("oauth_nonce", ""),
        timestamp="" if "oauth_timestamp" in overrides else values.get("oauth_timestamp", ""),
        signed_at=int(time.time()),
        remarks=tuple(_describe_overrides(overrides)),
        needs_exact_body="oauth_body_hash" in values,
    )


def snapshot(request: PreparedRequest) -> Request:
    """Return a prepared request as it is now."""
    headers = Headers((str(name), str(value)) for name, value in request.headers.items())
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return Request(str(request.method), str(request.url), headers, body if isinstance(body, bytes) else b"")


def _describe_overrides(overrides: Mapping[str, str | None]) -> Iterator[str]:
    """Yield a phrase for each protocol parameter that a test replaced before signing."""
    for name, value in overrides.items():
        yield f"{name} is missing" if value is None else f"{name} is {value!r}"
