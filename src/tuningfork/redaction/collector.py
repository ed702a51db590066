"""Secrets that traffic shows: what is secret by its place in one exchange is searched for in all others."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from urllib.parse import unquote

from tuningfork.model import Exchange, Headers
from tuningfork.redaction.known_secrets import KnownSecrets
from tuningfork.redaction.locations import LocationRedactor, SecretLocations

_TELLING = re.compile(
    r"assert|auth(?!_timestamp|_nonce|_consumer)|bearer|code|cookie|credential|csrf|jwt|otp|passw|pin\Z|"
    r"private|pwd|saml|secret|session|sid\Z|sig|token|userinfo|verifier|xsrf|api.?key"
)
"""Names of secrets that are worth finding elsewhere: not client_id, username, timestamp and the like."""
_COMMON = re.compile(r"[A-Za-z]?[a-z]*|\d*|.*REDACTED.*|\$.*|[a-z]+(?:[ _-][a-z]+)*", re.DOTALL)
"""Values that are words, numbers or placeholders: they may have another meaning elsewhere."""


class SecretCollector:
    """A mask that takes in what it is told to hide."""

    def __init__(self, known: KnownSecrets) -> None:
        self._known = known

    def __call__(self, name: str, secret: str) -> str:
        """Learn the secret if its name tells that it is worth finding elsewhere."""
        if _TELLING.search(name.lower()):
            for each in _parts(name, secret):
                if not _COMMON.fullmatch(each):
                    self._known.add(name, each)
        return ""


def collect_secrets(exchange: Exchange, places: SecretLocations, known: KnownSecrets) -> None:
    """Take in the secrets of an exchange that are found by their place."""
    redaction = LocationRedactor(places, SecretCollector(known))
    redaction.text(exchange.request.url)
    _message(redaction, exchange.request.headers, exchange.request.body)
    _message(redaction, exchange.response.headers, exchange.response.body)


def _message(redaction: LocationRedactor, headers: Headers, body: bytes) -> None:
    for name, value in headers.pairs:
        redaction.header(name, value)
    if body:
        redaction.body(body, headers.get("content-type", "").partition(";")[0].strip().lower())


def _parts(name: str, secret: str) -> list[str]:
    """The secret itself, or the password of a pair of user and password."""
    if name == "basic_credentials":
        try:
            pair = base64.b64decode(secret, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return [secret]
        return [secret, unquote(pair.partition(":")[2])]
    if name == "userinfo":
        return [unquote(secret.partition(":")[2])]
    with contextlib.suppress(ValueError):
        return [secret, str(json.loads(f'"{secret}"'))]  # a member of JSON is found as it is written
    return [secret]
